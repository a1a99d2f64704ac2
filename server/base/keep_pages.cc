#include "server/base/keep_pages.h"

#include <malloc.h>

#include <algorithm>
#include <thread>

namespace formulary::base {

void KeepPages() {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);  // glibc's most
  mallopt(M_TRIM_THRESHOLD, 512 << 20);
  mallopt(M_TOP_PAD, 16 << 20);
  mallopt(M_ARENA_MAX, std::max(4, 2 * static_cast<int>(std::thread::hardware_concurrency())));
}

}  // namespace formulary::base
