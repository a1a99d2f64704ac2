#include "tests/conformance/special_tables.h"

#include <mpfr.h>

#include <algorithm>
#include <boost/math/special_functions.hpp>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/test_files.h"

namespace formulary::testing {
namespace {

namespace bm = boost::math;
namespace bp = boost::math::policies;

using Quiet =
    bp::policy<bp::domain_error<bp::ignore_error>, bp::pole_error<bp::ignore_error>,
               bp::overflow_error<bp::ignore_error>, bp::underflow_error<bp::ignore_error>,
               bp::evaluation_error<bp::ignore_error>, bp::rounding_error<bp::ignore_error>,
               bp::indeterminate_result_error<bp::ignore_error>, bp::promote_double<false>>;
constexpr Quiet kQuiet;

#define BOOST(expression) [](const Arguments& x) -> double { return expression; }

const Table kTables[] = {
    {"boost/Ei", "expi(a)", BOOST(bm::expint(x[0], kQuiet))},
    {"boost/assoc_laguerre", "assoc_laguerre(a, b, c)",
     BOOST(bm::laguerre(static_cast<unsigned>(x[0]), static_cast<unsigned>(x[1]), x[2], kQuiet))},
    {"boost/assoc_legendre", "assoc_legendre(a, b, c)",
     BOOST(bm::legendre_p(static_cast<int>(x[0]), static_cast<int>(x[1]), x[2], kQuiet))},
    {"boost/besseli", "besseli(a, b)", BOOST(bm::cyl_bessel_i(x[0], x[1], kQuiet))},
    {"boost/besselj", "besselj(a, b)", BOOST(bm::cyl_bessel_j(x[0], x[1], kQuiet))},
    {"boost/besselk", "besselk(a, b)", BOOST(bm::cyl_bessel_k(x[0], x[1], kQuiet))},
    {"boost/bessely", "bessely(a, b)", BOOST(bm::cyl_neumann(x[0], x[1], kQuiet))},
    {"boost/beta", "beta(a, b)", BOOST(bm::beta(x[0], x[1], kQuiet))},
    {"boost/betainc_regularized", "betainc(a, b, c)", BOOST(bm::ibeta(x[0], x[1], x[2], kQuiet))},
    {"boost/betaincc_regularized", "betaincc(a, b, c)",
     BOOST(bm::ibetac(x[0], x[1], x[2], kQuiet))},
    {"boost/betainc_lower", "betainc_lower(a, b, c)", BOOST(bm::beta(x[0], x[1], x[2], kQuiet))},
    {"boost/betaincinv", "betaincinv(a, b, c)", BOOST(bm::ibeta_inv(x[0], x[1], x[2], kQuiet))},
    {"boost/betainccinv", "betainccinv(a, b, c)", BOOST(bm::ibetac_inv(x[0], x[1], x[2], kQuiet))},
    {"boost/beta_pdf", "beta_pdf(c, a, b)", BOOST(bm::ibeta_derivative(x[0], x[1], x[2], kQuiet))},
    {"boost/binomial", "binomial(a, b)",
     BOOST(bm::binomial_coefficient<double>(static_cast<unsigned>(x[0]),
                                            static_cast<unsigned>(x[1]), kQuiet))},
    {"boost/carlson_rc", "carlson_rc(a, b)", BOOST(bm::ellint_rc(x[0], x[1], kQuiet))},
    {"boost/carlson_rd", "carlson_rd(a, b, c)", BOOST(bm::ellint_rd(x[0], x[1], x[2], kQuiet))},
    {"boost/carlson_rf", "carlson_rf(a, b, c)", BOOST(bm::ellint_rf(x[0], x[1], x[2], kQuiet))},
    {"boost/carlson_rg", "carlson_rg(a, b, c)", BOOST(bm::ellint_rg(x[0], x[1], x[2], kQuiet))},
    {"boost/carlson_rj", "carlson_rj(a, b, c, d)",
     BOOST(bm::ellint_rj(x[0], x[1], x[2], x[3], kQuiet))},
    {"boost/cbrt", "cbrt(a)", nullptr},
    {"boost/cospi", "cospi(a)", nullptr},
    {"boost/digamma", "digamma(a)", BOOST(bm::digamma(x[0], kQuiet))},
    {"boost/elliptic_e", "elliptic_e(a, b**2)", BOOST(bm::ellint_2(x[1], x[0], kQuiet)), 1e300,
     true},
    {"boost/elliptic_f", "elliptic_f(a, b**2)", BOOST(bm::ellint_1(x[1], x[0], kQuiet)), 1e300,
     true},
    {"boost/elliptic_k", "elliptic_k(a**2)", BOOST(bm::ellint_1(x[0], kQuiet)), 1e300, true},
    {"boost/erf", "erf(a)", BOOST(bm::erf(x[0], kQuiet))},
    {"boost/erfc", "erfc(a)", BOOST(bm::erfc(x[0], kQuiet))},
    {"boost/erfcinv", "erfcinv(a)", BOOST(bm::erfc_inv(x[0], kQuiet))},
    {"boost/erfinv", "erfinv(a)", BOOST(bm::erf_inv(x[0], kQuiet))},
    {"boost/expint", "expint(a, b)", BOOST(bm::expint(static_cast<unsigned>(x[0]), x[1], kQuiet))},
    {"boost/expm1", "expm1(a)", nullptr},
    {"boost/gamma", "gamma(a)", BOOST(bm::tgamma(x[0], kQuiet))},
    {"boost/gamma_delta_ratio", "gamma_ratio(a, a + b)",
     BOOST(bm::tgamma_delta_ratio(x[0], x[1], kQuiet))},
    {"boost/gamma_ratio", "gamma_ratio(a, b)", BOOST(bm::tgamma_ratio(x[0], x[1], kQuiet))},
    {"boost/gammainc_P", "gammainc(a, b)", BOOST(bm::gamma_p(x[0], x[1], kQuiet))},
    {"boost/gammaincc_Q", "gammaincc(a, b)", BOOST(bm::gamma_q(x[0], x[1], kQuiet))},
    {"boost/gammaincinv_P", "gammaincinv(a, b)", BOOST(bm::gamma_p_inv(x[0], x[1], kQuiet))},
    {"boost/gammaincinv_Q", "gammainccinv(a, b)", BOOST(bm::gamma_q_inv(x[0], x[1], kQuiet))},
    {"boost/hermite", "hermite(a, b)",
     BOOST(bm::hermite(static_cast<unsigned>(x[0]), x[1], kQuiet))},
    {"boost/hyp1f1", "hyp1f1(a, b, c)", nullptr, 100},
    {"boost/hyp2f1", "hyp2f1(a, b, c, d)", nullptr},
    {"boost/jn", "spherical_jn(a, b)",
     BOOST(bm::sph_bessel(static_cast<unsigned>(x[0]), x[1], kQuiet))},
    {"boost/laguerre", "laguerre(a, b)",
     BOOST(bm::laguerre(static_cast<unsigned>(x[0]), x[1], kQuiet))},
    {"boost/lambertw", "lambertw(a)", nullptr},
    {"boost/legendre", "legendre(a, b)",
     BOOST(bm::legendre_p(static_cast<int>(x[0]), x[1], kQuiet))},
    {"boost/lgamma", "lgamma(a)", BOOST(bm::lgamma(x[0], nullptr, kQuiet))},
    {"boost/log1p", "log1p(a)", nullptr},
    {"boost/lowergamma", "lowergamma(a, b)", BOOST(bm::tgamma_lower(x[0], x[1], kQuiet))},
    {"boost/owens_t", "owens_t(a, b)", BOOST(bm::owens_t(x[0], x[1], kQuiet))},
    {"boost/powm1", "powm1(a, b)", nullptr},
    {"boost/sinpi", "sinpi(a)", nullptr},
    {"boost/uppergamma", "uppergamma(a, b)", BOOST(bm::tgamma(x[0], x[1], kQuiet))},
    {"boost/yn", "spherical_yn(a, b)",
     BOOST(bm::sph_neumann(static_cast<unsigned>(x[0]), x[1], kQuiet))},
    {"boost/zeta", "zeta(a)", BOOST(bm::zeta(x[0], kQuiet))},
    {"scipy_local/ellipkm1", "elliptic_km1(a)", nullptr},
    {"scipy_local/elliptic_e_m", "elliptic_e(a, b)", nullptr},
    {"scipy_local/elliptic_f_m", "elliptic_f(a, b)", nullptr},
    {"scipy_local/gammainc_P", "gammainc(a, b)", BOOST(bm::gamma_p(x[0], x[1], kQuiet))},
    {"scipy_local/gammaincc_Q", "gammaincc(a, b)", BOOST(bm::gamma_q(x[0], x[1], kQuiet))},
};

// Functions of special.json that no table above has, by Boost.
const std::map<std::string, double (*)(const Arguments&)>& MoreOfBoost() {
  static const auto* const kMore = new std::map<std::string, double (*)(const Arguments&)>{
      {"airyai(a)", BOOST(bm::airy_ai(x[0], kQuiet))},
      {"airybi(a)", BOOST(bm::airy_bi(x[0], kQuiet))},
      {"airyaiprime(a)", BOOST(bm::airy_ai_prime(x[0], kQuiet))},
      {"airybiprime(a)", BOOST(bm::airy_bi_prime(x[0], kQuiet))}};
  return *kMore;
}

#undef BOOST

std::vector<std::string> Split(const std::string& line, char separator) {
  std::vector<std::string> fields;
  std::stringstream stream(line);
  for (std::string field; std::getline(stream, field, separator);) fields.push_back(field);
  return fields;
}

bool SquareIsExact(double x) { return std::fma(x, x, -(x * x)) == 0; }

// The rows that count: exact arguments, a value within the normal range.
Rows Load(const Table& table) {
  Rows rows;
  std::ifstream file(SourceDir() + "/../shared/corpora/" + table.file + ".csv");
  std::string line;
  std::getline(file, line);
  const size_t arity = Split(line, ',').size() - 4;
  while (std::getline(file, line)) {
    const std::vector<std::string> fields = Split(line, ',');
    if (fields.size() < arity + 3 || fields[arity + 1] != "1") continue;
    Arguments x;
    for (size_t k = 0; k < arity; ++k) {
      if (!fields[1 + k].empty()) x.push_back(std::strtod(fields[1 + k].c_str(), nullptr));
    }
    if (x.size() != arity) continue;
    const bool beyond = std::any_of(x.begin(), x.end(),
                                    [&](double value) { return std::abs(value) > table.largest; });
    if (beyond) continue;
    Real want;
    mpfr_set_str(want.get(), fields[arity + 2].c_str(), 10, MPFR_RNDN);
    const double size = std::abs(want.ToDouble());
    if (!std::isfinite(size) || (size != 0 && size < 1e-290)) continue;
    if (table.squares && !SquareIsExact(x.back())) continue;
    rows.arguments.push_back(x);
    rows.expected.push_back(want);
  }
  return rows;
}

// Each function of special.json. Its values are of arguments that are binary64 numbers, all of
// them.
void LoadSpecial(const std::function<void(const Table&, const Rows&)>& use) {
  // Names that only that corpus has.
  const std::map<std::string, std::string> kNames = {{"gammainc_P", "gammainc"},
                                                     {"gammaincc_Q", "gammaincc"},
                                                     {"betainc_I", "betainc"},
                                                     {"sph_in", "spherical_in"},
                                                     {"sph_kn", "spherical_kn"}};
  std::ifstream file(SourceDir() + "/../shared/corpora/special.json");
  if (!file) return;
  const nlohmann::json corpus = nlohmann::json::parse(file);
  for (const nlohmann::json& one : corpus.at("cases")) {
    const std::string name = one.at("name");
    const auto found = kNames.find(name);
    std::string formula = (found == kNames.end() ? name : found->second) + "(";
    for (size_t k = 0; k < one.at("args").size(); ++k)
      formula += std::string(k == 0 ? "" : ", ") + static_cast<char>('a' + k);
    formula += ")";
    Rows rows;
    for (const nlohmann::json& point : one.at("points")) {
      Arguments x;
      for (const nlohmann::json& value : point.at("in"))
        x.push_back(std::strtod(value.get<std::string>().c_str(), nullptr));
      Real want;
      mpfr_set_str(want.get(), point.at("dec").get<std::string>().c_str(), 10, MPFR_RNDN);
      rows.arguments.push_back(x);
      rows.expected.push_back(want);
    }
    const std::string file_name = "special/" + name;
    Table table{.file = file_name.c_str(), .formula = formula.c_str()};
    const auto more = MoreOfBoost().find(formula);
    if (more != MoreOfBoost().end()) table.boost = more->second;
    for (const Table& other : kTables) {
      if (formula == other.formula) table.boost = other.boost;
    }
    use(table, rows);
  }
}

}  // namespace

void ForEachTable(const std::function<void(const Table& table, const Rows& rows)>& use) {
  for (const Table& table : kTables) {
    const Rows rows = Load(table);
    if (!rows.arguments.empty()) use(table, rows);
  }
  LoadSpecial(use);
}

std::map<std::string, ScipyBar> ScipyBars() {
  std::map<std::string, ScipyBar> bars;
  std::ifstream file(SourceDir() + "/tests/conformance/data/scipy_bars.txt");
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::vector<std::string> fields = Split(line, '|');
    if (fields.size() != 4) continue;
    const std::string table = fields[0].substr(0, fields[0].find(' '));
    bars[table] = {.rows = std::strtoul(fields[1].c_str(), nullptr, 10),
                   .worst = std::strtod(fields[2].c_str(), nullptr),
                   .p99 = std::strtod(fields[3].c_str(), nullptr)};
  }
  return bars;
}

}  // namespace formulary::testing
