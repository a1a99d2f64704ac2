#include "tests/property/differences.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

#include "server/expr/catalogue.h"
#include "server/expr/infer.h"
#include "server/expr/text/print.h"
#include "server/passes/differentiate.h"
#include "server/passes/pipeline.h"
#include "tests/property/exact.h"
#include "tests/property/execute.h"

namespace formulary::testing {
namespace {

constexpr double kSmooth = 1e-9;        // differences that agree so well are of a smooth function
constexpr double kExact = 1e-12;        // of derived programs in 200 bits
constexpr double kConditioned = 1e-12;  // relative error bound of a plain evaluation
constexpr double kMachine = 1e-10;      // what is asked of binary64 then
constexpr int kShown = 6;

bool Near(double a, double b, double tolerance, double scale) {
  return std::abs(a - b) <= tolerance * std::max({std::abs(a), std::abs(b), scale});
}

// f at x, with one argument moved.
Exact ValueAt(const expr::Program& as_written, absl::Span<const double> x, size_t output,
              size_t argument, double step) {
  std::vector<Real> moved;
  for (const double value : x) moved.emplace_back(value);
  mpfr_add_d(moved[argument].get(), moved[argument].get(), step, MPFR_RNDN);
  return EvaluateExactly(as_written, moved)[output];
}

double Quotient(const Real& above, const Real& below, double distance) {
  Real difference;
  mpfr_sub(difference.get(), above.get(), below.get(), MPFR_RNDN);
  mpfr_div_d(difference.get(), difference.get(), distance, MPFR_RNDN);
  return difference.ToDouble();
}

// Beyond this, numbers of 200 bits are whole, and floor is no step any more.
const double kWhole = std::ldexp(1.0, static_cast<int>(Real::kPrecision) - 60);

bool HasSteps(const expr::Program& program) {
  for (uint32_t i = 0; i < program.graph.size(); ++i) {
    const expr::Node& node = program.graph[expr::NodeId{i}];
    if (node.kind != expr::NodeKind::kCall) continue;
    const expr::Opcode opcode = Row(node.function).opcode;
    if (opcode == expr::Opcode::kFloor || opcode == expr::Opcode::kCeil ||
        opcode == expr::Opcode::kRound || opcode == expr::Opcode::kTrunc)
      return true;
  }
  return false;
}

}  // namespace

std::optional<Slope> DifferenceQuotient(const expr::Program& as_written, absl::Span<const double> x,
                                        size_t output, size_t argument) {
  const double h = std::ldexp(std::max(std::abs(x[argument]), 0x1p-20), -50);
  const auto at = [&](double step) { return ValueAt(as_written, x, output, argument, step).value; };
  const Exact here = ValueAt(as_written, x, output, argument, 0);
  const Real above = at(h), below = at(-h);
  if (!here.value.finite() || !std::isfinite(here.error)) return std::nullopt;
  if (HasSteps(as_written) && std::abs(here.value.ToDouble()) > kWhole) return std::nullopt;
  // The error bound is that of 53 bits.
  const double error = 8 * std::ldexp(here.error, 53 - static_cast<int>(Real::kPrecision)) / h;
  const double slope = Quotient(above, below, 2 * h);
  const double finer = Quotient(at(h / 2), at(-h / 2), h);
  // So many steps in one difference look like a slope.
  if (HasSteps(as_written) && std::abs(slope) * h > 1) return std::nullopt;
  const double right = Quotient(above, here.value, h);
  const double left = Quotient(here.value, below, h);
  const double scale = error / kSmooth;
  if (!std::isfinite(slope) || !Near(slope, finer, kSmooth, scale) ||
      !Near(slope, right, kSmooth, scale) || !Near(slope, left, kSmooth, scale))
    return std::nullopt;
  return Slope{slope, error};
}

namespace {

class Comparison {
 public:
  Comparison(const expr::Program& program, const std::vector<uint32_t>& wrt, std::string what,
             DerivativeTally* tally)
      : original_(AsWritten(program)), wrt_(wrt), what_(std::move(what)), tally_(*tally) {}

  void Run(const expr::Program& typed, const std::vector<std::vector<double>>& points);

 private:
  bool StandsAlone(size_t k, const std::vector<double>& x, double value, const Slope& slope) const;
  void Point(size_t i, const std::vector<double>& x);
  std::string Described(size_t k, const std::vector<double>& x, double got, double want,
                        const char* how) const;
  void Fail(size_t k, const std::vector<double>& x, double got, double want, const char* how);

