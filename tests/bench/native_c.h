#ifndef FORMULARY_TESTS_BENCH_NATIVE_C_H_
#define FORMULARY_TESTS_BENCH_NATIVE_C_H_

// C written by hand, or by another tool, compiled with the system's gcc and called in this process:
// what Formulary's kernels are measured against.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "tests/bench/workloads.h"

namespace formulary::bench {

// Runs a program to its end by posix_spawn, in the environment that the server gives its compiler;
// the seconds from before the call to after its death.
absl::StatusOr<double> SpawnAndWait(const std::vector<std::string>& argv,
                                    const std::string& directory);

// A shared object loaded for good.
class NativeLibrary {
 public:
  // Compiles `text` with `flags` and links it with libmvec and libm. Compiling and linking are two
  // steps, so that no flag for one (-ffast-math) does anything to the other.
  static absl::StatusOr<NativeLibrary> Build(std::string_view text,
                                             const std::vector<std::string>& flags);

  // REQUIRES (else the process ends): it defines `name`.
  void* Symbol(const char* name) const;
  // True when it calls a function of libmvec.
  bool calls_vector_math() const { return calls_vector_math_; }

 private:
  void* handle_ = nullptr;
  bool calls_vector_math_ = false;
};

// A workload's body as one writes it who knows gcc: what is the same for all elements hoisted,
// polynomials by Horner's rule, functions declared with the simd attribute so that libmvec serves
// them. `real` is the type of numbers, `whole` an integer type of its size.
struct HandWritten {
  std::string_view workload;
  std::string_view prologue;  // over the scalar arguments
  std::string_view body;      // from the arguments to y0, y1
  std::string_view flags;     // besides HandWrittenFlags(), separated by blanks
};
absl::Span<const HandWritten> AllHandWritten();
// Null when there is none.
const HandWritten* FindHandWritten(std::string_view workload);

enum class FastMath { kNo, kYes };
enum class Number { kFloat64, kFloat32 };
std::vector<std::string> HandWrittenFlags(const HandWritten& row, FastMath fast_math,
                                          Number number = Number::kFloat64);
std::string HandWrittenText(const HandWritten& row, const Workload& workload,
                            Number number = Number::kFloat64);

// What HandWrittenText defines as "kernel": of numbers of its type.
using NativeKernel = void (*)(long n, const void* const* in, void* const* out);

// The kernel over all elements, cut into as many parts as there are threads: seconds from the first
// part's start to the last one's end, which is what evaluate_seconds says. REQUIRES: of doubles.
double SecondsInThreads(NativeKernel kernel, const std::vector<Values>& values, size_t points,
                        size_t threads, std::vector<std::vector<double>>* outputs);

}  // namespace formulary::bench

#endif  // FORMULARY_TESTS_BENCH_NATIVE_C_H_
