// What a client gets for programs and arrays.

#include <google/protobuf/util/json_util.h>
#include <signal.h>

#include <cmath>
#include <numeric>
#include <thread>

#include "gmock/gmock.h"
#include "tests/e2e/client.h"
#include "tests/e2e/server_process.h"

namespace formulary::testing {
namespace {

class EvaluateE2eTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    server_ = ServerProcess::Start().release();
    ASSERT_NE(server_, nullptr);
    client_ = std::make_unique<Client>(server_->grpc_address()).release();
  }
  static void TearDownTestSuite() {
    const std::unique_ptr<Client> client(client_);
    const std::unique_ptr<ServerProcess> server(server_);
    EXPECT_EQ(server->Stop(), 0) << server->Log();
  }

  static ServerProcess* server_;
  static Client* client_;
};
ServerProcess* EvaluateE2eTest::server_ = nullptr;
Client* EvaluateE2eTest::client_ = nullptr;

std::vector<double> Ramp(size_t count) {
  std::vector<double> values(count);
  for (size_t i = 0; i < count; ++i)
    values[i] = -4 + 8.0 * static_cast<double>(i) / static_cast<double>(count);
  return values;
}

TEST_F(EvaluateE2eTest, TheContractsExampleAsJson) {
  const char* const json =
      R"json({"program":{"outputs":[{"text":"exp(-(x-mu)**2/(2*sigma**2))/(sqrt(2*pi)*sigma)"}]},
          "inputs":[{"name":"x","array":{"reals":{"values":[-1,0,1]}}},
                    {"name":"mu","array":{"reals":{"values":[0]}}},
                    {"name":"sigma","array":{"reals":{"values":[1]}}}]})json";
  v1::EvaluateRequest request;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(json, &request).ok());
  const auto reply = client_->Evaluate(request);
  ASSERT_TRUE(reply.ok()) << reply.status;
  const v1::Array& array = reply->outputs(0).array();
  ASSERT_EQ(array.reals().values_size(), 3);
  EXPECT_NEAR(array.reals().values(0), 0.24197072451914337, 1e-15);
  EXPECT_NEAR(array.reals().values(1), 0.3989422804014327, 1e-15);
  std::string answer;
  ASSERT_TRUE(google::protobuf::util::MessageToJsonString(reply.message, &answer).ok());
  EXPECT_THAT(answer, ::testing::HasSubstr("\"values\":[0.2419707245191433"));
}

