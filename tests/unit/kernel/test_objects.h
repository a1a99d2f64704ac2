#ifndef FORMULARY_TESTS_UNIT_KERNEL_TEST_OBJECTS_H_
#define FORMULARY_TESTS_UNIT_KERNEL_TEST_OBJECTS_H_

// Shared objects for the tests of this folder, made by the machine's gcc (about 30 ms each,
// remembered).

#include <string>
#include <vector>

namespace formulary::kernel {

inline constexpr char kTestSymbol[] = "k_0123456789abcdef";

// The bytes of `text` compiled with the flags of real kernels, then `extra` ones.
std::string BuildObject(const std::string& text, const std::vector<std::string>& extra = {},
                        const std::string& symbol = kTestSymbol);

// y = x * factor + 1 under `symbol`.
std::string AffineObject(double factor, const std::string& symbol = kTestSymbol);

}  // namespace formulary::kernel

#endif  // FORMULARY_TESTS_UNIT_KERNEL_TEST_OBJECTS_H_
