#include "server/expr/number_caches.h"

#include <flint/flint.h>
#include <mpfr.h>

namespace formulary::expr {
namespace {

struct Caches {
  ~Caches() {
    flint_cleanup();
    mpfr_free_cache2(MPFR_FREE_LOCAL_CACHE);
  }
  bool used = false;
};

thread_local Caches caches;

}  // namespace

void ReleaseNumberCachesWithThread() { caches.used = true; }

}  // namespace formulary::expr