  const expr::Program original_;
  const std::vector<uint32_t>& wrt_;
  const std::string what_;
  DerivativeTally& tally_;
  expr::Program derived_, simplified_;
  expr::Program derived_as_written_, simplified_as_written_;
  std::vector<Column> machine_;
  bool partly_known_ = false;
};

std::string TextOf(const expr::Program& program, size_t output) {
  const auto text = expr::PrintExpression(program.graph, program.outputs[output].node,
                                          program.arguments, {.max_bytes = 2000});
  return text.ok() ? *text : "...";
}

std::string Comparison::Described(size_t k, const std::vector<double>& x, double got, double want,
                                  const char* how) const {
  std::ostringstream out;
  out.precision(17);
  out << what_ << ", by " << derived_.arguments[wrt_[k]].name << ", " << how << ":\n  f  "
      << TextOf(original_, 0) << "\n  f' " << TextOf(derived_, k) << "\n  -> "
      << TextOf(simplified_, k) << "\n  at";
  for (const double value : x) out << ' ' << value;
  out << "\n  got " << got << ", want " << want;
  return out.str();
}

void Comparison::Fail(size_t k, const std::vector<double>& x, double got, double want,
                      const char* how) {
  if (++tally_.failures <= kShown) tally_.shown.push_back(Described(k, x, got, want, how));
}

// Routines of ball arithmetic and the like do not compute their function everywhere.
bool IsPartlyKnown(const expr::Program& program) {
  for (uint32_t i = 0; i < program.graph.size(); ++i) {
    const expr::Node& node = program.graph[expr::NodeId{i}];
    if (node.kind != expr::NodeKind::kCall) continue;
    const runtime::Routine* routine = Row(node.function).routine;
    if (routine != nullptr && !routine->strict_twin) return true;
  }
  return false;
}

// f takes the point from a branch of its own (x == 0), and its neighbours from another, of which
// the derivative knows nothing.
bool Comparison::StandsAlone(size_t k, const std::vector<double>& x, double value,
                             const Slope& slope) const {
  if (Near(value, slope.value, kSmooth, slope.error)) return false;
  for (const double step : {-1e-12, 1e-12}) {
    const double beside =
        ValueAt(derived_as_written_, x, k, wrt_[k], step * std::max(1.0, std::abs(x[wrt_[k]])))
            .value.ToDouble();
    if (!Near(beside, slope.value, kSmooth, slope.error)) return false;
  }
  return true;
}

void Comparison::Point(size_t i, const std::vector<double>& x) {
  const std::vector<Exact> exact = EvaluateExactly(derived_as_written_, x);
  const std::vector<Exact> simplified_exact = EvaluateExactly(simplified_as_written_, x);
  for (size_t k = 0; k < wrt_.size(); ++k) {
    const std::optional<Slope> slope = DifferenceQuotient(original_, x, 0, wrt_[k]);
    if (!slope.has_value()) {
      ++tally_.rough;
      continue;
    }
    const double value = exact[k].value.ToDouble();
    if (!std::isfinite(value)) {
      if (++tally_.undefined <= kShown)
        tally_.shown.push_back(Described(k, x, value, slope->value, "undefined"));
      continue;
    }
    if (StandsAlone(k, x, value, *slope)) {
      ++tally_.rough;
      continue;
    }
    ++tally_.compared;
    const double own = std::ldexp(exact[k].error, 53 - static_cast<int>(Real::kPrecision));
    const double tolerance = kExact * std::abs(slope->value) + slope->error + 8 * own;
    if (std::abs(value - slope->value) > tolerance) Fail(k, x, value, slope->value, "in 200 bits");
    const bool conditioned =
        exact[k].sure && exact[k].in_range && exact[k].error <= kConditioned * std::abs(value);
    if (!conditioned) continue;
    const size_t at = machine_[k].bits.size() == 1 ? 0 : i;
    const double got = machine_[k].at(at).ToDouble();
    if (!simplified_exact[k].in_range) {  // of which simplification promises nothing
      ++tally_.outside;
      continue;
    }
    if (std::isnan(got) && partly_known_) {
      ++tally_.outside;
      continue;
    }
    ++tally_.machine;
    const double off = value == 0 ? std::abs(got) : std::abs(got - value) / std::abs(value);
    if (std::isnan(off) || off > kMachine) Fail(k, x, got, value, "in binary64");
    if (off > tally_.worst) tally_.worst = off;
  }
}

void Comparison::Run(const expr::Program& typed, const std::vector<std::vector<double>>& points) {
  const auto derived = passes::Differentiate(typed, {.wrt = wrt_}, {}, passes::Budget{});
  if (!derived.ok()) {
    if (++tally_.failures <= kShown)
      tally_.shown.push_back(what_ + ": " + derived.status().ToString());
    return;
  }
  derived_ = derived->program;
  if (!MakeConversionsExplicit(&derived_).ok()) return;
  derived_as_written_ = AsWritten(derived_);
  simplified_ = passes::Optimize(derived_, {}).program;
  simplified_as_written_ = AsWritten(simplified_);
  partly_known_ = IsPartlyKnown(derived_as_written_);
  std::vector<Column> columns;
  for (size_t a = 0; a < typed.arguments.size(); ++a) {
    std::vector<double> values;
    for (const std::vector<double>& x : points) values.push_back(x[a]);
    columns.push_back(Column::Of(expr::DType::kFloat64, values));
  }
  machine_ = RunLowered(LowerFor(simplified_, columns), columns);
  for (size_t i = 0; i < points.size(); ++i) Point(i, points[i]);
}

}  // namespace

void CompareGradient(const expr::Program& program, const std::vector<uint32_t>& wrt,
                     const std::vector<std::vector<double>>& points, const std::string& what,
                     DerivativeTally* tally) {
  if (wrt.empty() || points.empty()) return;
  expr::Program first = OnlyOutput(program, 0);
  if (!MakeConversionsExplicit(&first).ok()) return;
  Comparison(first, wrt, what, tally).Run(first, points);
}

}  // namespace formulary::testing
