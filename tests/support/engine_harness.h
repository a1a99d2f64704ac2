#ifndef FORMULARY_TESTS_SUPPORT_ENGINE_HARNESS_H_
#define FORMULARY_TESTS_SUPPORT_ENGINE_HARNESS_H_

// Calls the engine as a client would, without gRPC: text in, vectors out, waiting for the answer.

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "server/engine/engine.h"
#include "server/expr/program_builder.h"

namespace formulary::testing {

// A program from its text. REQUIRES (else the test dies): it parses.
absl::StatusOr<expr::Program> ParseProgram(const std::vector<std::string>& outputs,
                                           expr::Numerics numerics = expr::Numerics::kStable,
                                           const std::vector<expr::Argument>& declared = {});

// An input of a call: float64 unless said otherwise. Scalars have shape ().
struct TestInput {
  std::string name;
  std::vector<double> values;
  eval::Shape shape;
  expr::DType dtype = expr::DType::kFloat64;

  TestInput(std::string input_name, double value) : name(std::move(input_name)), values({value}) {}
  TestInput(std::string input_name, std::vector<double> input_values)
      : name(std::move(input_name)),
        values(std::move(input_values)),
        shape({static_cast<int64_t>(values.size())}) {}
  TestInput(std::string input_name, std::vector<double> input_values, eval::Shape input_shape)
      : name(std::move(input_name)),
        values(std::move(input_values)),
        shape(std::move(input_shape)) {}
  // Complex numbers: real and imaginary parts by turns.
  static TestInput Complex(std::string name, std::vector<double> parts,
                           expr::DType type = expr::DType::kComplex128) {
    const auto count = static_cast<int64_t>(parts.size() / 2);
    TestInput input(std::move(name), std::move(parts), {count});
    input.dtype = type;
    return input;
  }
  TestInput As(expr::DType type) const {
    TestInput copy = *this;
    copy.dtype = type;
    return copy;
  }
};

struct TestCall {
  std::vector<std::string> outputs;
  std::vector<TestInput> inputs;
  std::string kernel;  // instead of outputs
  expr::Numerics numerics = expr::Numerics::kStable;
  std::vector<expr::Argument> declared;
  bool accurate = false;
  engine::CompilationMode mode = engine::CompilationMode::kNever;
  expr::DType output_dtype = expr::DType::kUnspecified;
  // Inputs arrive in pieces of this many bytes, as from a network; 0: whole.
  size_t piece_bytes = 0;
};

struct TestAnswer {
  std::vector<std::vector<double>> outputs;  // converted to double
  std::vector<std::string> bytes;            // as they are
  std::vector<eval::Shape> shapes;
  std::vector<expr::DType> dtypes;
  engine::Report report;
};

// Evaluates and waits.
absl::StatusOr<TestAnswer> Call(engine::Engine* engine, const TestCall& call);

// n values from lo to hi.
std::vector<double> Linspace(double lo, double hi, int n);

}  // namespace formulary::testing

#endif  // FORMULARY_TESTS_SUPPORT_ENGINE_HARNESS_H_
