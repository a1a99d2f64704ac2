#include "server/analysis/improve.h"

#include <algorithm>
#include <utility>

#include "server/analysis/candidates.h"
#include "server/analysis/regimes.h"
#include "server/analysis/rewrites.h"
#include "server/analysis/series.h"
#include "server/analysis/split.h"
#include "server/analysis/worst.h"
#include "server/base/status_macros.h"
#include "server/expr/catalogue.h"
#include "server/expr/infer.h"
#include "server/passes/expand.h"
#include "server/passes/operations.h"
#include "server/passes/pipeline.h"
#include "server/passes/present.h"

namespace formulary::analysis {
namespace {

using expr::DType;
using expr::NodeId;

constexpr uint64_t kHeldOutStream = 1;
constexpr size_t kExpansions = 24;  // forms that are rewritten
constexpr size_t kNodesRewritten = 4;
constexpr uint32_t kOuterNodes = 8;
constexpr size_t kLocalPoints = 16;
constexpr size_t kSeriesTerms = 6;
constexpr uint32_t kSeriesArguments = 6;
constexpr size_t kForms = 12;  // that a piecewise chooses from
// A form as good as this needs no search.
constexpr double kGoodBits = 0.1;
constexpr double kAllBits = 64;

expr::Program OnlyOutput(const expr::Program& program, size_t output) {
  expr::Program alone;
  alone.arguments = program.arguments;
  alone.numerics = program.numerics;
  alone.accurate = program.accurate;
  const NodeId root = alone.graph.Import(program.graph, {program.outputs[output].node})[0];
  alone.outputs = {{program.outputs[output].name, root}};
  return alone;
}

// The samples of one output, at most `most` of them.
Samples OfOutput(const Samples& samples, size_t output, size_t most) {
  Samples result;
  const size_t count = std::min(samples.points.size(), most);
  result.points.assign(samples.points.begin(),
                       samples.points.begin() + static_cast<std::ptrdiff_t>(count));
  for (size_t i = 0; i < count; ++i) result.exact.push_back({samples.exact[i][output]});
  return result;
}

// Improves one output.
class Search {
 public:
  Search(const expr::Program& written, const Analysis& analysis, size_t output,
         const passes::Budget& budget, Checkpoint checkpoint)
      : written_(OnlyOutput(written, output)),
        types_(analysis.types),
        format_(analysis.formats[output]),
        budget_(budget),
        checkpoint_(checkpoint),
        training_(OfOutput(analysis.samples, output, kTrainingPoints)),
        exact_(written_, types_),
        candidates_(training_, types_, format_) {}

  // The best form at the held-out points, or nullopt.
  absl::StatusOr<std::optional<expr::Program>> Run(const Samples& held_out) {
    candidates_.Add(written_);
    candidates_.Add(Simplified(written_));
    const size_t given = candidates_.size();
    if (candidates_.size() == 0) return std::nullopt;
    RETURN_IF_ERROR(Collect());
    std::vector<expr::Program> finals;
    RETURN_IF_ERROR(Choose(&finals));
    const std::vector<double> written = BitsOf(written_, held_out);
    double best = Mean(written);
    for (size_t i = 0; i < given; ++i)
      best = std::min(best, Mean(BitsOf(candidates_[i].program, held_out)));
    best -= kWorthwhileBits;
    std::optional<expr::Program> result;
    for (expr::Program& form : finals) {
      RETURN_IF_ERROR(checkpoint_());
      // As the server would compute it.
      const double loss = Candidates::Cost(form) +
                          Mean(Candidates::Loss(BitsOf(Simplified(form), held_out), written));
      if (loss >= best) continue;
      best = loss;
      result = Tidied(std::move(form));
    }
    return result;
  }

  uint64_t measured() const { return candidates_.size(); }

 private:
  expr::Program Simplified(const expr::Program& program) const {
    return passes::Expand(passes::Optimize(program, budget_).program);
  }

