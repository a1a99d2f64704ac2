// Shared memory: arrays that stay where they are.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "client/cpp/region.h"
#include "server/base/file.h"
#include "tests/e2e/library_server.h"
#include "tests/support/status_matchers.h"

namespace formulary {
namespace {

using client::Array;
using client::DType;
using client::SharedRegion;
using testing::LibraryServer;

constexpr int64_t kCount = 100'003;
constexpr size_t kBytes = kCount * sizeof(double);

class LibraryRegionsTest : public ::testing::Test {
 protected:
  LibraryRegionsTest() : dir_(*base::TempDir::Create("/tmp", "formulary-e2e-")) {}

  base::TempDir dir_;
};

TEST_F(LibraryRegionsTest, InputsAndOutputsStayInPlace) {
  const LibraryServer server(dir_.Path("cache"));
  const client::Client client = server.Connect();
  ASSERT_OK_AND_ASSIGN(const SharedRegion region, SharedRegion::Create(client, 2 * kBytes));
  const absl::Span<double> values = region.As<double>();
  for (int64_t i = 0; i < kCount; ++i) values[static_cast<size_t>(i)] = static_cast<double>(i);
  ASSERT_OK_AND_ASSIGN(const Array x, region.ArrayAt(0, DType::kFloat64, {kCount}));
  ASSERT_OK_AND_ASSIGN(const Array y, region.ArrayAt(kBytes, DType::kFloat64, {kCount}));
  for (const client::Compilation tier : {client::Compilation::kNever, client::Compilation::kWait}) {
    std::fill(values.begin() + kCount, values.end(), -1.0);
    ASSERT_OK_AND_ASSIGN(const client::Result result,
                         client.Evaluate("k*sqrt(x)", {{"x", x}, {"k", 2.0}},
                                         {.compilation = tier, .output_places = {{"y0", y}}}));
    ASSERT_EQ(result.outputs.size(), 1u);
    EXPECT_EQ(result.outputs[0].array.data(), region.data() + kBytes);
    for (const size_t i : {size_t{0}, size_t{1}, size_t{99'999}, size_t{100'002}})
      EXPECT_EQ(values[kCount + i], 2 * std::sqrt(static_cast<double>(i))) << i;
  }
}

TEST_F(LibraryRegionsTest, OneOutputInPlaceAndOneSent) {
  const LibraryServer server(dir_.Path("cache"));
  const client::Client client = server.Connect();
  ASSERT_OK_AND_ASSIGN(const SharedRegion region, SharedRegion::Create(client, 64));
  ASSERT_OK_AND_ASSIGN(const Array place, region.ArrayAt(8, DType::kFloat64, {2}));
  client::Program program;
  program.AddOutput("a", "x + 1");
  program.AddOutput("b", "x - 1");
  ASSERT_OK_AND_ASSIGN(const client::Result result,
                       client.Evaluate(program, {{"x", std::vector<double>{1, 2}}},
                                       {.output_places = {{"b", place}}}));
  EXPECT_THAT(result.Find("a")->As<double>(), ::testing::ElementsAre(2, 3));
  EXPECT_THAT(result.Find("b")->As<double>(), ::testing::ElementsAre(0, 1));
  EXPECT_EQ(region.As<double>()[2], 1);
}

TEST_F(LibraryRegionsTest, WrongPlacesAreRefused) {
  const LibraryServer server(dir_.Path("cache"));
  const client::Client client = server.Connect();
  ASSERT_OK_AND_ASSIGN(const SharedRegion region, SharedRegion::Create(client, 64));
  ASSERT_OK_AND_ASSIGN(const Array x, region.ArrayAt(0, DType::kFloat64, {2}));
  ASSERT_OK_AND_ASSIGN(const Array short_place, region.ArrayAt(16, DType::kFloat64, {1}));
  const auto evaluate = [&](const client::NamedArray& place) {
    return client.Evaluate("x", {{"x", x}}, {.output_places = {place}}).status();
  };
  EXPECT_EQ(evaluate({"y0", short_place}).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(evaluate({"y0", x}).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(evaluate({"z", short_place}).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(evaluate({"y0", 1.0}).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(region.ArrayAt(60, DType::kFloat64, {1}).ok());
}

TEST_F(LibraryRegionsTest, AServerThatListensToOthersSharesNothing) {
  const LibraryServer server(dir_.Path("cache"), {"--shared_memory=off"});
  EXPECT_EQ(SharedRegion::Create(server.Connect(), 64).status().code(),
            absl::StatusCode::kUnimplemented);
}

}  // namespace
}  // namespace formulary
