#include "server/passes/polynomial_regions.h"

#include <optional>
#include <utility>
#include <vector>

#include "server/passes/common_parts.h"
#include "server/passes/operations.h"
#include "server/passes/region.h"
#include "server/passes/region_forms.h"
#include "server/passes/rounding_error.h"

namespace formulary::passes {
namespace {

using expr::Program;

// Larger regions keep their sums and only share common parts.
constexpr uint32_t kMaxRegionNodes = 4096;

uint32_t CostOf(const Program& program) { return CountOperations(program.graph, program.roots()); }

// The best form so far.
class Choice {
 public:
  explicit Choice(const Program& given) : given_(given), cost_(CostOf(given)) {}

  void Offer(Program form) {
    form = WithCommonParts(form);
    const uint32_t cost = CostOf(form);
    if (cost >= cost_ || !RoundsAsWell(given_, form)) return;
    cost_ = cost;
    best_ = std::move(form);
  }
  std::optional<Program>& best() { return best_; }

 private:
  const Program& given_;
  uint32_t cost_;
  std::optional<Program> best_;
};

std::optional<Program> BetterForm(const Program& region) {
  Choice choice(region);
  choice.Offer(region);
  if (region.graph.size() > kMaxRegionNodes) return std::move(choice.best());
  for (const HornerOrder order : {HornerOrder::kMostTerms, HornerOrder::kMostSaved}) {
    choice.Offer(WithHornerForms(region, order));
    for (const Content content : {Content::kInside, Content::kApart}) {
      std::optional<Program> expanded = Expanded(region, order, content);
      if (expanded.has_value()) choice.Offer(*std::move(expanded));
    }
  }
  return std::move(choice.best());
}

void RewriteGroups(Grouping grouping, Program* program) {
  std::vector<Region> better;
  for (Region& region : SplitRegions(*program, grouping)) {
    std::optional<Program> form = BetterForm(region.program);
    if (!form.has_value()) continue;
    region.program = *std::move(form);
    better.push_back(std::move(region));
  }
  if (!better.empty()) PutBack(better, program);
}

}  // namespace

void RewriteRegions(Program* program) {
  RewriteGroups(Grouping::kConnected, program);
  RewriteGroups(Grouping::kWhole, program);
}

}  // namespace formulary::passes
