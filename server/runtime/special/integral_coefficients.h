#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_INTEGRAL_COEFFICIENTS_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_INTEGRAL_COEFFICIENTS_H_

// Coefficients for integral_vector.h and integral.cc, lowest power first, made by interpolation at
// Chebyshev points in 50 to 80 digits and rounded to double. Plain data: level files include it.

namespace formulary::runtime::special::coefficients {

// E1(x) + log(x) on [0, 0.75]. Degree 12, relative error 3e-18.
inline constexpr double kE1Small[] = {
    -0x1.2788cfc6fb619p-1,  0x1.0000000000000p+0,  -0x1.ffffffffffff8p-3,  0x1.c71c71c71c394p-5,
    -0x1.5555555547d78p-7,  0x1.b4e81b4aac28dp-10, -0x1.e573abdce88c2p-13, 0x1.db8b599e7820fp-16,
    -0x1.a01829817fe9cp-19, 0x1.48aa37c074c7dp-22, -0x1.d748b81ad0fa4p-26, 0x1.2ae825cbb4aefp-29,
    -0x1.0f4f900594119p-33};

// exp(-x) / E1(x) - x for x >= 0.75, a quotient of polynomials in 1/x. Relative error 1e-17.
inline constexpr double kE1Num[] = {
    0x1.0000000000000p+0,  0x1.b695a2c022b17p+5,  0x1.2db4e65ffcbc2p+10, 0x1.b2fb2409d9abdp+13,
    0x1.683e756297744p+16, 0x1.62601e9a55600p+18, 0x1.9f156c851c46bp+19, 0x1.1bacfd6922fdap+20,
    0x1.b1828753bb25cp+19, 0x1.5854ae55ba8fdp+18, 0x1.f66497771db03p+15, 0x1.0a44d8cd4f08fp+12,
    0x1.c901a430e2cc3p+5};

// Its denominator.
inline constexpr double kE1Den[] = {
    0x1.0000000000000p+0,  0x1.be95a2c022b10p+5,  0x1.3ae99375fdd98p+10, 0x1.d584959058104p+13,
    0x1.96bac853a27dcp+16, 0x1.a89ca32440e83p+18, 0x1.0cb995b494ee9p+20, 0x1.95dee27c595a7p+20,
    0x1.6047d72a2a04ep+20, 0x1.493ef929bedfdp+19, 0x1.28ac348bb1a60p+17, 0x1.a3eefd5249812p+13,
    0x1.1f420a54dfae0p+8};

// The root of Ei.
inline constexpr double kEiRoot = 0x1.7d72952b4b5fcp-2;
inline constexpr double kEiRootLow = 0x1.e4c986021c6f2p-57;

// The root of li.
inline constexpr double kLiRoot = 0x1.738cef263ea25p+0;
inline constexpr double kLiRootLow = -0x1.bd39894e88b11p-55;

// (Ei(x) - log(x / root)) / (x - root) on [0, 6]. Degree 21, relative error 4e-19.
inline constexpr double kEiSmall[] = {
    0x1.19f5e1b267e52p+0,   0x1.16c3c088da9d1p-2,  0x1.e8e54953024f0p-5,   0x1.6ac79f8da2ca1p-7,
    0x1.cc95ebc53ea1dp-10,  0x1.fc8806c59d2b7p-13, 0x1.efa841e644148p-16,  0x1.aff0a3879a37bp-19,
    0x1.542436d1f5192p-22,  0x1.e874e8a4da584p-26, 0x1.4205e65d19037p-29,  0x1.8a2671f0fe72dp-33,
    0x1.b55172911f18fp-37,  0x1.02d072dad4d77p-40, 0x1.1059f90d4d7b5p-45,  0x1.168e1978b08c4p-47,
    -0x1.6237c40b9e084p-51, 0x1.f90d3e53ae34bp-54, -0x1.5436275ecd333p-57, 0x1.91481bd039ffcp-61,
    -0x1.09b03cc357289p-65, 0x1.a9088b1dc3de8p-71};

// x exp(-x) Ei(x) from 6 to 12, in t = (1/x - mid) / half.
inline constexpr double kEiLarge0[] = {
    0x1.2e8d96f4f4181p+0,   0x1.74a603b8ee2c2p-4,   0x1.4cd5ae74c1543p-7,   -0x1.b7890d409ac3bp-9,
    -0x1.27254bd88d6c0p-10, 0x1.8743951d89165p-12,  0x1.60d206d802c10p-15,  -0x1.7e1c5ace3b54ep-15,
    0x1.349686fa0b53ap-17,  0x1.80c1db37b0ebfp-20,  -0x1.83f32da3a6b79p-20, 0x1.c7dbd89c729cep-22,
    -0x1.fdda580a4e696p-26, -0x1.06ed7694610eap-25, 0x1.21d7633c80aacp-26,  -0x1.42ec5780d5126p-28,
    0x1.28b796a1b12a6p-31,  0x1.f918a535fd06ep-33,  -0x1.c3ad9f8642d2dp-33, 0x1.51672630fb987p-34,
    -0x1.01214ac1c38c9p-38, -0x1.261754538d639p-38};

// x exp(-x) Ei(x) from 12 to 25, in t = (1/x - mid) / half.
inline constexpr double kEiLarge1[] = {
    0x1.123af9d9f9e65p+0,   0x1.e126940d121f7p-6,   0x1.0e8f6c0909398p-9,   0x1.3504103112401p-12,
    0x1.8e107672a9356p-15,  -0x1.525264440b566p-18, -0x1.aef15c4849522p-18, -0x1.0e2748e0e64c8p-21,
    0x1.65f6706756fe1p-21,  0x1.2b0db7b3fdacfp-25,  -0x1.4ccd3564b4e18p-24, 0x1.10a6cff8230e1p-27,
    0x1.eea4b021431f5p-28,  -0x1.67ba2baedef65p-29, -0x1.1289ab756f582p-33, 0x1.7a0ae1957f32bp-32,
    -0x1.8d10e8d91a33bp-34, -0x1.a5ed171eb094fp-37, 0x1.9ab9a517f42d7p-37,  -0x1.f8e5e0f85d9aep-40};

// x exp(-x) Ei(x) from 25 to 60, in t = (1/x - mid) / half.
inline constexpr double kEiLarge2[] = {
    0x1.07b434f4006fbp+0,   0x1.b02a95953d821p-7,  0x1.7c0651c9f1f37p-12,  0x1.0f9030f3c211ap-16,
    0x1.1c3a14edc8cb4p-20,  0x1.a1b3507b93ad4p-24, 0x1.aeec421ddd913p-27,  0x1.3df4ac56e077dp-29,
    0x1.31a0a1dc68ad6p-31,  0x1.00999dbaed8e3p-33, -0x1.d57c710c2d0a7p-38, -0x1.7c912dbfeeab0p-36,
    -0x1.1598984a4e61bp-37, 0x1.f8a66676ba0f3p-41, 0x1.688fb461f37dfp-40,  0x1.1d4e0a7eecb25p-45,
    -0x1.f949f3101c6e0p-44};

// x exp(-x) Ei(x) from 60 to None, in t = (1/x - mid) / half.
inline constexpr double kEiLarge3[] = {
    0x1.022b78955d908p+0,  0x1.1a86b73f15786p-7,  0x1.3aaea4c0ec4a0p-13, 0x1.0baecbf8c2470p-18,
    0x1.3552058532c39p-23, 0x1.c775e526e6ac3p-28, 0x1.9a704db839981p-32, 0x1.b85289e95c3eep-36,
    0x1.13b2ca4b9c488p-39, 0x1.9a9d415966c13p-43, 0x1.5459eee281d5dp-46};

inline constexpr double kEiMid[] = {0x1.0000000000000p-3, 0x1.f92c5f92c5f93p-5,
                                    0x1.d0369d0369d03p-6, 0x1.1111111111111p-7};
inline constexpr double kEiScale[] = {0x1.8000000000000p+4, 0x1.713b13b13b13bp+5,
                                      0x1.56db6db6db6dbp+6, 0x1.e000000000000p+6};

// li(2).
inline constexpr double kLiOfTwo = 0x1.0b8fda7e91808p+0;
inline constexpr double kLiOfTwoLow = -0x1.e9985eb31b03dp-54;

// (li(x) - li(2)) / (x - 2) on [1.625, 2.625], in t = 2 (x - 2.125).
inline constexpr double kLiNearTwo[] = {
    0x1.61e9a62c16cecp+0,  -0x1.c932097501705p-3,  0x1.090d878bd1138p-4,   -0x1.608d2dd44d3e5p-6,
    0x1.f60314486f7dep-8,  -0x1.7489f1f9e9f26p-9,  0x1.1c551d79041b5p-10,  -0x1.baf5fe2bd8d81p-12,
    0x1.5e705cc97a2bbp-13, -0x1.18a6c491f334dp-14, 0x1.c5fce844c1be4p-16,  -0x1.72339b0ee8fc8p-17,
    0x1.2ffc5af7d20fcp-18, -0x1.f62317cdf640bp-20, 0x1.a0268b04500dap-21,  -0x1.5ab4ca104655fp-22,
    0x1.275ddf692a062p-23, -0x1.f2f3a73bdf48bp-25, 0x1.6b41f9128b9ebp-26,  -0x1.27a36fd24b969p-27,
    0x1.cdb7711deb166p-28, -0x1.a407be441f459p-29, -0x1.27c5d437eaed6p-31, 0x1.4dfe8424f3bbap-32,
    0x1.18194b349cc43p-31, -0x1.f920bede7f704p-33};

// Si(x) / x on [0, 4], in t = x^2 / 8 - 1.
inline constexpr double kSinint[] = {
    0x1.4c3ba09d01a0dp-1,  -0x1.14774a496bda5p-2,  0x1.1e887724d658ep-4,  -0x1.4d9bbee8c8688p-7,
    0x1.e583838411af9p-11, -0x1.e0a04a92f4e06p-15, 0x1.57fcad05cffe5p-19, -0x1.74584995dabc3p-24,
    0x1.3b61d77be5c02p-29, -0x1.ad6dd992e00dcp-35, 0x1.e07ad009b004fp-41, -0x1.c11baafa285b3p-47};

// The first root of Ci.
inline constexpr double kCiRoot = 0x1.3ba69b6517559p-1;
inline constexpr double kCiRootLow = -0x1.844beee0210fep-55;

// The second root of Ci.
inline constexpr double kCiRoot2 = 0x1.b12cd2f74f769p+1;
inline constexpr double kCiRoot2Low = 0x1.c6bdbd631b168p-53;

// (Ci(x) - log(x / root)) / (x^2 - root^2) in x^2 on [0, 3]. Degree 9, relative error 1e-18.
inline constexpr double kCosint[] = {
    -0x1.f7f5b478e1ca0p-3,  0x1.5277098cda11ep-7,  -0x1.e2fd3345663e3p-13, 0x1.9eb2fc61281dep-19,
    -0x1.d84c13c94b0d6p-26, 0x1.7de30171955b4p-33, -0x1.cc9b6e2900a8cp-41, 0x1.adf8ee8542159p-49,
    -0x1.3ea31c35aa2abp-57, 0x1.63004735ae006p-66};

// Ci(x) / (x - root2) on [1.75, 4.25], in t = (x - 3) / 1.25.
inline constexpr double kCosint2[] = {
    -0x1.3edce9f36fef1p-2,  0x1.effa4d9c373c3p-5,   0x1.1a768978100e7p-4,   -0x1.4249b05347f05p-6,
    -0x1.960305a39b44dp-13, -0x1.cda6d27fd3a78p-15, 0x1.1b2b329d42617p-12,  -0x1.8bfb7f078fe5cp-14,
    0x1.eeaef78679088p-16,  -0x1.750fa7fbcb46ep-17, 0x1.1f8db81a575e9p-18,  -0x1.b6bf563ca798ap-20,
    0x1.50e0cc1dd174ep-21,  -0x1.048c932952841p-22, 0x1.94e29d77b29f0p-24,  -0x1.3c18ebfe86065p-25,
    0x1.f38864c22feeap-27,  -0x1.8a029c2c04c58p-28, 0x1.21a729cd63e82p-29,  -0x1.c2b0fb13bdd5ap-31,
    0x1.01c57c34bb93ep-31,  -0x1.ad9d63e6ed545p-33, -0x1.184abb60fb356p-37, 0x1.c4210eba23141p-38,
    0x1.dfe261c0918a9p-36,  -0x1.92bacc97c77d1p-37};

// x f(x) (DLMF 6.2.17, 6.2.18) for x >= 4, a quotient of polynomials in 1/x^2. Relative error
// 1e-18.
inline constexpr double kSiCiFNum[] = {
    0x1.0000000000000p+0,  0x1.8bafaa32df810p+11, 0x1.e05a53a5e0fc0p+21, 0x1.2ce15df8114e1p+31,
    0x1.ae5a274ee717bp+39, 0x1.6fae5c4b14ef9p+47, 0x1.7e2d06c79b718p+54, 0x1.e3aad341c9c76p+60,
    0x1.6f9cc806ce3ddp+66, 0x1.4612dce4eadacp+71, 0x1.417cc3db30fc8p+75, 0x1.453d155a1f507p+78,
    0x1.25ef3384b084cp+80, 0x1.674f7329dae93p+80, 0x1.02a742a1dd663p+78};

// Its denominator.
inline constexpr double kSiCiFDen[] = {
    0x1.0000000000000p+0,  0x1.8befaa32df810p+11, 0x1.e11f8b7afa6bcp+21, 0x1.2dcfa1764f7efp+31,
    0x1.b0aac432afbfcp+39, 0x1.72f4a9dbc416bp+47, 0x1.83add15bf2927p+54, 0x1.eed2ff26d99e8p+60,
    0x1.7d35b4df448bfp+66, 0x1.599a7e77dcc5dp+71, 0x1.614b544cb49f5p+75, 0x1.7c502cffbcc5fp+78,
    0x1.80f749c630b16p+80, 0x1.29819db0ce56cp+81, 0x1.aec259b62fb2ep+79};

// x^2 g(x) (DLMF 6.2.17, 6.2.18) for x >= 4, a quotient of polynomials in 1/x^2. Relative error
// 7e-18.
inline constexpr double kSiCiGNum[] = {
    0x1.0000000000000p+0,  0x1.a7430471d9a3ap+11, 0x1.139dabff84e93p+22, 0x1.738307c2370f6p+31,
    0x1.1ebaa0b97c365p+40, 0x1.092329e752cdcp+48, 0x1.2b0e7b1eba25cp+55, 0x1.9b8f6b9fadd1cp+61,
    0x1.54894adf6de44p+67, 0x1.48ab38def4e23p+72, 0x1.5f731ef9d203ep+76, 0x1.7e74d889c9ec6p+79,
    0x1.6cc7b6ea18469p+81, 0x1.bdcd2027bf283p+81, 0x1.ae2fbff51803dp+78};

// Its denominator.
inline constexpr double kSiCiGDen[] = {
    0x1.0000000000000p+0,  0x1.a8030471d9a3ap+11, 0x1.14d9ce42da4c7p+22, 0x1.76b550765e486p+31,
    0x1.22ff4e790eb7ap+40, 0x1.0fa25ee1fff02p+48, 0x1.36d356f62cbb2p+55, 0x1.b54fccf7583d6p+61,
    0x1.766da2874e830p+67, 0x1.7d3bb2d1a0db2p+72, 0x1.bbd7d6b60896fp+76, 0x1.1589ea6d9d54cp+80,
    0x1.509a00d9f1b84p+82, 0x1.4921a065dd29cp+83, 0x1.54bc4f70eae7bp+82};

// Shi(x) / x in x^2 on [0, 6]. Degree 13, relative error 2e-19.
inline constexpr double kSinhint[] = {
    0x1.0000000000000p+0,  0x1.c71c71c71c71dp-5,  0x1.b4e81b4e81b3ap-10, 0x1.db8b6f9267187p-16,
    0x1.48c5892f775cdp-22, 0x1.390327a30784bp-29, 0x1.b2a2edbb86dc8p-37, 0x1.cb3266ec5492fp-45,
    0x1.7d56e0d8b6ef7p-53, 0x1.fed092df45573p-62, 0x1.1992c605f9ba6p-70, 0x1.05a5a6ed64d2ep-79,
    0x1.8378ab7fafd0cp-89, 0x1.6ff6569174a89p-98};

// The root of Chi.
inline constexpr double kChiRoot = 0x1.0c3278da0d5c1p-1;
inline constexpr double kChiRootLow = -0x1.ec000b0a540ecp-56;

// (Chi(x) - log(x / root)) / (x^2 - root^2) in x^2 on [0, 6]. Degree 13, relative error 3e-20.
inline constexpr double kCoshint[] = {
    0x1.02f1da783298bp-2,  0x1.576c1bdca1310p-7,  0x1.e73d7c8b5b890p-13, 0x1.a11e4440aa729p-19,
    0x1.da40972580e94p-26, 0x1.7f10c43228d33p-33, 0x1.cdb56879879bcp-41, 0x1.aed725daa9734p-49,
    0x1.405858ca7901bp-57, 0x1.846ce4f6f4f0dp-66, 0x1.872ae4c54de2fp-75, 0x1.4e17edd856256p-84,
    0x1.ce2c59020c508p-94, 0x1.8e446f2dcda8fp-103};

// (W + 1 - p) / p^2 in p = sqrt(2 (e x + 1)), |p| <= 0.72. Relative error 3e-18.
inline constexpr double kLambertBranch0[] = {
    -0x1.5555555555555p-2,  0x1.38e38e38e38c2p-3,  -0x1.4629b7f0d237dp-4,  0x1.6c901e56544aep-5,
    -0x1.a9bbcaf266b07p-6,  0x1.002c95363715cp-6,  -0x1.3b20099d1b1e7p-7,  0x1.8a26887f1d3f4p-8,
    -0x1.f3572d0010069p-9,  0x1.3f03fe9162847p-9,  -0x1.97770682bef54p-10, 0x1.fcd18b129d2e0p-11,
    -0x1.28c61c2019097p-11, 0x1.2c6f9f76978efp-12, -0x1.dc164c1d24edbp-14, 0x1.fb298482b77a2p-16,
    -0x1.099b55c1089b1p-18};

// (W + 1 - p) / p^2 in p = -sqrt(2 (e x + 1)), |p| <= 0.72. Relative error 3e-18.
inline constexpr double kLambertBranchM1[] = {
    -0x1.5555555555555p-2, 0x1.38e38e38e390fp-3, -0x1.4629b7f0cfa1cp-4, 0x1.6c901e5a83e38p-5,
    -0x1.a9bbc9f1726f2p-6, 0x1.002cbafc34ebdp-6, -0x1.3b1b34f8b6950p-7, 0x1.8ab59d756c878p-8,
    -0x1.e8dc3bbf8d5eap-9, 0x1.8fcb7f898f8c6p-9, 0x1.f89a2c9dd70a5p-10, 0x1.120468ea72fe5p-6,
    0x1.c004732d32813p-5,  0x1.3cb7756b39246p-3, 0x1.5af14a8ec84e0p-2,  0x1.2bee3eca6c117p-1,
    0x1.91f4ef9659500p-1,  0x1.9a62313123a2dp-1, 0x1.34791d1bdfc27p-1,  0x1.42e5d16ee3014p-2,
    0x1.a5921e94c56c9p-4,  0x1.051d1f0acc2aep-6};

// e
inline constexpr double kE = 0x1.5bf0a8b145769p+1;
inline constexpr double kELow = 0x1.4d57ee2b1013ap-53;

// W(x) / x on [-0.28, 4], to 2e-03.
inline constexpr double kLambertStartNum[] = {0x1.ff230b07e5f4cp-1, 0x1.88735b8f12764p+0,
                                              0x1.673cb1bc9ed24p-4};

// Its denominator.
inline constexpr double kLambertStartDen[] = {0x1.0000000000000p+0, 0x1.4462b3cf37cfdp+1,
                                              0x1.13439a66fd836p+0};

// W_-1 in sqrt(2 (e x + 1)) from 0.69 to 1.2, to 0.2 %.
inline constexpr double kLambertStartM1[] = {-0x1.4428884a43140p+2, 0x1.2a67b868ee87ap+4,
                                             -0x1.1f7f415817bf2p+5, 0x1.ca5831b141cf5p+4,
                                             -0x1.1f19633390790p+3};

}  // namespace formulary::runtime::special::coefficients

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_INTEGRAL_COEFFICIENTS_H_
