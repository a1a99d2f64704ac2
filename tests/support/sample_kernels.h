#ifndef FORMULARY_TESTS_SUPPORT_SAMPLE_KERNELS_H_
#define FORMULARY_TESTS_SUPPORT_SAMPLE_KERNELS_H_

// Small C texts under the kernel ABI that need no runtime function, and a way to call what comes of
// them.

#include <string>
#include <vector>

#include "server/codegen/abi.h"

namespace formulary::testing {

// FY_KERNEL with one input and one output: y = x * factor + 1, over n & -16 elements of float64.
std::string AffineKernelText(double factor);

// The output of such a kernel for `x`; its size must be a multiple of codegen::kLaneMultiple.
std::vector<double> CallUnary(codegen::KernelFunction function, const std::vector<double>& x);

}  // namespace formulary::testing

#endif  // FORMULARY_TESTS_SUPPORT_SAMPLE_KERNELS_H_
