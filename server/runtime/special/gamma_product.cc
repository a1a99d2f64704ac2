#include "server/runtime/special/gamma_product.h"

namespace formulary::runtime::special {
namespace {

constexpr double kStirling = 10;  // from here on the asymptotic expansion
constexpr Pair kHalfLog2Pi = {0x1.d67f1c864beb5p-1, -0x1.65b5a1b7ff5dfp-55};
constexpr Pair kPi = {0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53};

constexpr int kPairs = 3, kTerms = 18;

// Taylor coefficients of 1/gamma at 1, 3/2, 2, ..., 10, for distances to 1/4; the first three in
// two parts.
struct InverseGammaRow {
  double pairs[2 * kPairs];
  double rest[kTerms - kPairs];
};
// clang-format off
constexpr InverseGammaRow kInverseGamma[] = {
    {{0x1.0000000000000p+0, 0, 0x1.2788cfc6fb619p-1,
      -0x1.6cb90701fbfabp-58, -0x1.4fcf4026afa2ep-1, 0x1.8a3db7a90c42ap-56},
     {-0x1.5815e8fa27048p-5, 0x1.5512320b43fbep-3, -0x1.59af103c34092p-5, -0x1.3b4af28483e21p-7,
      0x1.d919c527f60b2p-8, -0x1.317112ce3a2a8p-10, -0x1.c364fe6f1563dp-13, 0x1.0c8a78cd9f9d2p-13,
      -0x1.51ce8af47eabep-16, -0x1.4fad41fc34fbbp-20, 0x1.302509dbc0de3p-20, -0x1.b9986666c225dp-23,
      0x1.a44b7ba22d629p-28, 0x1.57bc3fc384334p-28, -0x1.44b4cedca388fp-30}},
    {{0x1.20dd750429b6dp+0, 0x1.1ae3a914fed80p-56, -0x1.514d3d90584b3p-5,
      -0x1.f217f14a98ef3p-59, -0x1.0da5a671c048ap-1, -0x1.c2fd1a63503aep-58},
     {0x1.669be41a93895p-3, 0x1.a18540be32ca7p-5, -0x1.5955cc39724a3p-5, 0x1.b16203e5e344dp-8,
      0x1.15f7f060ff8c2p-9, -0x1.232bd878ffabep-10, 0x1.3f845ff3a6edbp-13, 0x1.a963c6a36cac3p-16,
      -0x1.d24ca6f39ac53p-17, 0x1.216694b7d8eacp-19, 0x1.f1b936cb1c16ap-25, -0x1.7ed587ef32209p-24,
      0x1.25d5da9f3fa35p-26, -0x1.00033debf4313p-30, -0x1.26b8a37a11d9ep-32}},
    {{0x1.0000000000000p+0, 0, -0x1.b0ee6072093cep-2,
      -0x1.6cb90701fbfabp-58, -0x1.dd603fb6ac11bp-3, -0x1.a94069674beb4p-60},
     {0x1.875ac57822509p-3, -0x1.92449b66f2a56p-6, -0x1.21198511756cfp-6, 0x1.06e8179e66f7dp-7,
      -0x1.a5b350a6bf240p-11, -0x1.7a5da9eb6a61ep-12, 0x1.31565567bf600p-13, -0x1.265ee4d0fe170p-16,
      -0x1.5b7d311c04a6fp-19, 0x1.674d203bd4523p-20, -0x1.b940b3009ba00p-23, -0x1.5ecd989a17644p-33,
      0x1.af41e866fe1dbp-28, -0x1.5e16a28de7a9bp-30, 0x1.961d3b14420bcp-34}},
    {{0x1.812746b0379e7p-1, -0x1.ee12e49cab700p-56, -0x1.0ed2bc5b7e177p-1,
      0x1.65454cd11d70bp-55, 0x1.91728cfd13b76p-10, 0x1.e5aa0d2d7fabfp-66},
     {0x1.d9f6a95621d7dp-4, -0x1.619ab69eb5ee2p-5, 0x1.60d1bb8b45fd7p-11, 0x1.038532f851ae2p-8,
      -0x1.416df214da6acp-10, 0x1.42c111291d491p-14, 0x1.a5b4e8fd96186p-15, -0x1.16aeb23a7fadbp-16,
      0x1.e5ae9d5cc3211p-20, 0x1.f0a2eb0fa3c29p-23, -0x1.f04627267ba69p-24, 0x1.2e81a8936ebabp-26,
      -0x1.71f7a8b283e4dp-32, -0x1.b40e34a8ddeaap-32, 0x1.78e42dd2202cap-34}},
    {{0x1.0000000000000p-1, 0, -0x1.d8773039049e7p-2,
      -0x1.6cb90701fbfabp-59, 0x1.d38e20bb5d2b3p-4, 0x1.3031a49cac0a3p-61},
     {0x1.3b276a34e775fp-5, -0x1.0224dbf430645p-5, 0x1.c66065add6b76p-8, 0x1.1dbf263bdce0ep-11,
      -0x1.61b93b714e027p-11, 0x1.4914ccf731a30p-13, -0x1.7be778f724305p-18, -0x1.8eca0d266a15ep-18,
      0x1.c216e930cf84cp-20, -0x1.6b2723d3ecca7p-23, -0x1.38663cb2bb563p-26, 0x1.35a8a18187277p-27,
      -0x1.781eb53820626p-30, 0x1.a0812aa38b8aap-35, 0x1.8bb94b84f88cep-36}},
    {{0x1.341f6bc02c7ecp-2, -0x1.8b42507d55f33p-57, -0x1.53e85b62dd124p-2,
      0x1.6cde4d8d28be0p-56, 0x1.112e3e597b519p-3, -0x1.dadc701f912d1p-59},
     {-0x1.cf587bebb8485p-8, -0x1.d9190b6864a1bp-7, 0x1.8c1e85b414014p-8, -0x1.b51dd58c07706p-11,
      -0x1.49301762af083p-13, 0x1.8873b32c3156fp-14, -0x1.228ecaaf0a114p-16, 0x1.3002720dd6c1bp-22,
      0x1.47be67143df3bp-21, -0x1.45bc46e6ee6b5p-23, 0x1.f0a1487e03cccp-27, 0x1.5ad34ee91ee86p-30,
      -0x1.5f742daaffe7ap-31, 0x1.aaf6a448363aap-34, -0x1.4076295a26c00p-38}},
    {{0x1.5555555555555p-3, 0x1.5555555555555p-57, -0x1.acc13c97ca30cp-3,
      0x1.8a52f09c1d1d5p-58, 0x1.b9b0334e50844p-4, -0x1.cc199402d7debp-58},
     {-0x1.7ad0a8452661bp-6, -0x1.6e9829b34667fp-9, 0x1.a91da704fbf24p-9, -0x1.d7927c9d5ba2bp-11,
      0x1.3a43587579ab5p-14, 0x1.ca88574be223ap-16, -0x1.71017906721fdp-17, 0x1.c44bdbddf837ap-20,
      -0x1.78a1c8c5cc94ap-29, -0x1.dc5b7b9672202p-25, 0x1.aae07c51709c1p-27, -0x1.3894f22a6e8c4p-30,
      -0x1.52debaf3b475dp-34, 0x1.6cbf8ad8fc277p-35, -0x1.bd07b83bffad4p-38}},
    {{0x1.6023e8dba090dp-4, 0x1.f990f693cee2cp-58, -0x1.e913cf8b2a876p-4,
      0x1.108b7fe4cee18p-58, 0x1.27d6f136529e7p-4, -0x1.23fe348f06b49p-58},
     {-0x1.7332d36134ba3p-6, 0x1.33c543d497cc4p-9, 0x1.14d6bb2fc01efp-10, -0x1.1b158367dd9f8p-11,
      0x1.caf11efe28d5ap-14, -0x1.2ff43608fdb0dp-18, -0x1.ea71b06661794p-19, 0x1.2df7ff3b7de56p-20,
      -0x1.3ba663de8fd14p-23, -0x1.70d74a56a84a4p-30, 0x1.362265975755cp-28, -0x1.feb14d66ff1aap-31,
      0x1.6bf96d1b6be23p-34, 0x1.1ff3455f0ab90p-38, -0x1.5ba9f620ae8e4p-39}},
    {{0x1.5555555555555p-5, 0x1.5555555555555p-59, -0x1.010b48f68fc31p-4,
      0x1.b7ea117c5c9cbp-58, 0x1.5d5dbe227023ap-5, 0x1.eff16a032e12ap-62},
     {-0x1.0d63092281aa4p-6, 0x1.bf2007d831ba8p-9, -0x1.60260d335c841p-15, -0x1.c1901bca25da7p-13,
      0x1.2f58e40271581p-14, -0x1.796d9c5ef19e4p-17, 0x1.0d846b0fefcf3p-24, 0x1.b373952cf93abp-22,
      -0x1.b664d8be84d3ep-24, 0x1.906e35e697879p-27, 0x1.a72466ad91472p-33, -0x1.6d797f0020b53p-32,
      0x1.18c1d0433397bp-34, -0x1.89882b5ad6101p-38, -0x1.9bfc67094ce9ep-43}},
    {{0x1.390379a6c79d3p-6, 0x1.b03c50466dd0ep-62, -0x1.f84b454b6e9b4p-6,
      -0x1.29ceca9f1bf32p-65, 0x1.7708acebb75a0p-6, -0x1.017b30de078b4p-60},
     {-0x1.4ba8aaccdab3ap-7, 0x1.6b338a738ecd1p-9, -0x1.8f9cc1868bfbcp-12, -0x1.28195ebafeb08p-15,
      0x1.0dc622d36730ep-15, -0x1.11925dd95b77fp-17, 0x1.0c5fe6aa3e668p-20, 0x1.ddc879d8dc625p-26,
      -0x1.4daa2d6c268c1p-25, 0x1.1e58664f81251p-27, -0x1.d2c44562f707ep-31, -0x1.385caac755da8p-36,
      0x1.88f24e0bc84efp-36, -0x1.1d4bfd11cc1d1p-38, 0x1.8c51ce3e11317p-42}},
    {{0x1.1111111111111p-7, 0x1.1111111111111p-63, -0x1.d1e244f44fd51p-7,
      -0x1.01fb168d59593p-62, 0x1.74ab72b2d013fp-7, -0x1.4e352657f2754p-61},
     {-0x1.6c93cec987c36p-8, 0x1.d6830ef7b3b3bp-10, -0x1.8136991aa5464p-12, 0x1.00b0debc1d5b4p-15,
      0x1.1800baa09ddd7p-17, -0x1.06f8ef996c97ep-18, 0x1.ab7e686f7a250p-21, -0x1.4fa0fc8e6272bp-24,
      -0x1.48d927006e03dp-28, 0x1.c3e23ab8a53adp-29, -0x1.5459903e3ceb8p-31, 0x1.f85c3593c1cfbp-35,
      0x1.6dc912ddbbfe7p-40, -0x1.83fb8cdb6a72fp-40, 0x1.0d2ffffb67116p-42}},
    {{0x1.c74adf7e399edp-9, 0x1.f488f4904fddbp-64, -0x1.982646b6b2c53p-8,
      0x1.56d7fbea30192p-62, 0x1.5af5fefb317c9p-8, 0x1.dadaea84edbf6p-66},
     {-0x1.6f5fc1aa82816p-9, 0x1.09a9ed2234d6cp-10, -0x1.09dde6eb85b2bp-12, 0x1.4ce1101d4e582p-15,
      -0x1.6f284d50e3cd5p-20, -0x1.4b2aa8fee7435p-20, 0x1.b407ae4c787b8p-22, -0x1.27653367f083ep-24,
      0x1.76005379c96e3p-28, 0x1.2100b0362428ap-31, -0x1.12d342092128fp-32, 0x1.735967cc9cca9p-35,
      -0x1.fcbaeafc47abfp-39, -0x1.67eee3cd77984p-44, 0x1.61acbf69c5286p-44}},
    {{0x1.6c16c16c16c17p-10, -0x1.f49f49f49f49fp-65, -0x1.54ee136be1c8dp-9,
      -0x1.4122646f97255p-63, 0x1.3144a50930597p-9, -0x1.53f308d2b31d4p-63},
     {-0x1.58cec0debff56p-10, 0x1.0fc5eff2268dbp-11, -0x1.35962854fb75ep-13, 0x1.f25880055910ep-16,
      -0x1.ddcad8f162d84p-19, -0x1.00d0215d21d30p-24, 0x1.32659dbcbeea4p-23, -0x1.3c2412ad4ac26p-25,
      0x1.6eb69266fc029p-28, -0x1.7763e2c7190dcp-32, -0x1.971452472bb70p-35, 0x1.2fd02d48f9d79p-36,
      -0x1.769a25797d74ep-39, 0x1.e1a0fd74c09e7p-43, 0x1.2ea562b59d6c3p-48}},
    {{0x1.182e13615e892p-11, -0x1.c38b9b0767bcap-72, -0x1.10b8a3292683ep-10,
      -0x1.9f4ca073d3d11p-66, 0x1.fef16c06bee94p-11, 0x1.7f8ce34e36463p-65},
     {-0x1.30aed69159fd6p-11, 0x1.013be7a43c349p-12, -0x1.41e87f1d63a20p-14, 0x1.2c858e427ccd9p-16,
      -0x1.8e1da1580d96ap-19, 0x1.1e3199a81ff27p-22, 0x1.70d3e40ab28c8p-26, -0x1.dd0c856f86577p-27,
      0x1.98a5581b5592dp-29, -0x1.9e065d9ad4596p-32, 0x1.56a5302b91b26p-36, 0x1.ec5f89247fdc0p-39,
      -0x1.340823bb51162p-40, 0x1.5f6dcbaf5a996p-43, -0x1.adc37ff26282fp-47}},
    {{0x1.a01a01a01a01ap-13, 0x1.a01a01a01a01ap-73, -0x1.a35b164fdf536p-12,
      0x1.6bf418124a171p-66, 0x1.98c92d83a04d8p-12, 0x1.b535170c966d9p-66},
     {-0x1.fedca048c00a0p-13, 0x1.c88ef6e062edfp-14, -0x1.335a1470abf51p-15, 0x1.3e039df8c4da0p-17,
      -0x1.f3f4f285d8a4ap-20, 0x1.1484896496044p-22, -0x1.19df6132c5d97p-26, -0x1.9077bb9b367abp-29,
      0x1.43f8401e0d491p-30, -0x1.dd81657fcd32ep-33, 0x1.ad69811002982p-36, -0x1.1f1551c6ef6f1p-40,
      -0x1.0811b2f498d86p-42, 0x1.208140f6453b3p-44, -0x1.341a30e7e872dp-47}},
    {{0x1.2adbd067dc4e0p-14, -0x1.e1a5fab290c93p-75, -0x1.36d399cc6af84p-13,
      -0x1.7f8ff285fe8aep-67, 0x1.39f24e1eda7b6p-13, 0x1.dcac8865c8574p-69},
     {-0x1.98b6d79233d9dp-14, 0x1.7f5f96f84e0bcp-15, -0x1.11ead27405aeep-16, 0x1.325e117267b9dp-18,
      -0x1.0d8f6787b2692p-20, 0x1.6bd964350b173p-23, -0x1.52edc3f2e2f4fp-26, 0x1.ac644984cbe32p-31,
      0x1.41a6b0c68b4efp-32, -0x1.885c4befaa7bfp-34, 0x1.fde3d54f875e6p-37, -0x1.9c95477e4c2a1p-40,
      0x1.be15edea95aa4p-45, 0x1.ffcd77e7e8ec6p-47, -0x1.f62b2edad2e60p-49}},
    {{0x1.a01a01a01a01ap-16, 0x1.a01a01a01a01ap-76, -0x1.bd5cb669e0f37p-15,
      -0x1.1473ee6e1def7p-69, 0x1.d074c450dc6bfp-15, 0x1.57c394da5a2b8p-69},
     {-0x1.397ce8ae7b928p-15, 0x1.32a6b59bd05b9p-16, -0x1.ccad6f3e9422dp-18, 0x1.122d2acc0775bp-19,
      -0x1.0613d20779e40p-21, 0x1.905616b9c4e62p-24, -0x1.d6cdef06765c8p-27, 0x1.72b0001fa8bddp-30,
      -0x1.75be000cdba60p-36, -0x1.aec9a57e31be2p-36, 0x1.ae1993471a2b2p-38, -0x1.f5dee7b8d606ep-41,
      0x1.71d60e3e899abp-44, -0x1.45533521117e1p-49, -0x1.c58ac73f48269p-51}},
    {{0x1.19475abc1aa3cp-17, 0x1.dacc9e3214758p-72, -0x1.3516a525cfa80p-16,
      -0x1.0c0beff01c93dp-71, 0x1.4bd7a83f9ac42p-16, 0x1.dd25e7a2cb123p-76},
     {-0x1.cec0b63e37194p-17, 0x1.d5b47cbc1a2f2p-18, -0x1.7052c54e29a0ap-19, 0x1.cdaca9816627ap-21,
      -0x1.d6f656dab9df0p-23, 0x1.88da39e94da11p-25, -0x1.089ea3b5ff948p-27, 0x1.1240daa40b992p-30,
      -0x1.6ce0576df2647p-34, -0x1.9de134ce97f7ap-41, 0x1.f83e081ac494ap-40, -0x1.af727fcf8f68cp-42,
      0x1.ca8c762a3e3a6p-45, -0x1.3726ad5a9a59bp-48, 0x1.c44468dbca8cap-54}},
    {{0x1.71de3a556c734p-19, -0x1.c154f8ddc6c00p-73, -0x1.a06cfab831898p-18,
      0x1.cde4c81c378b3p-72, 0x1.cb1e9178c96f4p-18, -0x1.91bab2104f98cp-73},
     {-0x1.49ab50c4f6006p-18, 0x1.59d6b360efdfbp-19, -0x1.19993cdc055dap-20, 0x1.70de0833973cfp-22,
      -0x1.8ce613abcc023p-24, 0x1.6253a110b22e6p-26, -0x1.061a0aec697e8p-28, 0x1.3b5ab46766d38p-31,
      -0x1.22b2593fd347cp-34, 0x1.455538ab289cdp-38, 0x1.7481422a774f6p-43, -0x1.08716e56de285p-43,
      0x1.8f6ea14c90da6p-46, -0x1.8732b1b982b3bp-49, 0x1.ede38e113a11ep-53}},
};
// clang-format on

// 1/gamma(x). REQUIRES: 3/4 <= x < 10.25.
Pair InverseGamma(Pair x) {
  if (!(x.high > 0.74 && x.high < 10.26)) return {__builtin_nan(""), 0};  // of what overflowed
  const int twice = static_cast<int>(2 * x.high + 0.5);
  const InverseGammaRow& row = kInverseGamma[twice - 2];
  const Pair t = QuickSum(x.high - 0.5 * twice, x.low);
  // Even and odd terms side by side.
  static_assert((kTerms - kPairs) % 2 == 1);
  const double square = t.high * t.high;
  double even = row.rest[kTerms - kPairs - 1], odd = row.rest[kTerms - kPairs - 2];
  for (int k = kTerms - kPairs - 3; k >= 2; k -= 2) {
    even = even * square + row.rest[k];
    odd = odd * square + row.rest[k - 1];
  }
  const double series = (even * square + row.rest[0]) + odd * t.high;
  Pair sum = {row.pairs[4], row.pairs[5]};
  sum = sum + series * t.high;
  sum = t * sum + Pair{row.pairs[2], row.pairs[3]};
  return t * sum + Pair{row.pairs[0], row.pairs[1]};
}

// log(gamma(x)) - ((x - 1/2) log(x) - x + log(2 pi)/2), DLMF 5.11.1. REQUIRES: x >= 10.
double StirlingRest(double x) {
  constexpr double kSeries[] = {1.0 / 12,         -1.0 / 360,        1.0 / 1260, -1.0 / 1680,
                                1.0 / 1188,       -691.0 / 360360,   1.0 / 156,  -3617.0 / 122400,
                                43867.0 / 244188, -174611.0 / 125400};
  const double inverse = 1 / x, u = inverse * inverse;
  double series = 0;
  for (int k = 9; k >= 0; --k) series = series * u + kSeries[k];
  return series * inverse;
}

// REQUIRES: x >= 10.
Pair LogGamma(Pair x) {
  if (x.high > 0x1p500) {
    const Pair scaled = Scale(x, -600) * (Log(x) + -1.0);
    return scaled.high > 0x1p423 ? Pair{HUGE_VAL, 0} : Scale(scaled, 600);
  }
  return (x + -0.5) * Log(x) - x + (kHalfLog2Pi + StirlingRest(x.high));
}

}  // namespace

Pair LogGammaRatio(Pair a, Pair d) {
  const Pair top = a + d;
  if (a.high > 0x1p500 || top.high > 0x1p500) {
    const Pair small_a = Scale(a, -600), small_d = Scale(d, -600);
    // The quotient itself must not overflow, nor its products.
    const bool far = small_d.high > 0x1p300 * small_a.high;
    const Pair log = far ? Log(top) - Log(a) : Log1p(small_d / small_a);
    const Pair scaled = small_a * log + small_d * (Log(top) + -1.0);
    if (std::fabs(scaled.high) > 0x1p423) return {std::copysign(HUGE_VAL, scaled.high), 0};
    return Scale(scaled, 600);
  }
  const Pair powers = (a + -0.5) * Log1p(d / a) + d * (Log(top) + -1.0);
  return powers + (StirlingRest(top.high) - StirlingRest(a.high));
}

void GammaProduct::MultiplyGamma(Pair x) {
  if (x.high < 0.5) {
    if (x.high > -0.25) {
      Divide(x);
      return MultiplyGamma(x + 1.0);
    }
    // DLMF 5.5.3.
    Multiply(kPi / SinPi(x));
    return DivideGamma(Pair{1, 0} - x);
  }
  if (x.high >= kStirling) {
    exponent_ = exponent_ + LogGamma(x);
  } else if (x.high < 0.75) {
    Divide(x * InverseGamma(x + 1.0));
  } else {
    Divide(InverseGamma(x));
  }
}

void GammaProduct::DivideGamma(Pair x) {
  if (x.high < 0.5) {
    if (x.high > -0.25) {
      Multiply(x);
      return DivideGamma(x + 1.0);
    }
    Multiply(SinPi(x) / kPi);
    return MultiplyGamma(Pair{1, 0} - x);
  }
  if (x.high >= kStirling) {
    exponent_ = exponent_ - LogGamma(x);
  } else if (x.high < 0.75) {
    Multiply(x * InverseGamma(x + 1.0));
  } else {
    Multiply(InverseGamma(x));
  }
}

void GammaProduct::MultiplyRatio(Pair a, Pair d) {
  const Pair top = a + d;
  if (a.high >= kStirling && top.high >= kStirling) {
    exponent_ = exponent_ + LogGammaRatio(a, d);
  } else if (a.high <= 1 - kStirling && top.high <= 1 - kStirling) {
    Multiply(SinPi(a) / SinPi(top));
    exponent_ = exponent_ + LogGammaRatio(Pair{1, 0} - top, d);
  } else {
    MultiplyGamma(top);
    DivideGamma(a);
  }
}

void GammaProduct::DivideRatio(Pair a, Pair d) { MultiplyRatio(a + d, -d); }

double GammaProduct::LogValue() const {
  const Pair sum = Log(factor_) + exponent_;
  return sum.high + sum.low;
}

}  // namespace formulary::runtime::special
