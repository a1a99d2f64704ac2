#include "client/cpp/client.h"

#include <gmock/gmock.h>

#include <cmath>

#include "absl/time/clock.h"
#include "client/cpp/buffer.h"
#include "client/cpp/status.h"
#include "client/cpp/wire.h"
#include "tests/unit/client/fake_server.h"

namespace formulary::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ClientTest : public ::testing::Test {
 protected:
  FakeServer server_;
  Client client_ = *Client::Connect(server_.address());
};

TEST_F(ClientTest, EvaluatesText) {
  const auto result = client_.Evaluate(
      "x + mu", {{"x", std::vector<double>{1, 2, 3}}, {"mu", 10.0}}, {.want_report = true});
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_EQ(result->outputs.size(), 1u);
  EXPECT_THAT(result->outputs[0].array.As<double>(), ElementsAre(11, 12, 13));
  EXPECT_EQ(result->outputs[0].name, "y0");
  EXPECT_EQ(result->report.tier(), v1::TIER_COMPILED);
  EXPECT_EQ(result->Find("y1"), nullptr);

  const v1::EvaluateRequest request = server_.last_request();
  EXPECT_EQ(request.program().outputs(0).text(), "x + mu");
  EXPECT_EQ(request.options().compilation(), v1::COMPILATION_MODE_AUTO);
  EXPECT_EQ(request.options().encoding(), v1::ENCODING_RAW);
  EXPECT_EQ(request.inputs(1).array().shape_size(), 0);
  EXPECT_FALSE(server_.last_had_deadline());
}

TEST_F(ClientTest, EvaluatesExpressionAndProgram) {
  const Expression x = Symbol("x");
  EXPECT_TRUE(client_.Evaluate(x * x, {{"x", 2.0}}).ok());
  EXPECT_EQ(server_.last_request().program().graph().nodes_size(), 2);
  const auto result =
      client_.Evaluate(Program().AddOutput("a", x).AddOutput("b", "2*x"), {{"x", 2.0}},
                       {.compilation = Compilation::kWait,
                        .output_dtype = DType::kFloat32,
                        .timeout = absl::Seconds(20)});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->Find("b")->As<float>()[0], 4);
  EXPECT_TRUE(result->Find("b")->shape().empty());
  EXPECT_EQ(server_.last_request().options().compilation(), v1::COMPILATION_MODE_WAIT);
  EXPECT_TRUE(server_.last_had_deadline());
}

TEST_F(ClientTest, EvaluatesKernelByPosition) {
  EXPECT_TRUE(client_.Evaluate(Target::Kernel("kernels/ab"), {{"", 1.0}}).ok());
  EXPECT_EQ(server_.last_request().kernel(), "kernels/ab");
  EXPECT_EQ(server_.last_request().inputs(0).name(), "");
}

TEST_F(ClientTest, EveryDTypeAndShapeTravels) {
  for (const Array& array :
       {Array(std::vector<int64_t>{1, 2, 3, 4}), Array(std::vector<float>{1, 2, 3, 4}),
        Array(std::vector<bool>{true, true, false, true})}) {
    const auto result = client_.Evaluate("x", {{"x", *array.Reshaped({2, 2})}});
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(result->outputs[0].array.shape(), (Shape{2, 2}));
    for (int64_t i = 0; i < 4; ++i)
      EXPECT_EQ(result->outputs[0].array.AsDouble(i), array.AsDouble(i));
  }
  const auto empty = client_.Evaluate("x", {{"x", std::vector<double>{}}});
  ASSERT_TRUE(empty.ok()) << empty.status();
  EXPECT_EQ(empty->outputs[0].array.shape(), Shape{0});
}

