// Everything wrong that a client can send: the code, the reason, the field, and a server that goes
// on.

#include "gmock/gmock.h"
#include "server/engine/options.h"
#include "tests/e2e/client.h"
#include "tests/e2e/server_process.h"

namespace formulary::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class BadInputE2eTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    server_ =
        ServerProcess::Start(
            {.flags = {"--max_nodes=50", "--max_arguments=4", "--max_outputs=3",
                       "--max_batch_items=5", "--max_name_bytes=16", "--max_constant_bits=128",
                       "--max_rank=3", "--max_elements=1000", "--max_message_bytes=64KiB"}})
            .release();
    ASSERT_NE(server_, nullptr);
    client_ = std::make_unique<Client>(server_->grpc_address()).release();
  }
  static void TearDownTestSuite() {
    const std::unique_ptr<Client> client(client_);
    const std::unique_ptr<ServerProcess> server(server_);
    EXPECT_EQ(server->Stop(), 0) << server->Log();
  }
  // After whatever was sent: the server still answers.
  void TearDown() override {
    const auto reply = client_->Evaluate(TextRequest("x + 1", {1}));
    EXPECT_TRUE(reply.ok()) << reply.status;
  }

  static ServerProcess* server_;
  static Client* client_;
};
ServerProcess* BadInputE2eTest::server_ = nullptr;
Client* BadInputE2eTest::client_ = nullptr;

struct Case {
  const char* request;
  const char* reason;  // empty: any
  const char* field;   // empty: any
  std::vector<const char*> texts;
};

const char kX[] = " inputs { name: 'x' array { reals { values: [1, 2, 3] } } }";

