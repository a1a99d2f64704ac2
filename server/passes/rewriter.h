#ifndef FORMULARY_SERVER_PASSES_REWRITER_H_
#define FORMULARY_SERVER_PASSES_REWRITER_H_

// Builds a graph in simplified form, one call at a time: each new call is brought to canonical form
// (sums and products n-ary, collected, with one exact coefficient; quotients as negative powers)
// and then rewritten by the rules that hold in the numerics mode. Operands are simplified already,
// so one pass over a graph in index order simplifies all of it. In STRICT nothing is reordered or
// collected: calls keep their form.
//
// In the modes STABLE and FAST a value may change only by rounding: terms that cancel (x - x, 0*x,
// x/x) go only where the operand is known to be finite (and not 0), so that NaN still propagates;
// FAST lets them go, and so may who builds derivatives (Cancelling). Optimize presumes of arguments
// that they are finite, and looks afterwards whether each still shows (propagation.h).

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "server/base/deadline.h"
#include "server/expr/assumptions.h"
#include "server/expr/catalogue.h"
#include "server/expr/program.h"
#include "server/passes/rational.h"
#include "server/passes/rules.h"

namespace formulary::passes {

struct Budget {
  uint64_t max_steps = 2'000'000;   // calls built and rules tried
  uint64_t max_nodes = 4'000'000;   // of the growing graph
  size_t max_folded_bits = 16'384;  // of an exact constant
  // Never set where the result is kept or compiled: what is stored depends on no clock.
  base::Deadline deadline;
};

// kGuard: the result differed from the program as sent, which is the answer instead.
enum class StopReason : uint8_t {
  kFinished = 1,
  kSteps = 2,
  kNodes = 3,
  kDeadline = 4,
  kGuard = 5,
};

// A rule that fired: how often, and the first time on what.
struct Application {
  const Rule* rule = nullptr;
  uint32_t count = 0;
  expr::NodeId before;
  expr::NodeId after;
};

// A term or factor that the walker hands over with its sign, or with its side of a quotient.
struct Part {
  expr::NodeId node;
  bool inverse = false;  // subtracted, or divided by
};

// Where terms that cancel may go (not in STRICT, which keeps them all).
enum class Cancelling : uint8_t {
  kWhereFinite,  // as the numerics mode has it
  kFreely,       // x - x, x/x and 0*x anywhere: for what we made ourselves of a client's formula
};

// One thread at a time.
class Rewriter {
 public:
  // REQUIRES: `program` and `rules` outlive it.
  Rewriter(const expr::Program& program, const Budget& budget, const RuleSet& rules,
           Cancelling cancelling = Cancelling::kWhereFinite);

  expr::Graph& graph() { return graph_; }
  const expr::Graph& graph() const { return graph_; }

  // A call, simplified.
  expr::NodeId Make(expr::FunctionId function, absl::Span<const expr::NodeId> operands);
  expr::NodeId Make(expr::FunctionId function, std::initializer_list<expr::NodeId> operands) {
    return Make(function, absl::MakeConstSpan(operands.begin(), operands.size()));
  }
  // A sum or a product of many parts at once. Not for STRICT.
  expr::NodeId MakeSum(absl::Span<const Part> parts);
  expr::NodeId MakeProduct(absl::Span<const Part> parts);

  // Says that more than one user holds the node: it is then not dissolved into a user's sum or
  // product.
  void MarkShared(expr::NodeId node);

  // An operand of the new graph whose facts are known.
  const expr::Facts& facts(expr::NodeId node);

  // Whether the rule's side conditions are known of what its variables stand for.
  bool ConditionHolds(const Rule& rule, absl::Span<const expr::NodeId> bindings);

  expr::Numerics numerics() const { return program_->numerics; }
  StopReason stop_reason() const { return stop_reason_; }
  const std::vector<Application>& applications() const { return applications_; }
  // The most rules that fired within one another's results (rules.h says why that is few).
  size_t longest_chain() const { return longest_chain_; }

  // The canonical form alone, without rules: rules bring their own patterns to it.
  expr::NodeId Canonical(expr::FunctionId function, absl::Span<const expr::NodeId> operands);

 private:
  using Handler = expr::NodeId (Rewriter::*)(absl::Span<const expr::NodeId>);
  static const std::vector<Handler>& Handlers();

