#ifndef FORMULARY_SERVER_EXPR_TEXT_PRODUCT_FORM_H_
#define FORMULARY_SERVER_EXPR_TEXT_PRODUCT_FORM_H_

// A product as people write it: sign, what is above and what is below the fraction bar. Canonical
// products have a coefficient in front and negative powers; all printers show them by this.

#include <gmpxx.h>

#include <vector>

#include "server/expr/graph.h"

namespace formulary::expr::text {

struct Factor {
  NodeId base;
  mpq_class exponent = 1;  // 1: the node itself; else of a power that moved below the bar
};

struct ProductForm {
  bool negative = false;
  bool has_coefficient = false;  // above the bar, to be written
  mpq_class coefficient = 1;     // its magnitude; an integer when exact
  NumberForm form = NumberForm::kExact;
  mpz_class divisor = 1;  // below the bar
  std::vector<Factor> above;
  std::vector<Factor> below;

  bool HasBar() const { return divisor != 1 || !below.empty(); }
};

// The form of a product, of a power with a negative constant exponent, or of a number; of minus it
// when `negated`. REQUIRES: node is one of these.
ProductForm ProductFormOf(const Graph& graph, NodeId node, bool negated);

// True for a number or product that is written with a minus sign in front.
bool IsNegative(const Graph& graph, NodeId node);

// True for a power whose exponent is an exact negative number.
bool IsReciprocal(const Graph& graph, NodeId node);

}  // namespace formulary::expr::text

#endif  // FORMULARY_SERVER_EXPR_TEXT_PRODUCT_FORM_H_