TEST_F(BadInputE2eTest, EveryRowIsInvalidArgumentWithItsField) {
  const Case cases[] = {
      // Programs.
      {"program { }", "NO_OUTPUTS", "program.outputs", {"at least one"}},
      {"", "MISSING_FIELD", "target", {}},
      {"program { outputs { } }", "MISSING_FIELD", "program.outputs[0].expression", {}},
      {"program { outputs { text: 'sine(x)' } }",
       "UNKNOWN_FUNCTION",
       "program.outputs[0].text",
       {"sine", "sin"}},
      {"program { graph { nodes { symbol: 'x' } nodes { call { function: 'cosine' operands: 0 } } "
       "} outputs { node: "
       "1 } }",
       "UNKNOWN_FUNCTION",
       "program.graph.nodes[1].call.function",
       {"cosine", "did you mean"}},
      {"program { outputs { text: 'sin(x, x)' } }", "", "program.outputs[0].text", {"sin", "2"}},
      {"program { graph { nodes { symbol: 'x' } nodes { call { function: 'atan2' operands: 0 } } } "
       "outputs { node: 1 "
       "} }",
       "ARITY",
       "program.graph.nodes[1].call.function",
       {"2 operand", "got 1"}},
      {"program { graph { nodes { call { function: 'add' } } } outputs { node: 0 } }",
       "ARITY",
       "program.graph.nodes[0].call.function",
       {"got 0"}},
      {"program { graph { nodes { call { function: 'sin' operands: 1 } } nodes { symbol: 'x' } } "
       "outputs { node: 0 } "
       "}",
       "NOT_TOPOLOGICAL",
       "program.graph.nodes[0].call.operands[0]",
       {"node 0", "node 1"}},
      {"program { graph { nodes { call { function: 'sin' operands: 0 } } } outputs { node: 0 } }",
       "NOT_TOPOLOGICAL",
       "program.graph.nodes[0].call.operands[0]",
       {}},
      {"program { graph { nodes { symbol: 'x' } } outputs { node: 9 } }",
       "BAD_NODE_INDEX",
       "program.outputs[0].node",
       {"9", "1 nodes"}},
      {"program { outputs { text: '1 + * x' } }",
       "",
       "program.outputs[0].text",
       {"line 1", "column 5", "^"}},
      {"program { outputs { text: '(x + 1' } }", "", "program.outputs[0].text", {"line 1", "^"}},
      {"program { outputs { text: '' } }", "", "program.outputs[0].text", {}},
      {"program { outputs { name: 'a' text: 'x' } outputs { name: 'a' text: '2*x' } }",
       "DUPLICATE_OUTPUT",
       "program.outputs[1].name",
       {"\"a\""}},
      {"program { arguments { name: 'x' } arguments { name: 'x' } outputs { text: 'x' } }",
       "DUPLICATE_ARGUMENT",
       "program.arguments[1]",
       {"\"x\""}},
      {"program { graph { nodes { constant { rational { numerator: '1' denominator: '0' } } } } "
       "outputs { node: 0 } "
       "}",
       "ZERO_DENOMINATOR",
       "program.graph.nodes[0].constant.rational",
       {}},
      {"program { outputs { text: 'x' } numerics: 99 }",
       "UNKNOWN_ENUM_VALUE",
       "program.numerics",
       {"99"}},
      // Inputs.
      {"program { outputs { text: 'x + missing' } }", "", "", {"missing"}},
      {"program { outputs { text: 'x' } } inputs { name: 'surplus' array { reals { values: 1 } } }",
       "",
       "",
       {"surplus"}},
      {"program { outputs { text: 'x + y' } } inputs { name: 'y' array { reals { values: [1, 2] } "
       "} }",
       "",
       "",
       {"(3,)", "(2,)"}},
      {"program { outputs { text: 'x' } } inputs { name: 'x' array { reals { values: 1 } } }",
       "DUPLICATE_INPUT",
       "inputs[1].name",
       {"\"x\""}},
      {"program { outputs { text: 'x' } } inputs { array { reals { values: 1 } } }",
       "EMPTY_NAME",
       "inputs[1].name",
       {}},
      {"program { outputs { text: 'x + y' } } inputs { name: 'y' }",
       "MISSING_FIELD",
       "inputs[1].array.data",
       {}},
      {"program { outputs { text: 'x + y' } } inputs { name: 'y' array { dtype: DATA_TYPE_FLOAT64 "
       "shape: 3 raw: "
       "'123' } }",
       "BYTE_LENGTH",
       "inputs[1].array.raw",
       {"3 bytes", "24 bytes", "(3,)"}},
      {"program { outputs { text: 'x + y' } } inputs { name: 'y' array { raw: '12345678' } }",
       "MISSING_FIELD",
       "inputs[1].array.dtype",
       {}},
      {"program { outputs { text: 'x + y' } } inputs { name: 'y' array { shape: -1 reals { values: "
       "1 } } }",
       "NEGATIVE_EXTENT",
       "inputs[1].array.shape[0]",
       {"-1"}},
      {"program { outputs { text: 'x + y' } } inputs { name: 'y' array { dtype: DATA_TYPE_INT64 "
       "reals { values: 1 } "
       "} }",
       "DTYPE_MISMATCH",
       "inputs[1].array.dtype",
       {"int64"}},
      {"program { outputs { text: 'x' } } options { compilation: 55 }",
       "UNKNOWN_ENUM_VALUE",
       "options.compilation",
       {"55"}},
      // Limits.
      {"program { outputs { text: 'x' } outputs { text: '1' } outputs { text: '2' } outputs { "
       "text: '3' } }",
       "OUTPUT_LIMIT",
       "program.outputs",
       {"4", "max_outputs = 3"}},
      {"program { arguments { name: 'a' } arguments { name: 'b' } arguments { name: 'c' } "
       "arguments { name: 'd' } "
       "arguments { name: 'e' } outputs { text: 'x' } }",
       "ARGUMENT_LIMIT",
       "program.arguments",
       {"5", "max_arguments = 4"}},
      {"program { outputs { text: 'x' } } inputs { name: '12345678901234567' array { reals { "
       "values: 1 } } }",
       "NAME_TOO_LONG",
       "inputs[1].name",
       {"17", "max_name_bytes = 16"}},
      {"program { outputs { text: 'x + y' } } inputs { name: 'y' array { shape: [1,1,1,1] reals { "
       "values: 1 } } }",
       "RANK_LIMIT",
       "inputs[1].array.shape",
       {"4", "max_rank = 3"}},
      {"program { outputs { text: 'x + y' } } inputs { name: 'y' array { dtype: DATA_TYPE_BOOL "
       "shape: [40, 40] raw: "
       "'' } }",
       "ELEMENT_LIMIT",
       "inputs[1].array.shape",
       {"1600", "max_elements = 1000"}},
      {"program { outputs { text: 'x + y' } } inputs { name: 'y' array { dtype: DATA_TYPE_BOOL "
       "shape: "
       "[4294967296, 4294967296] raw: '' } }",
       "SHAPE_OVERFLOW",
       "inputs[1].array.shape",
       {}},
      {"program { graph { nodes { constant { big_integer: "
       "'1000000000000000000000000000000000000000000000000000' } } "
       "} outputs { node: 0 } }",
       "INTEGER_TOO_LARGE",
       "program.graph.nodes[0].constant.big_integer",
       {"max_constant_bits"}},
  };
  for (const Case& each : cases) {
    const std::string text = each.request[0] == '\0' ? "" : std::string(each.request);
    const size_t inputs = text.find(" inputs {");  // ours come first
    const std::string request =
        inputs == std::string::npos ? text + kX : text.substr(0, inputs) + kX + text.substr(inputs);
    const auto reply = client_->Evaluate(Proto<v1::EvaluateRequest>(request));
    EXPECT_EQ(reply.status.code, kInvalidArgument) << request << "\n" << reply.status;
    EXPECT_EQ(reply.status.domain, "formulary") << request;
    if (each.reason[0] != '\0') {
      EXPECT_EQ(reply.status.reason, each.reason) << request << "\n" << reply.status;
    }
    if (each.field[0] != '\0') {
      EXPECT_THAT(reply.status.fields, ::testing::ElementsAre(each.field)) << request << "\n"
                                                                           << reply.status;
    }
    for (const char* const part : each.texts)
      EXPECT_THAT(reply.status.message, HasSubstr(part)) << request;
  }
}