TEST_F(EvaluateE2eTest, RawArraysOfAllSizes) {
  for (const size_t count : {0, 1, 2, 15, 16, 17, 1023, 1024, 1025, 70'000, 1'000'000}) {
    const std::vector<double> x = Ramp(count);
    const auto reply = client_->Evaluate(TextRequest("x*x + 1", x));
    ASSERT_TRUE(reply.ok()) << reply.status;
    const std::vector<double> y = Doubles(reply->outputs(0).array());
    ASSERT_EQ(y.size(), count);
    // The kernel may round once where this rounds twice.
    for (size_t i = 0; i < count; ++i) ASSERT_DOUBLE_EQ(y[i], x[i] * x[i] + 1) << count << " " << i;
    EXPECT_EQ(reply->report().elements(), count);
    EXPECT_THAT(reply->report().kernel(), ::testing::MatchesRegex("kernels/[0-9a-f]{64}"));
  }
}

TEST_F(EvaluateE2eTest, InputsBroadcast) {
  const auto reply = client_->Evaluate(
      Proto<v1::EvaluateRequest>("program { outputs { text: 'a + b' } } inputs { name: 'a' array { "
                                 "shape: [2, 1] reals { values: [10, 20] } } "
                                 "} inputs { name: 'b' array { reals { values: [1, 2, 3] } } }"));
  ASSERT_TRUE(reply.ok()) << reply.status;
  const v1::Array& array = reply->outputs(0).array();
  EXPECT_THAT(array.shape(), ::testing::ElementsAre(2, 3));
  EXPECT_THAT(array.reals().values(), ::testing::ElementsAre(11, 12, 13, 21, 22, 23));
}

TEST_F(EvaluateE2eTest, ScalarsStayScalars) {
  const auto reply = client_->Evaluate(Proto<v1::EvaluateRequest>(
      "program { outputs { text: '2*x' } } inputs { name: 'x' array { reals { values: 4 "
      "} } }"));
  ASSERT_TRUE(reply.ok()) << reply.status;
  EXPECT_EQ(reply->outputs(0).array().shape_size(), 0);
  EXPECT_EQ(reply->outputs(0).array().reals().values(0), 8);
}

TEST_F(EvaluateE2eTest, GraphsAndManyOutputs) {
  const auto reply = client_->Evaluate(
      Proto<v1::EvaluateRequest>("program { graph { nodes { symbol: 'x' } nodes { constant { "
                                 "rational { numerator: '1' denominator: '2' } } } "
                                 "nodes { call { function: 'mul' operands: [0, 1] } } } outputs { "
                                 "name: 'half' node: 2 } outputs { name: "
                                 "'same' node: 0 } outputs { text: 'x > 1' } } inputs { name: 'x' "
                                 "array { reals { values: [1, 3] } } }"));
  ASSERT_TRUE(reply.ok()) << reply.status;
  ASSERT_EQ(reply->outputs_size(), 3);
  EXPECT_EQ(reply->outputs(0).name(), "half");
  EXPECT_THAT(reply->outputs(0).array().reals().values(), ::testing::ElementsAre(0.5, 1.5));
  EXPECT_THAT(reply->outputs(1).array().reals().values(), ::testing::ElementsAre(1, 3));
  EXPECT_EQ(reply->outputs(2).name(), "y2");
  EXPECT_THAT(reply->outputs(2).array().booleans().values(), ::testing::ElementsAre(false, true));
}

TEST_F(EvaluateE2eTest, Float32StaysFloat32UnlessAskedOtherwise) {
  v1::EvaluateRequest request = Proto<v1::EvaluateRequest>(
      "program { outputs { text: 'x/3' } } inputs { name: 'x' array { dtype: DATA_TYPE_FLOAT32 "
      "reals { values: [1, "
      "2] } } }");
  auto reply = client_->Evaluate(request);
  ASSERT_TRUE(reply.ok()) << reply.status;
  EXPECT_EQ(reply->outputs(0).array().dtype(), v1::DATA_TYPE_FLOAT32);
  EXPECT_EQ(reply->outputs(0).array().reals().values(0), double{1.0f / 3.0f});
  request.mutable_options()->set_output_dtype(v1::DATA_TYPE_FLOAT64);
  reply = client_->Evaluate(request);
  ASSERT_TRUE(reply.ok()) << reply.status;
  EXPECT_EQ(reply->outputs(0).array().dtype(), v1::DATA_TYPE_FLOAT64);
}

TEST_F(EvaluateE2eTest, AKernelByItsName) {
  v1::CompileRequest compile = Proto<v1::CompileRequest>(
      "program { outputs { text: 'a - 2*b' } } options { compilation: COMPILATION_MODE_WAIT }");
  const auto compiled =
      client_->Call<v1::CompileResponse>("formulary.v1.EvaluationService/Compile", compile);
  ASSERT_TRUE(compiled.ok()) << compiled.status;
  const std::string name = compiled->kernel().name();
  EXPECT_EQ(compiled->kernel().arguments_size(), 2);
  EXPECT_GT(compiled->cost().operations(), 0u);
  v1::EvaluateRequest request = Proto<v1::EvaluateRequest>(
      "inputs { array { reals { values: [5] } } } inputs { array { reals { values: [1] } } }");
  request.set_kernel(name);
  auto reply = client_->Evaluate(request);
  ASSERT_TRUE(reply.ok()) << reply.status;
  EXPECT_EQ(reply->outputs(0).array().reals().values(0), 3);
  request.mutable_inputs(0)->set_name("b");
  request.mutable_inputs(1)->set_name("a");
  reply = client_->Evaluate(request);
  ASSERT_TRUE(reply.ok()) << reply.status;
  EXPECT_EQ(reply->outputs(0).array().reals().values(0), 1 - 10);
}

TEST_F(EvaluateE2eTest, InterpretedAndCompiledAgreeBitForBit) {
  const std::vector<double> x = Ramp(5000);
  const std::string text = "exp(-x**2/2)*sin(3*x)/(1 + x**2) + log(2 + cos(x))";
  const auto interpreted = client_->Evaluate(TextRequest(text, x, v1::COMPILATION_MODE_NEVER));
  ASSERT_TRUE(interpreted.ok()) << interpreted.status;
  EXPECT_EQ(interpreted->report().tier(), v1::TIER_INTERPRETER);
  const auto compiled = client_->Evaluate(TextRequest(text, x, v1::COMPILATION_MODE_WAIT));
  ASSERT_TRUE(compiled.ok()) << compiled.status;
  EXPECT_EQ(compiled->report().tier(), v1::TIER_COMPILED);
  EXPECT_EQ(compiled->outputs(0).array().raw(), interpreted->outputs(0).array().raw());
  EXPECT_EQ(compiled->report().kernel(), interpreted->report().kernel());
}

TEST_F(EvaluateE2eTest, ABatchWithOneBadItem) {
  v1::BatchEvaluateRequest batch;
  for (int i = 0; i < 1000; ++i)
    *batch.add_requests() = TextRequest("x + 1", {static_cast<double>(i)});
  batch.mutable_requests(500)->mutable_program()->mutable_outputs(0)->set_text("nosuch(x)");
  const auto reply = client_->Call<v1::BatchEvaluateResponse>(
      "formulary.v1.EvaluationService/BatchEvaluate", batch);
  ASSERT_TRUE(reply.ok()) << reply.status;
  ASSERT_EQ(reply->results_size(), 1000);
  for (int i = 0; i < 1000; ++i) {
    if (i == 500) continue;
    ASSERT_TRUE(reply->results(i).has_response()) << i << reply->results(i).error().message();
    EXPECT_EQ(Doubles(reply->results(i).response().outputs(0).array())[0], i + 1);
  }
  const CallStatus error = TakeApart(reply->results(500).error().SerializeAsString());
  EXPECT_EQ(error.code, kInvalidArgument);
  EXPECT_THAT(error.fields, ::testing::ElementsAre("requests[500].program.outputs[0].text"));
}

TEST_F(EvaluateE2eTest, AStreamOfChunksInOrder) {
  auto stream = client_->Stream("formulary.v1.EvaluationService/EvaluateStream");
  v1::EvaluateStreamRequest start = Proto<v1::EvaluateStreamRequest>(
      "start { program { outputs { text: 'scale*x' } } inputs { name: 'scale' array { dtype: "
      "DATA_TYPE_FLOAT64 raw: "
      "'\\000\\000\\000\\000\\000\\000\\010@' } } options { want_report: true } }");
  ASSERT_TRUE(stream->Write(start.SerializeAsString()));
  constexpr int kChunks = 200;
  std::thread writer([&] {
    for (int i = 0; i < kChunks; ++i) {
      v1::EvaluateRequest inputs;
      AddInput("x", std::vector<double>(1000 + 37 * static_cast<size_t>(i), i), &inputs);
      v1::EvaluateStreamRequest chunk;
      chunk.mutable_chunk()->mutable_inputs()->Swap(inputs.mutable_inputs());
      EXPECT_TRUE(stream->Write(chunk.SerializeAsString()));
    }
    stream->WritesDone();
  });
  std::string bytes;
  for (int i = 0; i < kChunks; ++i) {
    ASSERT_TRUE(stream->Read(&bytes)) << i;
    v1::EvaluateStreamResponse response;
    ASSERT_TRUE(response.ParseFromString(bytes));
    const std::vector<double> y = Doubles(response.outputs(0).array());
    ASSERT_EQ(y.size(), 1000 + 37 * static_cast<size_t>(i));
    EXPECT_EQ(y.back(), 3.0 * i);
    EXPECT_EQ(response.report().elements(), y.size());
  }
  writer.join();
  EXPECT_FALSE(stream->Read(&bytes));
  const CallStatus status = stream->Finish();
  EXPECT_TRUE(status.ok()) << status;
}

TEST_F(EvaluateE2eTest, DerivativesAsFormulasAndAsValues) {
  const auto derived = client_->Call<v1::DifferentiateResponse>(
      "formulary.v1.SymbolicService/Differentiate",
      Proto<v1::DifferentiateRequest>("program { outputs { name: 'f' text: 'x**2*sin(y)' } }"));
  ASSERT_TRUE(derived.ok()) << derived.status;
  EXPECT_THAT(derived->texts(), ::testing::ElementsAre("2*x*sin(y)", "x**2*cos(y)"));
  EXPECT_EQ(derived->program().outputs(1).name(), "df_dy");
  EXPECT_THAT(derived->columns(), ::testing::ElementsAre(0, 1));
  // The answer's program is one to evaluate.
  v1::EvaluateRequest request = Proto<v1::EvaluateRequest>(
      "inputs { name: 'x' array { reals { values: [2, 3] } } } "
      "inputs { name: 'y' array { reals { values: 0 } } }");
  *request.mutable_program() = derived->program();
  const auto values =
      client_->Call<v1::EvaluateResponse>("formulary.v1.EvaluationService/Evaluate", request);
  ASSERT_TRUE(values.ok()) << values.status;
  EXPECT_THAT(values->outputs(0).array().reals().values(), ::testing::ElementsAre(0, 0));
  EXPECT_THAT(values->outputs(1).array().reals().values(), ::testing::ElementsAre(4, 9));
  // A definition's own partials, over the wire and in a formula.
  const auto given = client_->Call<v1::EvaluateResponse>(
      "formulary.v1.EvaluationService/Evaluate",
      Proto<v1::EvaluateRequest>(
          "program { definitions { name: 'f' parameters: 't' inlining: INLINING_NEVER "
          "body { text: 't + 1' } partials { text: '10*t' } } "
          "outputs { text: 'Derivative(f(x)**2, x)' } } "
          "inputs { name: 'x' array { reals { values: [1, 2] } } }"));
  ASSERT_TRUE(given.ok()) << given.status;
  EXPECT_THAT(given->outputs(0).array().reals().values(), ::testing::ElementsAre(40, 120));
}

TEST_F(EvaluateE2eTest, SimplifyAndRender) {
  const auto simplified = client_->Call<v1::SimplifyResponse>(
      "formulary.v1.SymbolicService/Simplify",
      Proto<v1::SimplifyRequest>("program { outputs { name: 'a' text: 'x + x + 0*y' } }"));
  ASSERT_TRUE(simplified.ok()) << simplified.status;
  EXPECT_THAT(simplified->texts(), ::testing::ElementsAre("2*x"));
  EXPECT_EQ(simplified->program().outputs(0).name(), "a");
  EXPECT_LT(simplified->operations_after(), simplified->operations_before());
  EXPECT_EQ(simplified->stop_reason(), v1::STOP_REASON_FINISHED);
  for (int format = v1::FORMAT_UNSPECIFIED; format <= v1::FORMAT_MATHML; ++format) {
    v1::RenderRequest request =
        Proto<v1::RenderRequest>("program { outputs { text: 'sin(x)**2/3' } }");
    request.set_format(static_cast<v1::Format>(format));
    const auto rendered =
        client_->Call<v1::RenderResponse>("formulary.v1.SymbolicService/Render", request);
    EXPECT_TRUE(rendered.ok()) << format << rendered.status;
    EXPECT_FALSE(rendered->text().empty()) << format;
  }
}

TEST_F(EvaluateE2eTest, KernelsAreListedShownAndDeleted) {
  ASSERT_TRUE(
      client_->Evaluate(TextRequest("x*41 + 17/(1 + x**2)", {1}, v1::COMPILATION_MODE_WAIT)).ok());
  const auto list = client_->Call<v1::ListKernelsResponse>(
      "formulary.v1.CatalogService/ListKernels", v1::ListKernelsRequest());
  ASSERT_TRUE(list.ok()) << list.status;
  ASSERT_GT(list->kernels_size(), 0);
  const std::string name = list->kernels(0).name();
  v1::GetKernelRequest get;
  get.set_name(name);
  EXPECT_TRUE(
      client_->Call<v1::GetKernelResponse>("formulary.v1.CatalogService/GetKernel", get).ok());
  v1::DeleteKernelRequest remove;
  remove.set_name(name);
  const auto removed =
      client_->Call<v1::DeleteKernelResponse>("formulary.v1.CatalogService/DeleteKernel", remove);
  EXPECT_TRUE(removed.ok()) << removed.status;
  EXPECT_EQ(client_->Call<v1::GetKernelResponse>("formulary.v1.CatalogService/GetKernel", get)
                .status.code,
            kNotFound);
}

TEST_F(EvaluateE2eTest, ServerInfo) {
  const auto info = client_->Call<v1::GetServerInfoResponse>(
      "formulary.v1.CatalogService/GetServerInfo", v1::GetServerInfoRequest());
  ASSERT_TRUE(info.ok()) << info.status;
  EXPECT_FALSE(info->version().empty());
  EXPECT_GT(info->functions(), 50u);
  EXPECT_GE(info->limits_size(), 20);
  EXPECT_THAT(info->cpu_target(), ::testing::StartsWith("x86-64-v"));
  EXPECT_GE(info->threads(), 1u);
}

TEST_F(EvaluateE2eTest, AUnixSocketServesAsWell) {
  const base::TempDir directory = *base::TempDir::Create("", "formulary-e2e-");
  const std::string address = "unix:" + directory.Path("s");
  auto server = ServerProcess::Start({.listen = address});
  ASSERT_NE(server, nullptr);
  EXPECT_EQ(server->grpc_address(), address);
  const Client client(address);
  EXPECT_TRUE(client.Evaluate(TextRequest("x + 1", {1})).ok());
  // Killed, it leaves the socket behind; the next server takes it over.
  server->Signal(SIGKILL);
  ASSERT_TRUE(server->WaitForEnd(absl::Seconds(10)).has_value());
  server = ServerProcess::Start({.listen = address});
  ASSERT_NE(server, nullptr);
  EXPECT_TRUE(Client(address).Evaluate(TextRequest("x + 1", {1})).ok());
  EXPECT_EQ(server->Stop(), 0);
}

}  // namespace
}  // namespace formulary::testing