TEST_F(ClientTest, LargeArraysTravelWhole) {
  std::vector<double> values(400'000);
  for (size_t i = 0; i < values.size(); ++i) values[i] = std::sqrt(static_cast<double>(i));
  const auto result = client_.Evaluate("x", {{"x", values}});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_TRUE(result->outputs[0].array.As<double>() == absl::MakeConstSpan(values));
}

TEST_F(ClientTest, ErrorsCarryDetails) {
  const absl::Status status = client_.Evaluate("fail", {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("column 3"));
  const ErrorDetail detail = GetErrorDetail(status);
  EXPECT_EQ(detail.reason, "PARSE_ERROR");
  EXPECT_EQ(detail.field_violations[0].field, "program.outputs[0].text");
  EXPECT_EQ(GetErrorDetail(client_.Evaluate("busy", {}).status()).retry_after_seconds, 1.5);
}

TEST_F(ClientTest, UnavailableIsRetried) {
  EXPECT_TRUE(client_.Evaluate("flaky", {{"x", 1.0}}).ok());
  EXPECT_EQ(server_.evaluate_calls(), 3);
}

TEST_F(ClientTest, OtherErrorsAreNotRetried) {
  EXPECT_FALSE(client_.Evaluate("busy", {}).ok());
  EXPECT_EQ(server_.evaluate_calls(), 1);
}

TEST_F(ClientTest, DeadlineIsHonoured) {
  const absl::Time start = absl::Now();
  const auto result = client_.Evaluate("slow", {{"x", std::vector<double>(100'000)}},
                                       {.timeout = absl::Milliseconds(50)});
  EXPECT_EQ(result.status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_LT(absl::Now() - start, absl::Seconds(10));
}

TEST_F(ClientTest, MessageOverTheLimitIsResourceExhausted) {
  const auto result = client_.Evaluate("x", {{"x", std::vector<double>(1 << 20)}});
  EXPECT_EQ(result.status().code(), absl::StatusCode::kResourceExhausted);
}

TEST_F(ClientTest, GarbledAnswerIsInternal) {
  EXPECT_EQ(client_.Evaluate("garbled", {{"x", std::vector<double>{1, 2}}}).status().code(),
            absl::StatusCode::kInternal);
}

TEST_F(ClientTest, TypedListsAreRead) {
  const auto result = client_.Evaluate("lists", {{"x", std::vector<double>{1, 2}}});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(result->outputs[0].array.As<double>(), ElementsAre(1, 2));
}

TEST_F(ClientTest, BatchKeepsOrderAndSparesGoodItems) {
  const std::vector<BatchItem> items = {
      {"x", {{"x", 1.0}}, {}}, {"fail", {}, {}}, {"x", {{"x", 3.0}}, {}}};
  const auto results = client_.BatchEvaluate(items);
  ASSERT_TRUE(results.ok()) << results.status();
  ASSERT_EQ(results->size(), 3u);
  EXPECT_EQ((*results)[0]->outputs[0].array.AsDouble(0), 1);
  EXPECT_EQ(GetErrorDetail((*results)[1].status()).reason, "PARSE_ERROR");
  EXPECT_EQ((*results)[2]->outputs[0].array.AsDouble(0), 3);
  EXPECT_TRUE(client_.BatchEvaluate({})->empty());
}

TEST_F(ClientTest, StreamAnswersInOrder) {
  auto stream = client_.EvaluateStream("x", {{"offset", 100.0}});
  ASSERT_TRUE(stream.ok()) << stream.status();
  for (const double x : {1.0, 2.0, 3.0}) {
    ASSERT_TRUE(stream->Write({{"x", x}}));
    const auto result = stream->Read();
    ASSERT_TRUE(result.ok() && result->has_value()) << result.status();
    EXPECT_EQ((*result)->outputs[0].array.AsDouble(0), 100 + x);
  }
  stream->WritesDone();
  for (int i = 0; i < 2; ++i) {
    const auto end = stream->Read();
    ASSERT_TRUE(end.ok()) << end.status();
    EXPECT_FALSE(end->has_value());
  }
}

TEST_F(ClientTest, StreamThatFailsTellsWhy) {
  auto stream = client_.EvaluateStream("fail", {});
  ASSERT_TRUE(stream.ok());
  absl::Status status;
  for (int i = 0; i < 10 && status.ok(); ++i) {
    (void)stream->Write({{"x", 1.0}});
    status = stream->Read().status();
  }
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(stream->Read().status(), status);
  EXPECT_FALSE(stream->Write({{"x", 1.0}}));
}

TEST_F(ClientTest, AbandonedAndCancelledStreamsEnd) {
  {
    auto stream = client_.EvaluateStream("x", {});
    ASSERT_TRUE(stream.ok());
    ASSERT_TRUE(stream->Write({{"x", 1.0}}));
  }
  auto stream = client_.EvaluateStream("x", {});
  stream->Cancel();
  EXPECT_EQ(stream->Read().status().code(), absl::StatusCode::kCancelled);
}

TEST_F(ClientTest, SymbolicCalls) {
  EXPECT_EQ(client_.Simplify("x + x")->texts(0), "simple x + x");
  EXPECT_EQ(
      client_.Differentiate("x", {.kind = v1::DERIVATIVE_KIND_ORDER, .wrt = {"x"}, .order = 3})
          ->texts(0),
      "DERIVATIVE_KIND_ORDER 3");
  EXPECT_EQ(*client_.Render("x", v1::FORMAT_C, Client::RenderOf::kSimplified),
            "FORMAT_C simplified");
  v1::Range range;
  range.set_argument("t");
  const auto analysis = client_.Analyze("t", {.ranges = {range}, .samples = 5, .improve = true});
  ASSERT_TRUE(analysis.ok()) << analysis.status();
  EXPECT_EQ(analysis->arguments(0), "t");
  EXPECT_EQ(analysis->samples(), 5u);
  EXPECT_TRUE(analysis->has_improved());
  EXPECT_EQ(analysis->points_size(), 0);
  EXPECT_EQ(client_.Compile("x")->cost().operations(), 2u);
  EXPECT_EQ(client_.Compile("x", {}, Client::CompileAction::kValidate)->cost().operations(), 1u);
  EXPECT_EQ(client_.Simplify(Target::Kernel("kernels/ab")).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(ClientTest, CatalogueCalls) {
  EXPECT_EQ(client_.ListFunctions()->size(), 5u);  // three pages
  EXPECT_EQ(client_.GetFunction("f1")->name(), "f1");
  EXPECT_EQ(client_.GetFunction("nope").status().code(), absl::StatusCode::kNotFound);
  const std::string kernel = client_.ListKernels()->at(0).name();
  EXPECT_EQ(client_.GetKernel(kernel)->hits(), 1000u);
  EXPECT_TRUE(client_.DeleteKernel(kernel).ok());
  EXPECT_EQ(client_.DeleteKernel("kernels/ab").code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(client_.GetServerInfo()->version(), "9.8.7");
}

TEST(ClientConnectTest, NoServerIsUnavailable) {
  EXPECT_FALSE(Client::Connect("").ok());
  const Client client = *Client::Connect("unix:/nonexistent/formulary");
  EXPECT_EQ(client.Evaluate("x", {}).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(client.WaitUntilConnected(absl::Milliseconds(10)).code(),
            absl::StatusCode::kUnavailable);
}

TEST(WireTest, RequestsAreWhatProtobufReads) {
  const Array values(std::vector<double>{1, 2});
  const std::vector<NamedArray> inputs = {{"x", values}, {"", 3}};
  const Buffer buffer = WriteEvaluateRequest(Target("x"), inputs, {});
  v1::EvaluateRequest request;
  ASSERT_TRUE(request.ParseFromString(buffer.Flattened()));
  EXPECT_EQ(request.inputs(0).array().raw().size(), 16u);
  EXPECT_THAT(request.inputs(0).array().shape(), ElementsAre(2));
  EXPECT_EQ(request.inputs(1).array().dtype(), v1::DATA_TYPE_INT64);
  bool by_reference = false;
  for (const Buffer::Piece& piece : buffer.pieces()) {
    by_reference = by_reference || piece.data == reinterpret_cast<const char*>(values.data());
  }
  EXPECT_TRUE(by_reference);
}

// The bytes in pieces of `size`.
Buffer Split(const std::string& bytes, size_t size) {
  Buffer buffer;
  for (size_t at = 0; at < bytes.size(); at += size) buffer.Append(bytes.substr(at, size));
  return buffer;
}

TEST(WireTest, AnswersAreReadAcrossPieces) {
  v1::EvaluateResponse response;
  v1::NamedArray* output = response.add_outputs();
  output->set_name("result");
  output->mutable_array()->set_dtype(v1::DATA_TYPE_INT64);
  output->mutable_array()->add_shape(3);
  const int64_t elements[] = {1, -2, 3};
  output->mutable_array()->set_raw(elements, sizeof elements);
  response.mutable_report()->set_kernel("kernels/ab");
  const std::string bytes = response.SerializeAsString();
  for (size_t size = 1; size <= bytes.size(); ++size) {
    const auto result = ReadEvaluateResponse(Split(bytes, size));
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_THAT(result->outputs[0].array.As<int64_t>(), ElementsAre(1, -2, 3));
    EXPECT_EQ(result->report.kernel(), "kernels/ab");
  }
  for (size_t length = 1; length < bytes.size(); ++length) {
    const auto result = ReadEvaluateResponse(Buffer(bytes.substr(0, length)));
    // A cut between two fields is a message; any other is not.
    if (result.ok()) {
      EXPECT_EQ(result->outputs.size(), 1u);
    }
  }
}

TEST(WireTest, HostileAnswersAreInternalErrors) {
  const std::string hostile[] = {
      "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f",      // a length of 2^63
      "\x0a\x02\x12\x7f",                                  // an array longer than its message
      std::string("\x0a\x04\x12\x02\x08\x63", 6),          // dtype 99
      std::string("\x00\x00", 2),                          // field 0
      "\x0b",                                              // a group
      "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",      // an endless varint
      std::string("\x0a\x06\x12\x04\x08\x01\x10\x05", 8),  // five elements, no data
  };
  for (const std::string& bytes : hostile) {
    EXPECT_EQ(ReadEvaluateResponse(Buffer(bytes)).status().code(), absl::StatusCode::kInternal)
        << bytes;
  }
}

}  // namespace
}  // namespace formulary::client
