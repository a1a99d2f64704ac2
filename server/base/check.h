#ifndef FORMULARY_SERVER_BASE_CHECK_H_
#define FORMULARY_SERVER_BASE_CHECK_H_

// ABSL_CHECK for an Abseil that has none yet (20220623): aborts with the place and the condition.
// For what cannot be; never for user input, disks, compilers or clocks.

#include <cstdio>
#include <cstdlib>

namespace formulary::base {

[[noreturn]] inline void CheckFailed(const char* file, int line, const char* condition) {
  std::fprintf(stderr, "%s:%d: check failed: %s\n", file, line, condition);
  std::abort();
}

}  // namespace formulary::base

#ifndef ABSL_CHECK
#define ABSL_CHECK(condition)                                         \
  do {                                                                \
    if (__builtin_expect(!(condition), 0)) {                          \
      ::formulary::base::CheckFailed(__FILE__, __LINE__, #condition); \
    }                                                                 \
  } while (false)
#endif

#endif  // FORMULARY_SERVER_BASE_CHECK_H_