  // Of a form and what simplification makes of it, which is what is computed, the simpler.
  expr::Program Tidied(expr::Program form) const {
    expr::Program simplified = passes::Optimize(form, budget_).program;
    const bool simpler = BranchesOf(simplified) <= BranchesOf(form) &&
                         passes::CountOperations(simplified.graph, simplified.roots()) <
                             passes::CountOperations(form.graph, form.roots());
    return simpler ? simplified : form;
  }
  static size_t BranchesOf(const expr::Program& program) {
    const std::vector<bool> needed = program.graph.Reachable(program.roots());
    size_t count = 0;
    for (uint32_t i = 0; i < program.graph.size(); ++i)
      count += needed[i] && program.graph.IsCall(NodeId{i}, expr::fn::kPiecewise);
    return count;
  }

  std::vector<double> BitsOf(const expr::Program& program, const Samples& samples) const {
    const auto results = NaiveRunner(program, types_).Run(absl::MakeConstSpan(samples.points));
    if (!results.ok()) return std::vector<double>(samples.points.size(), kAllBits);
    return ErrorBits(samples, *results, 0, format_);
  }

  absl::Status Collect() {
    candidates_.Add(CanonicalForm(written_));
    RETURN_IF_ERROR(AddSeries());
    for (size_t round = 0; round < kExpansions && !candidates_.full(); ++round) {
      const size_t next = candidates_.BestUnexpanded();
      if (next == candidates_.size()) break;
      candidates_[next].expanded = true;
      if (candidates_[next].mean_loss < kGoodBits) break;
      RETURN_IF_ERROR(AddRewrites(CanonicalForm(candidates_[next].program)));
    }
    return absl::OkStatus();
  }

  absl::Status AddRewrites(const expr::Program& form) {
    const size_t count = std::min(training_.points.size(), kLocalPoints);
    ASSIGN_OR_RETURN(const std::vector<NodeError> errors,
                     Localize(form, types_, absl::MakeConstSpan(training_.points).subspan(0, count),
                              checkpoint_));
    std::vector<NodeId> places;
    for (size_t i = 0; i < std::min(errors.size(), kNodesRewritten); ++i) {
      places.push_back(errors[i].node);
      for (const NodeId user : UsersOf(form, errors[i].node)) places.push_back(user);
    }
    // What overflows shows at no operation by itself: the outermost ones are rewritten, too.
    uint32_t outer = 0;
    for (uint32_t i = form.graph.size(); i-- > 0 && outer < kOuterNodes;) {
      if (form.graph[NodeId{i}].kind != expr::NodeKind::kCall) continue;
      if (std::find(places.begin(), places.end(), NodeId{i}) == places.end())
        places.push_back(NodeId{i});
      ++outer;
    }
    for (const NodeId place : places) {
      RETURN_IF_ERROR(checkpoint_());
      for (expr::Program& rewritten : RewritesAt(form, place))
        candidates_.Add(std::move(rewritten));
    }
    return absl::OkStatus();
  }

  // What becomes of a sum may depend on what it is in.
  static std::vector<NodeId> UsersOf(const expr::Program& form, NodeId node) {
    std::vector<NodeId> users;
    for (uint32_t i = node.value + 1; i < form.graph.size(); ++i) {
      const absl::Span<const NodeId> operands = form.graph.operands(NodeId{i});
      if (std::find(operands.begin(), operands.end(), node) != operands.end())
        users.push_back(NodeId{i});
    }
    return users;
  }

  absl::Status AddSeries() {
    const expr::Program form = CanonicalForm(written_);
    const auto arguments = static_cast<uint32_t>(form.arguments.size());
    for (uint32_t k = 0; k < std::min(arguments, kSeriesArguments); ++k) {
      for (const ExpansionPoint point :
           {ExpansionPoint::kZero, ExpansionPoint::kInfinity, ExpansionPoint::kMinusInfinity}) {
        RETURN_IF_ERROR(checkpoint_());
        for (expr::Program& series : Expansions(form, k, point, kSeriesTerms))
          candidates_.Add(std::move(series));
      }
    }
    return absl::OkStatus();
  }

  // The best forms at the training points: one piecewise, if it pays, and single ones.
  absl::Status Choose(std::vector<expr::Program>* finals) {
    std::vector<const Candidate*> forms;
    std::vector<std::vector<double>> loss;
    for (const size_t i : candidates_.Covering(kForms)) {
      forms.push_back(&candidates_[i]);
      loss.push_back(candidates_[i].loss);
    }
    const Regimes regimes = BestRegimes(loss, training_.points);
    if (regimes.forms.size() > 1) {
      ASSIGN_OR_RETURN(expr::Program split,
                       Piecewise(regimes, forms, exact_, training_, types_, checkpoint_));
      finals->push_back(std::move(split));
    }
    for (const Candidate* form : forms) finals->push_back(form->program);
    return absl::OkStatus();
  }

