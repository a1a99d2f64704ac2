#include "server/passes/differentiate_jacobian.h"

#include <algorithm>
#include <tuple>

#include "server/base/status_macros.h"
#include "server/passes/differentiate_forward.h"
#include "server/passes/differentiate_reverse.h"

namespace formulary::passes {

using expr::Graph;
using expr::NodeId;

namespace {

using Groups = std::vector<std::vector<uint32_t>>;

Groups GroupsOf(absl::Span<const std::vector<uint32_t>> sets, size_t universe) {
  Groups groups;
  const std::vector<uint32_t> colours = ColourOf(sets, universe);
  for (uint32_t i = 0; i < colours.size(); ++i) {
    if (groups.size() <= colours[i]) groups.resize(colours[i] + 1);
    groups[colours[i]].push_back(i);
  }
  return groups;
}

Groups Transposed(const Groups& rows, size_t columns) {
  Groups result(columns);
  for (uint32_t i = 0; i < rows.size(); ++i) {
    for (const uint32_t column : rows[i]) result[column].push_back(i);
  }
  return result;
}

// One thread at a time.
class Maker {
 public:
  Maker(Slopes* slopes, absl::Span<const NodeId> roots, absl::Span<const NodeId> leaves,
        Wanted wanted, size_t max_nodes)
      : slopes_(slopes),
        roots_(roots),
        leaves_(leaves),
        wanted_(wanted),
        max_nodes_(max_nodes),
        pattern_(FindPattern(*slopes, slopes->graph(), roots, leaves, wanted)) {}

  absl::StatusOr<Jacobian> Run();

 private:
  absl::Status Forward();
  absl::Status ForwardSweep(absl::Span<const uint32_t> columns, const Groups& rows_of);
  absl::Status Reverse();

  Slopes* const slopes_;
  const absl::Span<const NodeId> roots_, leaves_;
  const Wanted wanted_;
  const size_t max_nodes_;
  const Pattern pattern_;
  Jacobian result_;
};

// Columns that share no row: what a row gets of the sweep is its one column's.
absl::Status Maker::ForwardSweep(absl::Span<const uint32_t> columns, const Groups& rows_of) {
  const NodeId one = slopes_->graph().Integer(1);
  std::vector<Seed> seeds;
  for (const uint32_t column : columns) seeds.push_back({leaves_[column], one});
  ForwardMode forward(slopes_, seeds, max_nodes_);
  for (const uint32_t column : columns) {
    for (const uint32_t row : rows_of[column]) {
      if (!wanted_(row, column)) continue;
      ASSIGN_OR_RETURN(const Tangent tangent, forward.Of(roots_[row]));
      if (tangent.has_value()) result_.entries.push_back({row, column, *tangent});
    }
  }
  return absl::OkStatus();
}

absl::Status Maker::Forward() {
  const Groups rows_of = Transposed(pattern_.columns, leaves_.size());
  for (const std::vector<uint32_t>& columns : GroupsOf(rows_of, roots_.size())) {
    RETURN_IF_ERROR(ForwardSweep(columns, rows_of));
    ++result_.sweeps;
  }
  return absl::OkStatus();
}

// Rows that share no column: what a column gets of the sweep is its one row's.
absl::Status Maker::Reverse() {
  const NodeId one = slopes_->graph().Integer(1);
  const std::vector<bool> depends = DependOn(*slopes_, slopes_->graph(), leaves_);
  for (const std::vector<uint32_t>& rows : GroupsOf(pattern_.columns, leaves_.size())) {
    std::vector<Seed> seeds;
    for (const uint32_t row : rows) seeds.push_back({roots_[row], one});
    ASSIGN_OR_RETURN(const std::vector<Tangent> adjoints,
                     ReverseMode(slopes_, depends, seeds, leaves_, max_nodes_));
    for (const uint32_t row : rows) {
      for (const uint32_t column : pattern_.columns[row]) {
        if (wanted_(row, column) && adjoints[column].has_value())
          result_.entries.push_back({row, column, *adjoints[column]});
      }
    }
    ++result_.sweeps;
  }
  return absl::OkStatus();
}

absl::StatusOr<Jacobian> Maker::Run() {
  // Where both cost the same, forward mode's results are the simpler ones.
  const bool forward = pattern_.forward_products <= pattern_.reverse_products;
  result_.mode = forward ? DerivativeMode::kForward : DerivativeMode::kReverse;
  RETURN_IF_ERROR(forward ? Forward() : Reverse());
  std::sort(result_.entries.begin(), result_.entries.end(),
            [](const JacobianEntry& a, const JacobianEntry& b) {
              return std::tie(a.row, a.column) < std::tie(b.row, b.column);
            });
  return std::move(result_);
}

}  // namespace

absl::StatusOr<Jacobian> MakeJacobian(Slopes* slopes, absl::Span<const NodeId> roots,
                                      absl::Span<const NodeId> leaves, Wanted wanted,
                                      size_t max_nodes) {
  return Maker(slopes, roots, leaves, wanted, max_nodes).Run();
}

}  // namespace formulary::passes
