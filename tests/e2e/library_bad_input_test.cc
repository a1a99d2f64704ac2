// What a client may get wrong: each is INVALID_ARGUMENT with a reason and a field, and the server
// goes on.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cpp/status.h"
#include "server/base/file.h"
#include "tests/e2e/library_server.h"
#include "tests/support/status_matchers.h"

namespace formulary {
namespace {

using client::NamedArray;
using client::Program;
using ::testing::HasSubstr;
using testing::LibraryServer;

class LibraryBadInputTest : public ::testing::Test {
 protected:
  LibraryBadInputTest()
      : dir_(*base::TempDir::Create("/tmp", "formulary-e2e-")),
        server_(dir_.Path("cache"), {"--max_nodes=200", "--max_arguments=8", "--max_outputs=4",
                                     "--max_name_bytes=16", "--max_rank=2", "--max_elements=1000",
                                     "--max_batch_items=3", "--max_message_bytes=100000"}),
        client_(server_.Connect()) {}

  void ExpectGoesOn() { EXPECT_OK(client_.Evaluate("x + 1", {{"x", 1.0}})); }

  base::TempDir dir_;
  LibraryServer server_;
  client::Client client_;
};

struct Case {
  std::string what;
  client::Target target;
  std::vector<NamedArray> inputs;
  std::string reason;
  std::string field;    // begins with
  std::string message;  // contains
};

std::string LongSum(int terms) {
  std::string text = "x";
  for (int i = 0; i < terms; ++i) text += " + sin(x + " + std::to_string(i) + ")";
  return text;
}

TEST_F(LibraryBadInputTest, EachIsNamedAndTheServerGoesOn) {
  const NamedArray x{"x", 1.0};
  const std::vector<double> two = {1, 2}, three = {1, 2, 3};
  const Case cases[] = {
      {"unknown function", "sinn(x)", {x}, "UNKNOWN_FUNCTION", "program.outputs[0].text", "sin"},
      {"arity", "atan2(x)", {x}, "ARITY", "program.outputs[0].text", "2 operand"},
      {"text", "(x + ", {x}, "PARSE_ERROR", "program.outputs[0].text", "column"},
      {"missing input", "x + y", {x}, "MISSING_INPUT", "inputs", "\"y\""},
      {"surplus input", "x", {x, {"y", 1.0}}, "SURPLUS_INPUT", "inputs[1]", "\"y\""},
      {"shapes", "x + y", {{"x", two}, {"y", three}}, "SHAPE_MISMATCH", "inputs", "(2,)"},
      {"shapes, the other",
       "x + y",
       {{"x", two}, {"y", three}},
       "SHAPE_MISMATCH",
       "inputs",
       "(3,)"},
      {"dtype",
       Program().DeclareArgument("x", {.dtype = client::DType::kInt64}).AddOutput("", "x"),
       {x},
       "DTYPE_MISMATCH",
       "inputs[0]",
       "float64"},
      {"no outputs", Program(), {}, "NO_OUTPUTS", "program.outputs", ""},
      {"duplicate outputs",
       Program().AddOutput("a", "x").AddOutput("a", "2*x"),
       {x},
       "DUPLICATE_OUTPUT",
       "program.outputs[1]",
       "\"a\""},
      {"duplicate inputs", "x", {x, x}, "DUPLICATE_INPUT", "inputs[1]", "\"x\""},
      {"nodes", LongSum(200), {x}, "NODE_LIMIT", "", "200"},
      {"name", "x_________________________x", {x}, "NAME_TOO_LONG", "", "16"},
      {"rank",
       "x",
       {{"x", *client::Array(two).Reshaped({1, 2, 1})}},
       "RANK_LIMIT",
       "inputs[0]",
       "2"},
      {"elements", "x", {{"x", std::vector<double>(1001)}}, "ELEMENT_LIMIT", "inputs[0]", "1000"},
      {"kernel",
       client::Target::Kernel("kernels/" + std::string(64, '0')),
       {x},
       "UNKNOWN_KERNEL",
       "",
       "kernels/0"},
  };
  for (const Case& bad : cases) {
    const absl::StatusOr<client::Result> result = client_.Evaluate(bad.target, bad.inputs);
    ASSERT_FALSE(result.ok()) << bad.what;
    const absl::StatusCode expected = bad.reason == "UNKNOWN_KERNEL"
                                          ? absl::StatusCode::kNotFound
                                          : absl::StatusCode::kInvalidArgument;
    EXPECT_EQ(result.status().code(), expected) << bad.what << ": " << result.status();
    const client::ErrorDetail detail = client::GetErrorDetail(result.status());
    EXPECT_EQ(detail.reason, bad.reason) << bad.what << ": " << result.status();
    EXPECT_EQ(detail.domain, "formulary");
    EXPECT_THAT(std::string(result.status().message()), HasSubstr(bad.message)) << bad.what;
    if (!bad.field.empty()) {
      ASSERT_FALSE(detail.field_violations.empty()) << bad.what;
      EXPECT_EQ(detail.field_violations[0].field.substr(0, bad.field.size()), bad.field)
          << bad.what;
    }
    ExpectGoesOn();
  }
}

TEST_F(LibraryBadInputTest, TooLargeAMessageIsRefused) {
  const absl::StatusOr<client::Result> result =
      client_.Evaluate("x", {{"x", std::vector<double>(20'000)}});
  EXPECT_THAT(result, testing::StatusIs(absl::StatusCode::kResourceExhausted));
  ExpectGoesOn();
}

TEST_F(LibraryBadInputTest, OneBadItemSpoilsNoOther) {
  std::vector<client::BatchItem> items;
  items.push_back({client::Target("x + 1"), {{"x", 1.0}}, {}});
  items.push_back({client::Target("nope(x)"), {{"x", 1.0}}, {}});
  items.push_back({client::Target("x + 2"), {{"x", 1.0}}, {}});
  ASSERT_OK_AND_ASSIGN(const auto results, client_.BatchEvaluate(items));
  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(results[0]->outputs[0].array.AsDouble(0), 2);
  EXPECT_EQ(client::GetErrorDetail(results[1].status()).reason, "UNKNOWN_FUNCTION");
  EXPECT_EQ(results[2]->outputs[0].array.AsDouble(0), 3);
  items.push_back(items[0]);
  EXPECT_EQ(client::GetErrorDetail(client_.BatchEvaluate(items).status()).reason, "BATCH_LIMIT");
}

TEST_F(LibraryBadInputTest, AnExpiredDeadlineIsTold) {
  // gRPC rounds deadlines up to a millisecond, in which a small call may well be answered.
  const client::Array large(std::vector<double>(2'000'000));
  EXPECT_THAT(client_.Evaluate("x", {{"x", large}}, {.timeout = absl::Nanoseconds(1)}),
              testing::StatusIs(absl::StatusCode::kDeadlineExceeded));
  ExpectGoesOn();
}

}  // namespace
}  // namespace formulary