TEST_F(BadInputE2eTest, ChainsAndSharingAreNoMatterButLimitsAre) {
  v1::EvaluateRequest request = TextRequest("x", {1});
  v1::Program* program = request.mutable_program();
  program->Clear();
  program->mutable_graph()->add_nodes()->set_symbol("x");
  for (uint32_t i = 0; i < 49; ++i) {  // x**(2^49) by squaring
    v1::Call* call = program->mutable_graph()->add_nodes()->mutable_call();
    call->set_function("mul");
    call->add_operands(i);
    call->add_operands(i);
  }
  program->add_outputs()->set_node(49);
  auto reply = client_->Evaluate(request);
  ASSERT_TRUE(reply.ok()) << reply.status;
  EXPECT_EQ(Doubles(reply->outputs(0).array())[0], 1);
  program->mutable_graph()->add_nodes()->set_symbol("x");
  reply = client_->Evaluate(request);
  EXPECT_EQ(reply.status.reason, "NODE_LIMIT") << reply.status;
  EXPECT_THAT(reply.status.message, AllOf(HasSubstr("51"), HasSubstr("max_nodes = 50")));
}

TEST_F(BadInputE2eTest, UnknownKernelsAreNotFound) {
  v1::EvaluateRequest request;
  request.set_kernel("kernels/" + std::string(64, '0'));
  EXPECT_EQ(client_->Evaluate(request).status.code, kNotFound);
  for (const char* const name : {"", "kernels/x", "../../../etc/passwd"}) {
    request.set_kernel(name);
    EXPECT_EQ(client_->Evaluate(request).status.reason, "BAD_KERNEL_NAME") << name;
  }
}

TEST_F(BadInputE2eTest, TypesThatNobodyComputesInAreUnimplemented) {
  for (const char* const dtype : {"DATA_TYPE_COMPLEX128", "DATA_TYPE_COMPLEX64"}) {
    const auto reply = client_->Evaluate(Proto<v1::EvaluateRequest>(
        "program { outputs { text: 'gamma(x)' } } inputs { name: 'x' array { dtype: " +
        std::string(dtype) + " reals { values: [1, 2] } } }"));
    EXPECT_EQ(reply.status.code, kUnimplemented) << reply.status;
    EXPECT_THAT(reply.status.message, HasSubstr("\"gamma\"")) << reply.status;
  }
  const auto reply = client_->Evaluate(
      Proto<v1::EvaluateRequest>("program { outputs { text: 'x' } } inputs { name: 'x' array { "
                                 "dtype: DATA_TYPE_FLOAT64 shared_memory { "
                                 "region: 'r' byte_size: 8 } } }"));
  EXPECT_EQ(reply.status.reason, "UNKNOWN_REGION") << reply.status;
}

