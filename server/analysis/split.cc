#include "server/analysis/split.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "server/analysis/ordinal.h"
#include "server/base/status_macros.h"
#include "server/expr/catalogue.h"

namespace formulary::analysis {
namespace {

using expr::NodeId;
namespace fn = expr::fn;

constexpr int kBisections = 10;
constexpr size_t kTestPoints = 8;
constexpr double kTieBits = 8;  // of all test points together

// 0, or else the number of fewest digits, in [low, high).
double Shortest(double low, double high) {
  if (low <= 0 && high > 0) return 0;
  const double middle = DoubleOf(Ordinal(low) / 2 + Ordinal(high) / 2);
  for (int digits = 1; digits < 17; ++digits) {
    char text[40];
    std::snprintf(text, sizeof text, "%.*g", digits, middle);
    const double value = std::strtod(text, nullptr);
    if (value >= low && value < high) return value;
  }
  return low;
}

class Bisection {
 public:
  Bisection(const ExactEvaluator& exact, const Samples& training,
            absl::Span<const expr::DType> types, uint32_t argument)
      : exact_(exact), training_(training), types_(types), argument_(argument) {}

  // A number in [low, high) up to which the left form is better.
  absl::StatusOr<double> Find(const expr::Program& left, const expr::Program& right, double low,
                              double high, Checkpoint checkpoint) const {
    const NaiveRunner left_runner(left, types_), right_runner(right, types_);
    for (int i = 0; i < kBisections; ++i) {
      const int64_t gap = Ordinal(high) / 2 - Ordinal(low) / 2;
      if (gap < 1) break;
      RETURN_IF_ERROR(checkpoint());
      const double middle = DoubleOf(Ordinal(low) / 2 + Ordinal(high) / 2);
      double advantage = 0;
      const size_t stride = std::max<size_t>(training_.points.size() / kTestPoints, 1);
      for (size_t p = 0; p < training_.points.size(); p += stride) {
        std::vector<double> point = training_.points[p];
        point[argument_] = middle;
        const ExactValue value = exact_.Outputs(point)[0];
        if (!value.usable()) continue;
        ASSIGN_OR_RETURN(const auto got_left, left_runner.Run(absl::MakeConstSpan(point)));
        ASSIGN_OR_RETURN(const auto got_right, right_runner.Run(absl::MakeConstSpan(point)));
        advantage += BitsOfError(got_right[0], value.value, expr::DType::kFloat64) -
                     BitsOfError(got_left[0], value.value, expr::DType::kFloat64);
      }
      // Both are as good: any split does.
      if (std::abs(advantage) < kTieBits) break;
      (advantage > 0 ? low : high) = middle;
    }
    return Shortest(low, high);
  }

 private:
  const ExactEvaluator& exact_;
  const Samples& training_;
  const absl::Span<const expr::DType> types_;
  const uint32_t argument_;
};

}  // namespace

absl::StatusOr<expr::Program> Piecewise(const Regimes& regimes,
                                        absl::Span<const Candidate* const> forms,
                                        const ExactEvaluator& exact, const Samples& training,
                                        absl::Span<const expr::DType> types,
                                        Checkpoint checkpoint) {
  const expr::Program& first = forms[regimes.forms[0]]->program;
  expr::Program result;
  result.arguments = first.arguments;
  result.numerics = first.numerics;
  result.accurate = first.accurate;
  const NodeId argument = result.graph.Argument(regimes.argument);
  const Bisection bisection(exact, training, types, regimes.argument);
  std::vector<NodeId> operands;
  for (size_t i = 0; i < regimes.forms.size(); ++i) {
    const expr::Program& form = forms[regimes.forms[i]]->program;
    operands.push_back(result.graph.Import(form.graph, {form.outputs[0].node})[0]);
    if (i + 1 == regimes.forms.size()) break;
    ASSIGN_OR_RETURN(const double split,
                     bisection.Find(form, forms[regimes.forms[i + 1]]->program, regimes.below[i],
                                    regimes.above[i], checkpoint));
    operands.push_back(result.graph.Call(fn::kLessEqual, {argument, result.graph.Real(split)}));
  }
  result.outputs = {{first.outputs[0].name, result.graph.Call(fn::kPiecewise, operands)}};
  return result;
}

}  // namespace formulary::analysis
