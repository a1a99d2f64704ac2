#include "server/analysis/candidates.h"

#include <algorithm>
#include <utility>

#include "server/analysis/improve.h"
#include "server/expr/infer.h"
#include "server/expr/serialize.h"
#include "server/passes/expand.h"
#include "server/passes/operations.h"

namespace formulary::analysis {
namespace {

// Mean bits that another form must save to be worth a look.
constexpr double kCoveringBits = 0.02;
// An ulp more than as written is no loss.
constexpr double kGraceBits = 1;
// What an operation costs: of forms that are about as good the short one is the better.
constexpr double kOperationBits = 0.01;

}  // namespace

bool Candidates::full() const { return all_.size() >= kMaxCandidates; }

bool Candidates::Add(expr::Program program) {
  if (full() || program.graph.size() > kMaxImprovedNodes) return false;
  Candidate candidate;
  candidate.program = passes::Expand(program);
  if (!expr::MakeConversionsExplicit(&candidate.program).ok()) return false;
  if (!known_.insert(expr::EncodeProgram(candidate.program, expr::WithNames::kNo)).second)
    return false;
  const NaiveRunner runner(candidate.program, types_);
  const absl::StatusOr<std::vector<std::vector<double>>> results =
      runner.Run(absl::MakeConstSpan(training_.points));
  if (!results.ok()) return false;
  std::vector<double> bits = ErrorBits(training_, *results, 0, format_);
  if (all_.empty()) written_ = bits;
  candidate.loss = Loss(std::move(bits), written_);
  const double cost =
      kOperationBits * passes::CountOperations(candidate.program.graph, candidate.program.roots());
  for (double& loss : candidate.loss) loss += cost;
  candidate.mean_loss = Mean(candidate.loss);
  all_.push_back(std::move(candidate));
  return true;
}

std::vector<double> Candidates::Loss(std::vector<double> bits, absl::Span<const double> written) {
  for (size_t i = 0; i < bits.size(); ++i)
    bits[i] += std::max(0.0, bits[i] - written[i] - kGraceBits);
  return bits;
}

double Candidates::Cost(const expr::Program& program) {
  return kOperationBits * passes::CountOperations(program.graph, program.roots());
}

size_t Candidates::BestUnexpanded() const {
  size_t best = all_.size();
  for (size_t i = 0; i < all_.size(); ++i) {
    if (all_[i].expanded) continue;
    if (best == all_.size() || all_[i].mean_loss < all_[best].mean_loss) best = i;
  }
  return best;
}

std::vector<size_t> Candidates::Covering(size_t most) const {
  std::vector<size_t> chosen;
  std::vector<double> least;
  while (chosen.size() < most) {
    size_t best = all_.size();
    double best_total = 0;
    for (size_t i = 0; i < all_.size(); ++i) {
      double total = 0;
      for (size_t p = 0; p < all_[i].loss.size(); ++p)
        total += least.empty() ? all_[i].loss[p] : std::min(least[p], all_[i].loss[p]);
      if (best == all_.size() || total < best_total) {
        best = i;
        best_total = total;
      }
    }
    if (best == all_.size()) break;
    if (!least.empty()) {
      const double before = Mean(least) * static_cast<double>(least.size());
      if (before - best_total < kCoveringBits * static_cast<double>(least.size())) break;
    }
    chosen.push_back(best);
    if (least.empty()) {
      least = all_[best].loss;
    } else {
      for (size_t p = 0; p < least.size(); ++p) least[p] = std::min(least[p], all_[best].loss[p]);
    }
  }
  return chosen;
}

}  // namespace formulary::analysis