TEST_F(BadInputE2eTest, BatchesOverTheLimit) {
  v1::BatchEvaluateRequest batch;
  for (int i = 0; i < 6; ++i) *batch.add_requests() = TextRequest("x", {1});
  const auto reply = client_->Call<v1::BatchEvaluateResponse>(
      "formulary.v1.EvaluationService/BatchEvaluate", batch);
  EXPECT_EQ(reply.status.reason, "BATCH_LIMIT") << reply.status;
}

TEST_F(BadInputE2eTest, MessagesOverTheLimit) {
  const auto reply = client_->Evaluate(TextRequest("x", std::vector<double>(10'000)));
  EXPECT_EQ(reply.status.code, kResourceExhausted) << reply.status;
}

TEST_F(BadInputE2eTest, MalformedBytes) {
  for (const std::string& bytes :
       {std::string("\xff\xff\xff"), std::string("\x12\x7f"), std::string("\x0b"),
        std::string(100'000, '\x0b').substr(0, 60'000)}) {
    for (const char* const method :
         {"formulary.v1.EvaluationService/Evaluate", "formulary.v1.EvaluationService/Compile",
          "formulary.v1.SymbolicService/Simplify"}) {
      const auto reply = client_->CallBytes(method, bytes);
      EXPECT_EQ(reply.status.code, kInvalidArgument) << method << reply.status;
      EXPECT_EQ(reply.status.reason, "MALFORMED_MESSAGE") << method;
    }
  }
}

TEST_F(BadInputE2eTest, StreamsThatBreakTheRules) {
  const std::string start =
      Proto<v1::EvaluateStreamRequest>("start { program { outputs { text: 'x' } } }")
          .SerializeAsString();
  const std::string chunk = Proto<v1::EvaluateStreamRequest>(
                                "chunk { inputs { name: 'x' array { reals { values: 1 } } } }")
                                .SerializeAsString();
  const std::vector<std::pair<std::vector<std::string>, const char*>> cases = {
      {{chunk}, "STREAM_ORDER"},
      {{start, start}, "STREAM_ORDER"},
      {{"\xff"}, "MALFORMED_MESSAGE"},
      {{""}, "MISSING_FIELD"},
      {{start, chunk, "\xff"}, "MALFORMED_MESSAGE"}};
  for (const auto& [messages, reason] : cases) {
    const auto stream = client_->Stream("formulary.v1.EvaluationService/EvaluateStream");
    for (const std::string& message : messages) stream->Write(message);
    stream->WritesDone();
    std::string bytes;
    while (stream->Read(&bytes)) {
    }
    const CallStatus status = stream->Finish();
    EXPECT_EQ(status.code, kInvalidArgument) << status;
    EXPECT_EQ(status.reason, reason) << status;
  }
}

TEST_F(BadInputE2eTest, NoErrorSpeaksOfTheServer) {
  const char* const requests[] = {"program { outputs { text: 'nosuch(x)' } }",
                                  "kernel: 'kernels/x'", "program { outputs { text: 'A @ B' } }",
                                  "program { outputs { text: 'integrate(x, x)' } }"};
  for (const char* const request : requests) {
    const CallStatus status = client_->Evaluate(Proto<v1::EvaluateRequest>(request)).status;
    EXPECT_FALSE(status.ok()) << request;
    for (const std::string& secret :
         {server_->cache_dir(), std::string("/usr/"), std::string("/tmp/"), std::string("0x7f"),
          std::to_string(server_->pid())})
      EXPECT_THAT(status.message, ::testing::Not(HasSubstr(secret))) << request;
    EXPECT_NE(status.code, kInternal) << status;
  }
}

}  // namespace
}  // namespace formulary::testing
