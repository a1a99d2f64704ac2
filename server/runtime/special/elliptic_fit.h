#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_ELLIPTIC_FIT_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_ELLIPTIC_FIT_H_

// The complete integrals near their logarithm, on 0 <= p <= 1:
//   K(1 - p) = P(p) - log(p) Q(p), E(1 - p) = P(p) - p log(p) Q(p).
// P and Q are fitted together (weighted least squares, weights raised where the error is largest)
// to a relative error of 2^-59 for K and 2^-58 for E. Data only: for level files and scalar ones
// alike.

namespace formulary::runtime::special {

inline constexpr double kEllipticKP[] = {
    0x1.62e42fefa39efp+0, 0x1.8b90bfbebcdccp-4, 0x1.fa05b2f7ba4f9p-6, 0x1.e97eea59b1813p-7,
    0x1.2042aebcd2018p-7, 0x1.99e87d37bffadp-8, 0x1.d0657ee012985p-8, 0x1.466ab68347f16p-7,
    0x1.fbc8516656da1p-8, 0x1.178e096253848p-9, 0x1.05936e322d7cbp-13};
inline constexpr double kEllipticKQ[] = {
    0x1.0000000000000p-1, 0x1.fffffffffabccp-4,  0x1.1fffffdc4a462p-4, 0x1.8fffb9f72b0afp-5,
    0x1.322e294231bdfp-5, 0x1.ed02bc5e4bd28p-6,  0x1.84f8eac9ab711p-6, 0x1.ef7a5934cfbc1p-7,
    0x1.72848c833c122p-8, 0x1.bb258cb855062p-11, 0x1.bb626a0fd01ccp-16};
inline constexpr double kEllipticEP[] = {
    0x1.0000000000000p+0, 0x1.c5c85fdf4bd50p-2, 0x1.d159209c2e049p-5, 0x1.65b13436e36b7p-6,
    0x1.7b167b7241d97p-7, 0x1.f105b67283624p-8, 0x1.fd7ae1f507334p-8, 0x1.5fc5ab7a1eec7p-7,
    0x1.1cae4e05268a5p-7, 0x1.48d408b204cfdp-9, 0x1.41fe01e85a59bp-13};
inline constexpr double kEllipticEQ[] = {
    0x1.ffffffffff050p-3,  0x1.7fffffecc1c0bp-4, 0x1.dfffd18bd41dep-5, 0x1.5df255b306398p-5,
    0x1.124bc2ff66f11p-5,  0x1.ace20617bed8ep-6, 0x1.14a92ef1ad622p-6, 0x1.aa5eaed0e56e7p-8,
    0x1.08a69baed4496p-10, 0x1.13145f0765f2ep-15};

}  // namespace formulary::runtime::special

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_ELLIPTIC_FIT_H_
