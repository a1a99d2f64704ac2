#ifndef FORMULARY_TESTS_SUPPORT_CAPABILITIES_H_
#define FORMULARY_TESTS_SUPPORT_CAPABILITIES_H_

// Rights of the test's process, and threads that have fewer: for tests of what the server may do to
// its children as root and as an ordinary user.

#include "absl/functional/function_ref.h"

namespace formulary::testing {

// Whether the calling thread may raise the priority of other processes (CAP_SYS_NICE).
bool MayRaisePriorities();

// Runs `body` on a thread that may not, nor may the threads that it starts. Assumes the usual
// RLIMIT_NICE of 0.
void InThreadThatMayNotRaise(absl::FunctionRef<void()> body);

}  // namespace formulary::testing

#endif  // FORMULARY_TESTS_SUPPORT_CAPABILITIES_H_
