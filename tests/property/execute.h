#ifndef FORMULARY_TESTS_PROPERTY_EXECUTE_H_
#define FORMULARY_TESTS_PROPERTY_EXECUTE_H_

// Runs one program in each of the ways there are: element by element as written, interpreted in
// blocks, compiled. For the property tests, which hold them against each other.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/base/thread_pool.h"
#include "server/codegen/lower.h"
#include "server/eval/evaluator.h"
#include "server/expr/interpret.h"
#include "server/expr/program.h"
#include "server/kernel/kernel.h"

namespace formulary::testing {

// Elements of one argument or output, each as the low bytes of 8.
struct Column {
  expr::DType dtype = expr::DType::kFloat64;
  std::vector<uint64_t> bits;

  static Column Of(expr::DType dtype, absl::Span<const double> values);
  expr::Scalar at(size_t i) const;
};

uint64_t BitsOf(const expr::Scalar& value);
expr::Scalar ScalarOf(expr::DType dtype, uint64_t bits);
// Any NaN equals any NaN; everything else by its bits.
bool SameBits(const expr::Scalar& a, const expr::Scalar& b);
std::string Shown(const expr::Scalar& value);

// Ready for the naive interpreter: expanded, with conversions explicit. The test process ends when
// it is not.
expr::Program AsWritten(const expr::Program& program);

// The program with this output only, and a graph of what that needs.
expr::Program OnlyOutput(const expr::Program& program, size_t output);

// By output, one element after the other.
std::vector<Column> RunNaively(const expr::Program& as_written,
                               const std::vector<Column>& arguments);

// How a lowered program is run.
struct RunOptions {
  const kernel::Kernel* kernel = nullptr;  // null: interpreted
  base::ThreadPool* pool = nullptr;
  size_t piece_bytes = 0;  // inputs come in pieces of this size; 0: whole
  size_t first = 0;        // elements [first, first + count)
  size_t count = ~size_t{0};
};

// Lowered for columns of these types; a column of one element where others are longer is uniform.
codegen::LoopProgram LowerFor(const expr::Program& program, const std::vector<Column>& arguments,
                              expr::DType output_dtype = expr::DType::kUnspecified);
std::vector<Column> RunLowered(const codegen::LoopProgram& program,
                               const std::vector<Column>& arguments,
                               const RunOptions& options = {});

// The loaded kernel of a program, made by the real compiler.
absl::StatusOr<std::unique_ptr<kernel::Kernel>> CompileAndLoad(const codegen::LoopProgram& program);
// The shared object's bytes.
absl::StatusOr<std::string> CompileToElf(const codegen::LoopProgram& program);

inline constexpr std::string_view kTestSymbol = "k_0123456789abcdef";

}  // namespace formulary::testing

#endif  // FORMULARY_TESTS_PROPERTY_EXECUTE_H_
