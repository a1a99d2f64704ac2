#ifndef FORMULARY_SERVER_PASSES_MATCHER_H_
#define FORMULARY_SERVER_PASSES_MATCHER_H_

// The search behind FindMatch: goals (this part of the pattern fits that node) are solved one after
// the other; where a sum or a product offers several operands, each is tried in order. Used by
// pattern.cc only.

#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "server/passes/pattern.h"
#include "server/passes/rational.h"

namespace formulary::passes {

// One thread at a time; for one pattern and one node.
class Matcher {
 public:
  Matcher(const expr::Graph& pattern, Rewriter* rewriter)
      : pattern_(pattern), rewriter_(*rewriter) {}

  // The pattern's root against a node.
  bool Root(expr::NodeId pattern, expr::NodeId node, Match* match);

 private:
  using Ids = absl::InlinedVector<expr::NodeId, 8>;
  enum class Shape : uint8_t { kNode, kSum, kProduct };
  // What is left to do, as a list: a node against a node, or what remains of a sum or product.
  struct Goal {
    Shape shape = Shape::kNode;
    bool root = false;
    bool scaled = false;  // a sum at the root: the scale is known
    expr::NodeId pattern, node;
    const Ids* wanted = nullptr;  // operands of the pattern
    const Ids* found = nullptr;   // operands of the node
    uint64_t open = 0;            // of `wanted`, those to be matched
    uint64_t left = 0;            // of `found`, those not taken
    Rational number = 1;          // a sum's scale; a product's coefficient, still to be explained
    const Goal* next = nullptr;
  };

  const expr::Graph& graph() const { return rewriter_.graph(); }

  bool Solve(const Goal* goal, Match* match);
  bool SolveNode(const Goal& goal, Match* match);
  bool SolveOperands(const Goal& goal, Match* match);
  bool SolveSum(const Goal& goal, Match* match);
  bool SumDone(const Goal& goal, Match* match);
  bool SumNumber(const Goal& goal, size_t k, Match* match);
  bool SumTerm(const Goal& goal, size_t k, Match* match);
  bool SumBound(const Goal& goal, size_t k, expr::NodeId value, Match* match);
  bool SumFree(const Goal& goal, size_t k, Match* match);
  bool SolveProduct(const Goal& goal, Match* match);
  bool ProductDone(const Goal& goal, Match* match);
  bool ProductFactor(const Goal& goal, size_t k, Match* match);
  bool ProductBound(const Goal& goal, size_t k, expr::NodeId value, Match* match);
  bool ProductFree(const Goal& goal, size_t k, Match* match);
  bool StartSum(const Goal& goal, bool root, Match* match);
  bool StartProduct(const Goal& goal, bool root, bool with_coefficient, Match* match);

  bool BindThen(uint32_t variable, expr::NodeId node, const Goal* next, Match* match);
  // A variable that is bound, or a number power of one: the node it stands for.
  bool KnownValue(expr::NodeId pattern, const Match& match, expr::NodeId* value);
  size_t NextOpen(const Goal& goal, const Match& match) const;
  int Urgency(expr::NodeId pattern, const Match& match) const;

  const expr::Graph& pattern_;
  Rewriter& rewriter_;
  int attempts_ = 0;
};

// A term c*x as c and x's factors; anything else as 1 and itself. The span is of `graph` or of
// `node`: valid until the graph grows.
struct TermView {
  const mpq_class& coefficient;
  absl::Span<const expr::NodeId> factors;
};
TermView ViewTerm(const expr::Graph& graph, const expr::NodeId& node);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_MATCHER_H_
