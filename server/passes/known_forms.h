#ifndef FORMULARY_SERVER_PASSES_KNOWN_FORMS_H_
#define FORMULARY_SERVER_PASSES_KNOWN_FORMS_H_

// What one step on arithmetic regions made of the nodes of a graph that only grows: the regions
// that are tried one after the other have most nodes in common. Only for steps to which nothing but
// what stands below a node matters. Kept by candidate_forms.h.

#include <vector>

#include "server/expr/graph.h"

namespace formulary::passes {

// One thread at a time.
class KnownForms {
 public:
  struct Form {
    expr::NodeId node = kUnknown;
    bool orders_differ = false;  // of Horner forms (region_forms.h)
  };

  // Room for a graph of so many nodes.
  void Grow(size_t size) {
    if (forms_.size() < size) forms_.resize(size);
  }
  bool Has(expr::NodeId id) const { return forms_[id.value].node != kUnknown; }
  Form& operator[](expr::NodeId id) { return forms_[id.value]; }

 private:
  static constexpr expr::NodeId kUnknown{~0u};

  std::vector<Form> forms_;
};

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_KNOWN_FORMS_H_
