#ifndef FORMULARY_SERVER_EXPR_NUMBER_CACHES_H_
#define FORMULARY_SERVER_EXPR_NUMBER_CACHES_H_

// MPFR, FLINT and Arb keep tables and constants for each thread that computes with them. Whoever
// computes with them says so here; the thread then gives them back when it ends.

namespace formulary::expr {

// Cheap after the thread's first call.
void ReleaseNumberCachesWithThread();

}  // namespace formulary::expr

#endif  // FORMULARY_SERVER_EXPR_NUMBER_CACHES_H_
