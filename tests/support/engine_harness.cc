#include "tests/support/engine_harness.h"

#include <cstring>
#include <future>
#include <memory>

#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/expr/text/parse.h"

namespace formulary::testing {
namespace {

using expr::DType;

template <typename T>
void AppendAs(double value, std::string* out) {
  const T converted = static_cast<T>(value);
  out->append(reinterpret_cast<const char*>(&converted), sizeof converted);
}

std::string Encode(const TestInput& input) {
  std::string bytes;
  for (const double value : input.values) {
    switch (input.dtype) {
      case DType::kFloat32:
      case DType::kComplex64:
        AppendAs<float>(value, &bytes);
        break;
      case DType::kInt64:
        AppendAs<int64_t>(value, &bytes);
        break;
      case DType::kInt32:
        AppendAs<int32_t>(value, &bytes);
        break;
      case DType::kBool:
        AppendAs<uint8_t>(value, &bytes);
        break;
      default:
        AppendAs<double>(value, &bytes);
        break;
    }
  }
  return bytes;
}

template <typename T>
std::vector<double> DecodeAs(const std::string& bytes) {
  std::vector<double> values(bytes.size() / sizeof(T));
  for (size_t i = 0; i < values.size(); ++i) {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof value);
    values[i] = static_cast<double>(value);
  }
  return values;
}

std::vector<double> Decode(const std::string& bytes, DType dtype) {
  switch (dtype) {
    case DType::kFloat32:
    case DType::kComplex64:
      return DecodeAs<float>(bytes);
    case DType::kInt64:
      return DecodeAs<int64_t>(bytes);
    case DType::kBool:
      return DecodeAs<uint8_t>(bytes);
    default:
      return DecodeAs<double>(bytes);
  }
}

absl::StatusOr<expr::Program> Build(const std::vector<std::string>& outputs,
                                    expr::Numerics numerics,
                                    const std::vector<expr::Argument>& declared,
                                    absl::Span<const std::string> input_names) {
  expr::ProgramBuilder builder{expr::Limits{}};
  builder.SetNumerics(numerics);
  for (const expr::Argument& argument : declared) RETURN_IF_ERROR(builder.Declare(argument));
  for (const std::string& name : input_names) builder.AddInputName(name);
  for (const std::string& text : outputs) {
    ASSIGN_OR_RETURN(const expr::NodeId node, expr::ParseText(text, &builder));
    RETURN_IF_ERROR(builder.AddOutput("", node));
  }
  return builder.Build();
}

}  // namespace

absl::StatusOr<expr::Program> ParseProgram(const std::vector<std::string>& outputs,
                                           expr::Numerics numerics,
                                           const std::vector<expr::Argument>& declared) {
  return Build(outputs, numerics, declared, {});
}

absl::StatusOr<TestAnswer> Call(engine::Engine* engine, const TestCall& call) {
  auto arrays = std::make_shared<std::vector<std::string>>();
  for (const TestInput& input : call.inputs) arrays->push_back(Encode(input));
  engine::EvaluateCall request;
  request.kernel = call.kernel;
  request.mode = call.mode;
  request.output_dtype = call.output_dtype;
  request.owner = arrays;
  for (size_t i = 0; i < call.inputs.size(); ++i) {
    engine::NamedInput input{call.inputs[i].name, {call.inputs[i].dtype, call.inputs[i].shape, {}}};
    const std::string& bytes = (*arrays)[i];
    const size_t piece = call.piece_bytes == 0 ? bytes.size() : call.piece_bytes;
    for (size_t at = 0; at < bytes.size(); at += piece) {
      input.array.bytes.Append(bytes.data() + at, std::min(piece, bytes.size() - at));
    }
    request.inputs.push_back(std::move(input));
  }
  if (call.kernel.empty()) {
    request.program.bytes = base::StrCat(static_cast<int>(call.numerics), call.accurate, "|");
    for (const std::string& text : call.outputs)
      base::StrAppend(&request.program.bytes, text, "\n");
    for (const expr::Argument& argument : call.declared) {
      base::StrAppend(&request.program.bytes, argument.name, static_cast<int>(argument.dtype),
                      argument.uniform, argument.assumptions.positive.value_or(false), "\n");
    }
    request.program.decode = [call](absl::Span<const std::string> names) {
      absl::StatusOr<expr::Program> program =
          Build(call.outputs, call.numerics, call.declared, names);
      if (program.ok()) program->accurate = call.accurate;
      return program;
    };
  }
  std::promise<absl::StatusOr<engine::Evaluation>> promise;
  std::future<absl::StatusOr<engine::Evaluation>> future = promise.get_future();
  engine->Evaluate(std::move(request), [&promise](absl::StatusOr<engine::Evaluation> evaluation) {
    promise.set_value(std::move(evaluation));
  });
  ASSIGN_OR_RETURN(const engine::Evaluation evaluation, future.get());
  TestAnswer answer;
  answer.report = evaluation.report;
  for (const eval::OutputArray& output : evaluation.outputs) {
    const std::string bytes(reinterpret_cast<const char*>(output.bytes.data()),
                            output.bytes.size());
    answer.outputs.push_back(Decode(bytes, output.dtype));
    answer.bytes.push_back(bytes);
    answer.shapes.push_back(output.shape);
    answer.dtypes.push_back(output.dtype);
  }
  return answer;
}

std::vector<double> Linspace(double lo, double hi, int n) {
  std::vector<double> values;
  for (int i = 0; i < n; ++i) values.push_back(n == 1 ? lo : lo + (hi - lo) * i / (n - 1));
  return values;
}

}  // namespace formulary::testing
