// Tables of special functions made by others (Boost.Math, SciPy, mpmath), through the whole engine:
// each table as a formula of our catalogue over a, b, c, d. Read in place from ../shared/corpora
// (README.md there); skipped where that is not there. Only rows whose arguments are binary64
// numbers count. Errors in ulp of the correctly rounded value. The bar is what Boost.Math, not
// promoted to long double, reaches on the same rows: the 99th percentile at most twice its own, or
// 4 ulp. FORMULARY_UPDATE_GOLDENS=1 writes the table to client/conformance.md.

#include <mpfr.h>

#include <algorithm>
#include <boost/math/special_functions.hpp>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/property/exact.h"
#include "tests/support/engine_harness.h"
#include "tests/support/status_matchers.h"
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

using Arguments = std::vector<double>;

struct Table {
  const char* file;     // below the corpora's folder
  const char* formula;  // over a, b, c, d
  // The same by Boost; null: it has no such function, or none that counts.
  double (*boost)(const Arguments& x);
  // Where neither is a guide: the 99th percentile that is asked for, in ulp.
  double bar = 4;
  double largest = 1e300;  // rows with a larger argument do not count
  bool squares = false;    // the formula squares its last argument: only rows where that is exact
};

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
    {"boost/betaincc_inv", "betainccinv(a, b, c)", BOOST(bm::ibetac_inv(x[0], x[1], x[2], kQuiet))},
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
    {"boost/elliptic_e", "elliptic_e(a, b**2)", BOOST(bm::ellint_2(x[1], x[0], kQuiet)), 4, 1e300,
     true},
    {"boost/elliptic_f", "elliptic_f(a, b**2)", BOOST(bm::ellint_1(x[1], x[0], kQuiet)), 4, 1e300,
     true},
    {"boost/elliptic_k", "elliptic_k(a**2)", BOOST(bm::ellint_1(x[0], kQuiet)), 4, 1e300, true},
    {"boost/erf", "erf(a)", BOOST(bm::erf(x[0], kQuiet))},
    {"boost/erfc", "erfc(a)", BOOST(bm::erfc(x[0], kQuiet))},
    {"boost/erfcinv", "erfcinv(a)", BOOST(bm::erfc_inv(x[0], kQuiet))},
    {"boost/erfinv", "erfinv(a)", BOOST(bm::erf_inv(x[0], kQuiet))},
    {"boost/expint", "expint(a, b)", BOOST(bm::expint(static_cast<unsigned>(x[0]), x[1], kQuiet))},
    {"boost/expm1", "expm1(a)", nullptr},
    {"boost/gamma", "gamma(a)", BOOST(bm::tgamma(x[0], kQuiet))},
    {"boost/gamma_delta_ratio", "gamma_ratio(a, a + b)",
     BOOST(bm::tgamma_delta_ratio(x[0], x[1], kQuiet)), 4},
    {"boost/gamma_ratio", "gamma_ratio(a, b)", BOOST(bm::tgamma_ratio(x[0], x[1], kQuiet))},
    {"boost/gammainc_P", "gammainc(a, b)", BOOST(bm::gamma_p(x[0], x[1], kQuiet))},
    {"boost/gammaincc_Q", "gammaincc(a, b)", BOOST(bm::gamma_q(x[0], x[1], kQuiet))},
    {"boost/gammaincinv_P", "gammaincinv(a, b)", BOOST(bm::gamma_p_inv(x[0], x[1], kQuiet))},
    {"boost/gammaincinv_Q", "gammainccinv(a, b)", BOOST(bm::gamma_q_inv(x[0], x[1], kQuiet))},
    {"boost/hermite", "hermite(a, b)",
     BOOST(bm::hermite(static_cast<unsigned>(x[0]), x[1], kQuiet))},
    {"boost/hyp1f1", "hyp1f1(a, b, c)", nullptr, 4, 100},
    {"boost/hyp2f1", "hyp2f1(a, b, c, d)", nullptr, 4},
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

struct Rows {
  std::vector<Arguments> arguments;
  std::vector<Real> expected;
};

std::vector<std::string> Split(const std::string& line) {
  std::vector<std::string> fields;
  std::stringstream stream(line);
  for (std::string field; std::getline(stream, field, ',');) fields.push_back(field);
  return fields;
}

bool SquareIsExact(double x) { return std::fma(x, x, -(x * x)) == 0; }