  static constexpr uint32_t kNoPlace = ~0u;
  struct Term {  // coefficient * base in a sum, base ** exponent in a product
    expr::NodeId base;
    Rational number;
    expr::NumberForm form = expr::NumberForm::kExact;
    uint32_t next = kNoPlace;  // the next place of the same base: not combinable with this
  };
  // The terms of a sum with its constant, or the factors of a product with its coefficient.
  class TermList {
   public:
    Rational number;
    expr::NumberForm form = expr::NumberForm::kExact;
    absl::InlinedVector<Term, 6> terms;

    // The first place of a base, or kNoPlace.
    uint32_t First(expr::NodeId base) const;
    void Append(Term term);

   private:
    // So few are looked through one by one.
    static constexpr size_t kMaxScanned = 16;
    absl::flat_hash_map<expr::NodeId, uint32_t> firsts_;  // empty while there are few
  };

  expr::NodeId MakeStrict(expr::FunctionId function, absl::Span<const expr::NodeId> operands);
  expr::NodeId ApplyRules(expr::NodeId node);
  bool OutOfBudget();
  bool IsShared(expr::NodeId node) const {
    return node.value < shared_.size() && shared_[node.value];
  }
  bool CancelsFreely() const {
    return cancelling_ == Cancelling::kFreely || numerics() == expr::Numerics::kFast;
  }
  void Record(const Rule& rule, expr::NodeId before, expr::NodeId after);

  // rewriter_sums.cc
  expr::NodeId Sum(absl::Span<const expr::NodeId> operands);
  expr::NodeId Difference(absl::Span<const expr::NodeId> operands);
  expr::NodeId Negation(absl::Span<const expr::NodeId> operands);
  expr::NodeId Product(absl::Span<const expr::NodeId> operands);
  expr::NodeId Quotient(absl::Span<const expr::NodeId> operands);
  void AddTerm(expr::NodeId node, const Rational& scale, expr::NumberForm form, int depth,
               TermList* terms);
  void DissolveCancelling(TermList* factors);
  void AddFactor(expr::NodeId node, const Rational& exponent, int depth, TermList* factors);
  void MultiplyCoefficient(const Rational& value, expr::NumberForm form, TermList* factors);
  bool MayCombine(const Term& a, const Rational& exponent);
  void JoinPlaces(TermList* terms);
  expr::NodeId BuildSum(TermList* terms);
  expr::NodeId BuildProduct(TermList* factors);
  expr::NodeId Scaled(const Term& term);

  // rewriter_powers.cc
  expr::NodeId Power(absl::Span<const expr::NodeId> operands);
  expr::NodeId SquareRoot(absl::Span<const expr::NodeId> operands);
  expr::NodeId NumericPower(expr::NodeId base, const mpq_class& exponent);
  expr::NodeId PowerOfPower(expr::NodeId base, const mpq_class& inner, const mpq_class& outer);
  expr::NodeId RawPower(expr::NodeId base, const mpq_class& exponent);

  // rewriter_logic.cc
  expr::NodeId And(absl::Span<const expr::NodeId> operands);
  expr::NodeId Or(absl::Span<const expr::NodeId> operands);
  expr::NodeId Connective(expr::FunctionId function, bool absorbing,
                          absl::Span<const expr::NodeId> operands);
  expr::NodeId Not(absl::Span<const expr::NodeId> operands);
  expr::NodeId Piecewise(absl::Span<const expr::NodeId> operands);
  expr::NodeId Least(absl::Span<const expr::NodeId> operands);
  expr::NodeId Greatest(absl::Span<const expr::NodeId> operands);
  expr::NodeId Extremum(expr::FunctionId function, absl::Span<const expr::NodeId> operands);

  expr::NodeId WithinBranch(expr::NodeId value, expr::NodeId condition,
                            absl::Span<const expr::NodeId> failed);
  // What the operands' ranges say of a comparison.
  std::optional<bool> Decided(expr::FunctionId function, absl::Span<const expr::NodeId> operands);

  // A call of numbers whose result is exactly a number or a truth value, or the call itself.
  expr::NodeId Folded(expr::FunctionId function, absl::Span<const expr::NodeId> operands);

  const expr::Program* program_;  // arguments and mode
  Budget budget_;
  const RuleSet* rules_;
  Cancelling cancelling_;
  expr::Graph graph_;
  std::vector<expr::Facts> facts_;
  std::vector<bool> shared_;
  std::vector<Application> applications_;
  StopReason stop_reason_ = StopReason::kFinished;
  uint64_t steps_ = 0;
  int depth_ = 0;                        // of rules, expansions and branches within one another
  std::vector<expr::NodeId> rewriting_;  // by rules, each within the result of the one before
  size_t longest_chain_ = 0;
};

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_REWRITER_H_
