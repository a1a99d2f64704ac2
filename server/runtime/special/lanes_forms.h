#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_LANES_FORMS_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_LANES_FORMS_H_

// The routines of lanes.h for one level. Included by each lanes_v<level>.cc, which sets FY_LEVEL.

#include "server/runtime/special/expint_vector.h"
#include "server/runtime/special/hypergeometric_vector.h"
#include "server/runtime/special/incomplete_beta_vector.h"
#include "server/runtime/special/incomplete_gamma_vector.h"
#include "server/runtime/special/lanes.h"
#include "server/runtime/special/lanes_driver.h"
#include "server/runtime/special/owens_vector.h"

#define FY_LANES_FORM(name, operands)                                                        \
  void FY_LANES_JOIN(FY_LEVEL, name)(double* y, const double* const* x, const long* strides, \
                                     long n) noexcept {                                      \
    lanes::RunLanes<lanes::Core_##name>(y, x, strides, n);                                   \
  }

FY_SPECIAL_LANES(FY_LANES_FORM)

#undef FY_LANES_FORM

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_LANES_FORMS_H_