// The rows that count: exact arguments, a value within the normal range.
Rows Load(const Table& table) {
  Rows rows;
  std::ifstream file(SourceDir() + "/../shared/corpora/" + table.file + ".csv");
  std::string line;
  std::getline(file, line);
  const size_t arity = Split(line).size() - 4;
  while (std::getline(file, line)) {
    const std::vector<std::string> fields = Split(line);
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

struct Errors {
  double worst = 0, p99 = 0;
  size_t at = 0;  // the worst row
};

Errors ErrorsOf(const Rows& rows, const std::function<double(size_t)>& value) {
  Errors errors;
  std::vector<double> ulps;
  for (size_t i = 0; i < rows.expected.size(); ++i) {
    double off = UlpsOff(value(i), rows.expected[i]);
    if (std::isnan(off)) off = HUGE_VAL;
    ulps.push_back(off);
    if (off > errors.worst) errors.at = i;
    errors.worst = std::max(errors.worst, off);
  }
  std::sort(ulps.begin(), ulps.end());
  if (!ulps.empty()) errors.p99 = ulps[(ulps.size() - 1) * 99 / 100];
  return errors;
}

std::string Shown(const Arguments& x) {
  std::string text;
  for (const double value : x) absl::StrAppendFormat(&text, " %.17g", value);
  return text;
}

constexpr const char* kPage =
    "# Conformance of the special functions\n\n"
    "Tables made by others, evaluated through the engine by "
    "`tests/conformance/special_tables_test.cc`. Errors in\nunits in the last place; Boost is "
    "Boost.Math 1.74 in double, not promoted, on the same rows. Do not edit: run\n"
    "`property.special_tables_test` with `FORMULARY_UPDATE_GOLDENS=1`.\n\n"
    "| table | formula | rows | worst | 99 % | Boost: worst | 99 % |\n"
    "|---|---|---:|---:|---:|---:|---:|\n";

class SpecialTablesTest : public ::testing::Test {
 protected:
  SpecialTablesTest() {
    absl::StatusOr<std::unique_ptr<engine::Engine>> made =
        engine::Engine::Create(engine::Options());
    EXPECT_OK(made);
    engine_ = *std::move(made);
  }

  void Check(const Table& table, const Rows& rows) {
    if (rows.arguments.empty()) return;
    const std::vector<double> values = Evaluate(table, rows);
    if (values.empty()) return;
    total_ += rows.arguments.size();
    const Errors ours = ErrorsOf(rows, [&](size_t i) { return values[i]; });
    double bar = table.bar;
    std::string theirs = " |";
    if (table.boost != nullptr) {
      const Errors boost = ErrorsOf(rows, [&](size_t i) { return table.boost(rows.arguments[i]); });
      bar = std::max(bar, 2 * boost.p99);
      theirs = absl::StrFormat("%.3g | %.3g", boost.worst, boost.p99);
    }
    EXPECT_LE(ours.p99, bar) << table.file << ", worst " << ours.worst << " at"
                             << Shown(rows.arguments[ours.at]) << ": got " << values[ours.at]
                             << ", want " << rows.expected[ours.at].ToDouble();
    absl::StrAppendFormat(&page_, "| %s | `%s` | %d | %.3g | %.3g | %s |\n", table.file,
                          table.formula, rows.arguments.size(), ours.worst, ours.p99, theirs);
  }

  std::vector<double> Evaluate(const Table& table, const Rows& rows) {
    TestCall call{.outputs = {table.formula}};
    for (size_t k = 0; k < rows.arguments[0].size(); ++k) {
      std::vector<double> column;
      for (const Arguments& x : rows.arguments) column.push_back(x[k]);
      call.inputs.emplace_back(std::string(1, static_cast<char>('a' + k)), column);
    }
    const absl::StatusOr<TestAnswer> answer = Call(engine_.get(), call);
    EXPECT_OK(answer) << table.file << ": " << table.formula;
    return answer.ok() ? answer->outputs[0] : std::vector<double>();
  }

  std::unique_ptr<engine::Engine> engine_;
  std::string page_ = kPage;
  size_t total_ = 0;
};

TEST_F(SpecialTablesTest, AreWithinTheBars) {
  for (const Table& table : kTables) Check(table, Load(table));
  LoadSpecial([this](const Table& table, const Rows& rows) { Check(table, rows); });
  if (total_ == 0) GTEST_SKIP() << "no ../shared/corpora beside the source tree";
  std::cout << page_ << total_ << " rows\n";
  if (UpdateGoldens()) WriteFile(SourceDir() + "/client/conformance.md", page_);
}

}  // namespace
}  // namespace formulary::testing
