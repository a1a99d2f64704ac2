#include "server/service/evaluate_request.h"

#include <google/protobuf/stubs/logging.h>

#include <random>
#include <string>

#include "gtest/gtest.h"
#include "server/service/evaluate_call.h"
#include "tests/unit/service/requests.h"

namespace formulary::service {
namespace {

using testing::AddRaw;
using testing::FieldOf;
using testing::Proto;
using testing::RawRequest;
using testing::ReasonOf;

RequestLimits Limits(engine::Options options = {}) { return RequestLimits(options); }

const std::string kKernel = "kernels/" + std::string(64, '7');

// The text with every %s as the name of a kernel.
std::string WithKernel(std::string_view text) {
  std::string result(text);
  for (size_t at = 0; (at = result.find("%s")) != std::string::npos;)
    result.replace(at, 2, kKernel);
  return result;
}

absl::StatusOr<engine::EvaluateCall> Build(const std::string& bytes, size_t piece_bytes = SIZE_MAX,
                                           const RequestLimits& limits = Limits()) {
  const Incoming message = Incoming::FromString(bytes, piece_bytes);
  absl::StatusOr<EvaluateFields> fields = ParseEvaluateRequest(WireReader(message.pieces), limits);
  if (!fields.ok()) return fields.status();
  return BuildEvaluateCall(*fields, nullptr, limits, nullptr, message.owner);
}

absl::Status BuildError(std::string_view text, const RequestLimits& limits = Limits()) {
  return Build(Proto<v1::EvaluateRequest>(WithKernel(text)).SerializeAsString(), SIZE_MAX, limits)
      .status();
}

TEST(EvaluateRequestTest, ProgramAndInputsWhateverThePieces) {
  const v1::EvaluateRequest request = RawRequest({1, 2, 3});
  for (const size_t piece : {size_t{1}, size_t{2}, size_t{7}, SIZE_MAX}) {
    absl::StatusOr<engine::EvaluateCall> call = Build(request.SerializeAsString(), piece);
    ASSERT_OK(call);
    EXPECT_EQ(call->kernel, "");
    EXPECT_EQ(call->program.bytes, request.program().SerializeAsString());
    ASSERT_EQ(call->inputs.size(), 1u);
    EXPECT_EQ(call->inputs[0].name, "x");
    EXPECT_EQ(call->inputs[0].array.bytes.size(), 24u);
    EXPECT_EQ(call->mode, engine::CompilationMode::kAuto);
    const std::vector<std::string> names = {"x"};
    absl::StatusOr<expr::Program> program = call->program.decode(names);
    ASSERT_OK(program);
    EXPECT_EQ(program->outputs.size(), 1u);
  }
}

TEST(EvaluateRequestTest, DecodingNeedsNothingOfTheCallButItsOwner) {
  absl::StatusOr<engine::EvaluateCall> call = Build(RawRequest({1}).SerializeAsString(), 3);
  ASSERT_OK(call);
  auto decode = std::move(call->program.decode);
  call = absl::UnknownError("gone");
  EXPECT_OK(decode({}));
}

TEST(EvaluateRequestTest, OptionsAreTaken) {
  v1::EvaluateRequest request = RawRequest({1});
  request.mutable_options()->set_compilation(v1::COMPILATION_MODE_WAIT);
  request.mutable_options()->set_output_dtype(v1::DATA_TYPE_FLOAT32);
  request.mutable_options()->set_want_report(true);
  absl::StatusOr<engine::EvaluateCall> call = Build(request.SerializeAsString());
  ASSERT_OK(call);
  EXPECT_EQ(call->mode, engine::CompilationMode::kWait);
  EXPECT_EQ(call->output_dtype, expr::DType::kFloat32);
}

TEST(EvaluateRequestTest, LaterOccurrencesMergeOrWin) {
  const auto serialized = [](std::string_view text) {
    return Proto<v1::EvaluateRequest>(WithKernel(text)).SerializeAsString();
  };
  // kernel after program: the kernel; program after kernel: the program; two programs merge.
  absl::StatusOr<engine::EvaluateCall> call =
      Build(serialized("program { outputs { text: 'x' } }") + serialized("kernel: '%s'"));
  ASSERT_OK(call);
  EXPECT_EQ(call->kernel, kKernel);
  EXPECT_TRUE(call->program.bytes.empty());
  call = Build(serialized("kernel: '%s'") + serialized("program { outputs { text: '1' } }") +
               serialized("program { outputs { text: '2' } }"));
  ASSERT_OK(call);
  EXPECT_EQ(call->kernel, "");
  absl::StatusOr<expr::Program> program = call->program.decode({});
  ASSERT_OK(program);
  EXPECT_EQ(program->outputs.size(), 2u);
  call = Build(
      serialized("kernel: '%s' options { want_report: true compilation: COMPILATION_MODE_WAIT }") +
      serialized("options { compilation: COMPILATION_MODE_NEVER }"));
  ASSERT_OK(call);
  EXPECT_EQ(call->mode, engine::CompilationMode::kNever);
}

TEST(EvaluateRequestTest, PositionalInputsAreForKernelsOnly) {
  EXPECT_OK(
      BuildError("kernel: '%s' inputs { array { reals { values: 1 } } } inputs { array { reals { "
                 "values: 1 } } }"));
}

struct BadCase {
  const char* request;
  const char* reason;
  const char* field;
};

TEST(EvaluateRequestTest, BadRequestsNameTheField) {
  const BadCase cases[] = {
      {"", "MISSING_FIELD", "target"},
      {"inputs { name: 'x' array { reals { values: 1 } } }", "MISSING_FIELD", "target"},
      {"kernel: ''", "BAD_KERNEL_NAME", "kernel"},
      {"kernel: 'kernels/12'", "BAD_KERNEL_NAME", "kernel"},
      {"program { } inputs { array { reals { values: 1 } } }", "EMPTY_NAME", "inputs[0].name"},
      {"program { } inputs { name: 'x' }", "MISSING_FIELD", "inputs[0].array.data"},
      {"program { } inputs { name: 'x' array { reals { } } } inputs { name: 'x' array { reals { } "
       "} }",
       "DUPLICATE_INPUT", "inputs[1].name"},
      {"kernel: '%s' inputs { name: 'x' array { reals { } } } inputs { name: 'x' array { reals { } "
       "} }",
       "DUPLICATE_INPUT", "inputs[1].name"},
      {"program { } inputs { name: 'x' array { shape: -3 reals { } } }", "NEGATIVE_EXTENT",
       "inputs[0].array.shape[0]"},
      {"program { } inputs { name: 'x' array { dtype: DATA_TYPE_FLOAT64 shape: 1 raw: '' } }",
       "BYTE_LENGTH", "inputs[0].array.raw"},
      {"program { } options { compilation: 9 }", "UNKNOWN_ENUM_VALUE", "options.compilation"},
      {"program { } options { output_dtype: 8 }", "UNKNOWN_ENUM_VALUE", "options.output_dtype"},
      {"program { } options { encoding: 3 }", "UNKNOWN_ENUM_VALUE", "options.encoding"},
  };
  for (const BadCase& each : cases) {
    const absl::Status status = BuildError(each.request);
    EXPECT_EQ(ReasonOf(status), each.reason) << each.request << status;
    EXPECT_EQ(FieldOf(status), each.field) << each.request;
    EXPECT_TRUE(std::string(status.message()).starts_with(std::string(each.field) + ": "))
        << status;
  }
}

TEST(EvaluateRequestTest, NamesAreBoundedAndUtf8) {
  v1::EvaluateRequest request = RawRequest({1});
  request.mutable_inputs(0)->set_name(std::string(129, 'n'));
  EXPECT_EQ(ReasonOf(Build(request.SerializeAsString()).status()), "NAME_TOO_LONG");
  request.mutable_inputs(0)->set_name("qqq");
  std::string bytes = request.SerializeAsString();
  bytes[bytes.find("qqq")] = '\xff';
  const absl::Status status = Build(bytes).status();
  EXPECT_EQ(ReasonOf(status), "INVALID_UTF8") << status;
  EXPECT_EQ(FieldOf(status), "inputs[0].name");
}

TEST(EvaluateRequestTest, InputsAreCounted) {
  engine::Options options;
  options.max_arguments = 2;
  v1::EvaluateRequest request = RawRequest({1});
  AddRaw("b", {1}, request.mutable_inputs());
  EXPECT_OK(Build(request.SerializeAsString(), SIZE_MAX, Limits(options)));
  AddRaw("c", {1}, request.mutable_inputs());
  EXPECT_EQ(ReasonOf(Build(request.SerializeAsString(), SIZE_MAX, Limits(options)).status()),
            "ARGUMENT_LIMIT");
}

TEST(EvaluateRequestTest, EstimateIsTheBroadcast) {
  const auto estimate = [](std::string_view text, engine::Options options = {}) {
    absl::StatusOr<engine::EvaluateCall> call =
        Build(Proto<v1::EvaluateRequest>(text).SerializeAsString(), SIZE_MAX, Limits(options));
    return call.ok() ? EstimateOutputBytes(*call, Limits(options)) : SIZE_MAX;
  };
  const std::string column =
      "inputs { name: 'a' array { shape: [3, 1] reals { values: [1, 2, 3] } } }";
  const std::string row = "inputs { name: 'b' array { reals { values: [1, 2, 3, 4] } } }";
  EXPECT_EQ(estimate("program { }"), 8u);
  EXPECT_EQ(estimate("program { } " + row), 32u);
  EXPECT_EQ(estimate("program { } " + row + column), 96u);
  EXPECT_EQ(
      estimate("program { } " + row + column + "inputs { name: 'c' array { shape: 0 reals { } } }"),
      0u);
  engine::Options few;
  few.max_elements = 11;
  EXPECT_EQ(estimate("program { } " + row + column, few), 0u);  // the engine refuses it
}

TEST(BatchRequestTest, ItemsAreCounted) {
  engine::Options options;
  options.max_batch_items = 2;
  v1::BatchEvaluateRequest batch;
  *batch.add_requests() = RawRequest({1});
  *batch.add_requests() = RawRequest({2});
  Incoming message = Incoming::FromString(batch.SerializeAsString(), 4);
  absl::StatusOr<std::vector<WireReader>> items =
      ParseBatchRequest(WireReader(message.pieces), Limits(options));
  ASSERT_OK(items);
  EXPECT_EQ(items->size(), 2u);
  *batch.add_requests() = RawRequest({2});
  message = Incoming::FromString(batch.SerializeAsString());
  const absl::Status status =
      ParseBatchRequest(WireReader(message.pieces), Limits(options)).status();
  EXPECT_EQ(ReasonOf(status), "BATCH_LIMIT");
  EXPECT_EQ(status.message(), "requests: 3 is over the limit max_batch_items = 2");
}

TEST(StreamRequestTest, KindsOfMessages) {
  const auto parse = [](const v1::EvaluateStreamRequest& request) {
    const Incoming message = Incoming::FromString(request.SerializeAsString());
    return ParseStreamRequest(WireReader(message.pieces));
  };
  EXPECT_EQ(parse(Proto<v1::EvaluateStreamRequest>("start { kernel: '%s' }"))->kind,
            StreamFields::Kind::kStart);
  EXPECT_EQ(parse(Proto<v1::EvaluateStreamRequest>("chunk { }"))->kind, StreamFields::Kind::kChunk);
  EXPECT_EQ(ReasonOf(parse({}).status()), "MISSING_FIELD");
}

// Truncations and mutations of a request are either a call or INVALID_ARGUMENT (UNIMPLEMENTED where
// a mutation made shared memory of the data), and the same whatever the pieces.
TEST(EvaluateRequestTest, MutationsNeverDoHarm) {
  v1::EvaluateRequest request = RawRequest({1, 2, 3, 4});
  *request.add_inputs() =
      Proto<v1::NamedArray>("name: 'list' array { integers { values: [1, 2, 300] } }");
  *request.add_inputs() = Proto<v1::NamedArray>(
      "name: 'b' array { shape: [1, 2] booleans { values: [true, "
      "false] } }");
  request.mutable_options()->set_want_report(true);
  const std::string good = request.SerializeAsString();
  ASSERT_OK(Build(good, 1));
  const google::protobuf::LogSilencer silencer;
  constexpr uint32_t kSeed = 99;
  std::mt19937 random(kSeed);
  for (int round = 0; round < 30'000; ++round) {
    std::string bytes = good;
    if (round % 3 == 0) bytes.resize(random() % (good.size() + 1));
    for (uint32_t changes = random() % 4; changes > 0 && !bytes.empty(); --changes)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    absl::StatusOr<engine::EvaluateCall> call = Build(bytes, 1 + random() % 9);
    if (call.ok()) {
      const absl::Status decoded =
          call->kernel.empty() ? call->program.decode({}).status() : absl::OkStatus();
      EXPECT_TRUE(decoded.ok() || decoded.code() == absl::StatusCode::kInvalidArgument ||
                  decoded.code() == absl::StatusCode::kUnimplemented)
          << decoded << " seed " << kSeed << " round " << round;
      continue;
    }
    EXPECT_TRUE(call.status().code() == absl::StatusCode::kInvalidArgument ||
                call.status().code() == absl::StatusCode::kUnimplemented)
        << call.status() << " seed " << kSeed << " round " << round;
    EXPECT_EQ(call.status(), Build(bytes).status()) << "seed " << kSeed << " round " << round;
  }
}

}  // namespace
}  // namespace formulary::service
