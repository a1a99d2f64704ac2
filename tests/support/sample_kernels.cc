#include "tests/support/sample_kernels.h"

#include "absl/strings/str_format.h"

namespace formulary::testing {

std::string AffineKernelText(double factor) {
  return absl::StrFormat(
      "struct fy_v1_args { const void *const *inputs; void *const *outputs;\n"
      "  const unsigned char *uniforms; unsigned char *workspace; };\n"
      "typedef double fy_f64 __attribute__((aligned(1)));\n"
      "__attribute__((visibility(\"default\")))\n"
      "void FY_KERNEL(long n, const struct fy_v1_args *args) {\n"
      "  const fy_f64 *restrict x = args->inputs[0];\n"
      "  fy_f64 *restrict y = args->outputs[0];\n"
      "  n &= -16L;\n"
      "  for (long i = 0; i < n; ++i) y[i] = x[i] * %a + 1.0;\n"
      "}\n",
      factor);
}

std::vector<double> CallUnary(codegen::KernelFunction function, const std::vector<double>& x) {
  std::vector<double> y(x.size());
  const void* inputs[] = {x.data()};
  void* outputs[] = {y.data()};
  const codegen::fy_v1_args args = {inputs, outputs, nullptr, nullptr};
  function(static_cast<long>(x.size()), &args);
  return y;
}

}  // namespace formulary::testing
