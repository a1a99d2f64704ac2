#ifndef FORMULARY_SERVER_PASSES_CANDIDATE_FORMS_H_
#define FORMULARY_SERVER_PASSES_CANDIDATE_FORMS_H_

// Forms of an arithmetic region to choose among, all in one graph: what equal forms have in common
// is made once, and a form that was made before is not made again. Called by the pass on polynomial
// regions, which prices them; nothing here knows of costs, but forms that are much longer than the
// region are left out.

#include <array>
#include <cstdint>
#include <vector>

#include "server/expr/program.h"
#include "server/passes/known_forms.h"

namespace formulary::passes {

using Outputs = std::vector<expr::NodeId>;

// Which forms are wanted.
enum class Effort : uint8_t {
  kProducts,  // common products: the only form of large regions
  kShared,    // common parts of products and sums
  kAgain,     // and Horner forms, and what is multiplied out
  kAll,       // and factored sums and reduced quotients
};

// False where another form might be cheaper. True: no atom, node or number comes twice, so that
// there is nothing to share and nothing to take out of a bracket.
bool IsReadOnce(const expr::Program& region);

// One thread at a time.
class CandidateForms {
 public:
  // REQUIRES: `region` is an arithmetic region (region.h).
  explicit CandidateForms(const expr::Program& region) : work_(region), form_(region) {}

  // The outputs of `region`'s forms, those returned before left out. REQUIRES: it has the arguments
  // and outputs of the region that this was made of.
  std::vector<Outputs> Of(const expr::Program& region, Effort effort);

  // A form as a program, valid until the next call.
  const expr::Program& Form(const Outputs& outputs);

 private:
  void Set(const Outputs& outputs);
  // Both go on from work_'s outputs.
  void AddShared(Effort effort);
  void AddJoined();
  // Unless the form is so much longer than the region that nothing it shares could make up for it.
  void AddIfShort();
  void AddHornerForms(const Outputs& from);
  // False when it was there.
  static bool Note(const Outputs& outputs, std::vector<Outputs>* noted);

  expr::Program work_;
  uint32_t most_operations_ = 0;          // of a form that is looked at further
  bool too_long_expanded_ = false;        // some form was, multiplied out
  expr::Program form_;                    // the last that was asked for
  std::vector<Outputs> joined_, shared_;  // what these steps have started from
  std::vector<Outputs> known_, forms_;
  std::array<KnownForms, 2> horner_forms_;  // by order
  KnownForms with_joined_powers_;
};

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_CANDIDATE_FORMS_H_
