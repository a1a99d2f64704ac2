#include "tests/bench/engine_calls.h"

#include <algorithm>
#include <future>

#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/expr/text/parse.h"
#include "tests/bench/figures.h"

namespace formulary::bench {
namespace {

absl::StatusOr<expr::Program> Build(const std::vector<std::string>& texts,
                                    absl::Span<const std::string> names,
                                    const std::vector<expr::Argument>& declared) {
  expr::ProgramBuilder builder{expr::Limits{}};
  for (const expr::Argument& argument : declared) RETURN_IF_ERROR(builder.Declare(argument));
  for (const std::string& name : names) builder.AddInputName(name);
  for (const std::string& text : texts) {
    ASSIGN_OR_RETURN(const expr::NodeId node, expr::ParseText(text, &builder));
    RETURN_IF_ERROR(builder.AddOutput("", node));
  }
  return builder.Build();
}

template <typename Number>
void AppendPieces(const std::vector<Number>& values, size_t piece_bytes, eval::ByteRope* rope) {
  const auto* const bytes = reinterpret_cast<const uint8_t*>(values.data());
  const size_t size = values.size() * sizeof(Number);
  const size_t step = piece_bytes == 0 ? size : piece_bytes;
  for (size_t at = 0; at < size; at += step) rope->Append(bytes + at, std::min(step, size - at));
}

// Sends the inputs with the call, and waits.
absl::StatusOr<engine::Evaluation> Finish(engine::Engine* engine, engine::EvaluateCall call,
                                          const std::vector<Values>& inputs, const Manner& manner) {
  call.mode = manner.mode;
  for (const Values& input : inputs) {
    engine::NamedInput named{.name = input.name};
    if (!input.scalar) named.array.shape = {static_cast<int64_t>(input.values.size())};
    if (input.floats.empty()) {
      AppendPieces(input.values, manner.piece_bytes, &named.array.bytes);
    } else {
      named.array.dtype = expr::DType::kFloat32;
      AppendPieces(input.floats, manner.piece_bytes, &named.array.bytes);
    }
    call.inputs.push_back(std::move(named));
  }
  std::promise<absl::StatusOr<engine::Evaluation>> promise;
  auto future = promise.get_future();
  engine->Evaluate(std::move(call), [&promise](absl::StatusOr<engine::Evaluation> result) {
    promise.set_value(std::move(result));
  });
  return future.get();
}

}  // namespace

std::unique_ptr<engine::Engine> MakeEngine(int threads) {
  engine::Options options;
  options.threads = threads;
  return OrDie(engine::Engine::Create(options));
}

absl::StatusOr<expr::Program> MakeProgram(const std::vector<std::string>& texts,
                                          const std::vector<Values>& inputs) {
  std::vector<expr::Argument> declared;
  for (const Values& input : inputs) {
    expr::Argument argument;
    argument.name = input.name;
    argument.uniform = input.scalar;
    declared.push_back(std::move(argument));
  }
  return Build(texts, {}, declared);
}

absl::StatusOr<engine::Evaluation> Evaluate(engine::Engine* engine,
                                            const std::vector<std::string>& texts,
                                            const std::vector<Values>& inputs, Manner manner) {
  engine::EvaluateCall call;
  for (const std::string& text : texts) base::StrAppend(&call.program.bytes, text, "\n");
  base::StrAppend(&call.program.bytes, static_cast<int>(manner.numerics));
  call.program.decode =
      [&texts, &manner](absl::Span<const std::string> names) -> absl::StatusOr<expr::Program> {
    ASSIGN_OR_RETURN(expr::Program program, Build(texts, names, {}));
    program.numerics = manner.numerics;
    return program;
  };
  return Finish(engine, std::move(call), inputs, manner);
}

absl::StatusOr<engine::Evaluation> Evaluate(engine::Engine* engine, const std::string& name,
                                            const expr::Program& program,
                                            const std::vector<Values>& inputs, Manner manner) {
  engine::EvaluateCall call;
  call.program.bytes = name;
  call.program.decode = [&program](absl::Span<const std::string>) { return program; };
  return Finish(engine, std::move(call), inputs, manner);
}

double EvaluateSeconds(engine::Engine* engine, const std::vector<std::string>& texts,
                       const std::vector<Values>& inputs, Manner manner) {
  const engine::Evaluation evaluation = OrDie(Evaluate(engine, texts, inputs, manner));
  const engine::Tier wanted = manner.mode == engine::CompilationMode::kWait
                                  ? engine::Tier::kCompiled
                                  : engine::Tier::kInterpreter;
  if (evaluation.report.tier != wanted)
    Die(absl::InternalError("another tier than the one measured answered"));
  return evaluation.report.evaluate_seconds;
}

}  // namespace formulary::bench
