#ifndef FORMULARY_SERVER_PASSES_SHARER_H_
#define FORMULARY_SERVER_PASSES_SHARER_H_

// What sharing parts of sums, of products and of extrema do alike: lists are read from the
// region, pairs are counted, and the lists are built anew with the parts as nodes. common_parts.cc
// and *_parts.cc include this, nobody else.

#include <cstdint>
#include <vector>

#include "server/expr/catalogue.h"
#include "server/expr/program.h"
#include "server/passes/pair_counting.h"
#include "server/passes/polynomial.h"

namespace formulary::passes {

// Adds to the region's own graph. One thread at a time; used once.
class Sharer {
 public:
  virtual ~Sharer() = default;

  void Run();

 protected:
  static constexpr expr::NodeId kUnmade{~0u};

  Sharer(expr::Program* region, Combining combining, expr::FunctionId nesting);

  // Fills counting_: a list for each node that IsList, in index order. An empty list stays as it
  // is.
  virtual void ReadLists() = 0;
  // Adds the operands that an entry other than a part stands for.
  virtual void AppendItem(const Entry& entry, Nodes* operands) = 0;
  virtual expr::NodeId WithWeight(expr::NodeId part, int32_t weight) = 0;
  virtual expr::NodeId Combined(const Nodes& operands) = 0;
  // The list's node of its operands, once parts are taken.
  virtual expr::NodeId ListNode(size_t list, const Nodes& operands) = 0;

  // A list of its own: a call of the nesting function that something else uses.
  bool IsList(expr::NodeId id) const {
    return needed_[id.value] && stands_[id.value] && graph_.IsCall(id, nesting_);
  }

  expr::Program& region_;
  expr::Graph& graph_;
  expr::FunctionId nesting_;
  uint32_t size_;  // of the graph as it came
  std::vector<bool> needed_;
  std::vector<bool> stands_;
  std::vector<expr::NodeId> renamed_;
  PairCounting counting_;

 private:
  void RenameOperands(expr::NodeId id);
  // Parts that one list or part alone has are spelled out there.
  void CountPartUses();
  void Append(const Entry& entry, Nodes* operands);
  // Makes the parts that these entries need.
  void MakeParts(const EntryList& entries);

  std::vector<CommonPart> parts_;
  std::vector<uint32_t> part_uses_;
  std::vector<expr::NodeId> made_parts_;
};

void ShareProducts(expr::Program* region);
void ShareSums(expr::Program* region);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_SHARER_H_
