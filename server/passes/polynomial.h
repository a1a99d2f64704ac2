#ifndef FORMULARY_SERVER_PASSES_POLYNOMIAL_H_
#define FORMULARY_SERVER_PASSES_POLYNOMIAL_H_

// Sparse polynomials with exact coefficients over variables that stand for nodes of one graph, and
// the way from nodes to polynomials and back. A node under the fraction bar is a variable of its
// own: x*(1/x) is not 1, for x = 0 it is NaN. What the passes on polynomial regions compute with.

#include <compare>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "server/expr/graph.h"
#include "server/passes/rational.h"

namespace formulary::passes {

// variable**exponent.
struct Factor {
  uint32_t variable = 0;
  uint32_t exponent = 1;

  auto operator<=>(const Factor&) const = default;
};

using Monomial = absl::InlinedVector<Factor, 4>;  // by variable, each once

struct Term {
  Rational coefficient = 1;
  expr::NumberForm form = expr::NumberForm::kExact;
  Monomial monomial;
};

using Polynomial = std::vector<Term>;

// Factors of one variable joined, by variable.
void JoinEqual(Monomial* monomial);
Monomial ProductOf(const Monomial& a, const Monomial& b);
// a/b. REQUIRES: b divides a.
Monomial QuotientOf(const Monomial& a, const Monomial& b);
Monomial CommonFactor(const Monomial& a, const Monomial& b);
uint32_t DegreeOf(const Monomial& monomial);

// Terms of equal monomials added, zeros gone, ordered by monomial. Appends the monomials that are
// gone to *gone, where that is wanted.
void Collect(Polynomial* polynomial, std::vector<Monomial>* gone = nullptr);

// Operands in the making: few, mostly.
using Nodes = absl::InlinedVector<expr::NodeId, 8>;

// The nodes that variables stand for. One thread at a time.
class Variables {
 public:
  struct Meaning {
    expr::NodeId base;
    bool inverse = false;  // 1/base
  };

  uint32_t Of(expr::NodeId base, bool inverse);
  const Meaning& operator[](uint32_t variable) const { return meanings_[variable]; }
  uint32_t size() const { return static_cast<uint32_t>(meanings_.size()); }

 private:
  // So few are looked through one by one.
  static constexpr size_t kMaxScanned = 12;

  absl::InlinedVector<Meaning, kMaxScanned> meanings_;
  absl::flat_hash_map<std::pair<expr::NodeId, bool>, uint32_t> index_;  // empty while there are few
};

// A node read as one term: numbers, products and integer powers are taken apart, whatever else it
// meets is a variable. kKept: a power of a product is a power of one variable.
enum class JointPowers : uint8_t { kTakenApart, kKept };
Term ReadTerm(const expr::Graph& graph, expr::NodeId node, Variables* variables,
              JointPowers joint_powers = JointPowers::kTakenApart);

// The nodes' product with a number, in the form that the rewriter gives products; kKept: a factor
// that is a product itself stays one.
enum class Nested : uint8_t { kDissolved, kKept };
expr::NodeId BuildProduct(const Rational& number, expr::NumberForm form,
                          absl::Span<const expr::NodeId> factors, expr::Graph* graph,
                          Nested nested = Nested::kDissolved);
expr::NodeId BuildSum(absl::Span<const expr::NodeId> terms, expr::Graph* graph);
// In the order that sums and products have: a number first, then by id.
void SortNumberFirst(const expr::Graph& graph, absl::Span<expr::NodeId> operands);
// base**exponent; an exponent of 1 is the base.
expr::NodeId BuildPower(expr::NodeId base, long exponent, expr::Graph* graph);
expr::NodeId BuildTerm(const Term& term, const Variables& variables, expr::Graph* graph);
// The monomial's factors as nodes.
void AppendFactors(const Monomial& monomial, const Variables& variables, expr::Graph* graph,
                   Nodes* factors);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_POLYNOMIAL_H_