  const expr::Program written_;
  const std::vector<DType> types_;
  const DType format_;
  const passes::Budget budget_;
  const Checkpoint checkpoint_;
  const Samples training_;
  const ExactEvaluator exact_;
  Candidates candidates_;
};

// The improved outputs beside the others.
expr::Program Joined(const expr::Program& program,
                     const std::vector<std::optional<expr::Program>>& better) {
  expr::Program joined;
  joined.arguments = program.arguments;
  joined.numerics = program.numerics;
  joined.accurate = program.accurate;
  for (size_t k = 0; k < program.outputs.size(); ++k) {
    const bool improved = k < better.size() && better[k].has_value();
    const expr::Program& from = improved ? *better[k] : program;
    const NodeId root = improved ? from.outputs[0].node : program.outputs[k].node;
    joined.outputs.push_back({program.outputs[k].name, joined.graph.Import(from.graph, {root})[0]});
  }
  return joined;
}

bool IsFloating(DType type) { return type == DType::kFloat64 || type == DType::kFloat32; }

// The errors of the improved program, simplified as the server would.
absl::Status Measure(const SampleSpace& space, const ExactEvaluator& exact,
                     const Analysis& analysis, const passes::Budget& budget, Checkpoint checkpoint,
                     Improvement* improvement) {
  const expr::Program simplified =
      passes::Expand(passes::Optimize(improvement->program, budget).program);
  const NaiveRunner runner(simplified, analysis.types);
  ASSIGN_OR_RETURN(improvement->form.results,
                   runner.Run(absl::MakeConstSpan(analysis.samples.points)));
  for (size_t k = 0; k < analysis.formats.size(); ++k) {
    ErrorSummary summary =
        Summarize(analysis.samples, improvement->form.results, k, analysis.formats[k]);
    if (k < kSearchedOutputs) {
      RETURN_IF_ERROR(
          FindWorse(space, exact, runner, k, analysis.formats[k], checkpoint, &summary));
    }
    improvement->form.summaries.push_back(std::move(summary));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::optional<Improvement>> Improve(const expr::Program& program,
                                                   const AnalyzeOptions& options,
                                                   const Analysis& analysis,
                                                   Checkpoint checkpoint) {
  const bool floating = std::all_of(analysis.types.begin(), analysis.types.end(), IsFloating);
  if (!floating || analysis.as_written.graph.size() > kMaxImprovedNodes) return std::nullopt;
  ASSIGN_OR_RETURN(const SampleSpace space,
                   SampleSpace::Make(analysis.as_written, analysis.types, options.ranges));
  const ExactEvaluator exact(analysis.as_written, analysis.types);
  ASSIGN_OR_RETURN(const Samples held_out,
                   DrawSamples(space, exact, kHeldOutStream, kHeldOutPoints, checkpoint));
  if (held_out.points.empty()) return std::nullopt;
  Improvement improvement;
  std::vector<std::optional<expr::Program>> better;
  bool any = false;
  for (size_t k = 0; k < std::min(program.outputs.size(), kMaxImprovedOutputs); ++k) {
    if (!IsFloating(analysis.formats[k])) {
      better.emplace_back();
      continue;
    }
    Search search(analysis.as_written, analysis, k, options.budget, checkpoint);
    ASSIGN_OR_RETURN(std::optional<expr::Program> found,
                     search.Run(OfOutput(held_out, k, kHeldOutPoints)));
    improvement.candidates += search.measured();
    any = any || found.has_value();
    better.push_back(std::move(found));
  }
  if (!any) return std::nullopt;
  improvement.program = passes::Present(Joined(program, better));
  RETURN_IF_ERROR(expr::MakeConversionsExplicit(&improvement.program));
  RETURN_IF_ERROR(Measure(space, exact, analysis, options.budget, checkpoint, &improvement));
  return improvement;
}

}  // namespace formulary::analysis
