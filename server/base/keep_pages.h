#ifndef FORMULARY_SERVER_BASE_KEEP_PAGES_H_
#define FORMULARY_SERVER_BASE_KEEP_PAGES_H_

// Settings of the allocator for processes through which arrays of megabytes come and go. Called
// once, by main() before any thread runs: formularyd's, and those of the benches that it is
// compared with. Never by a library.

namespace formulary::base {

// Pages given back to the system and faulted in again cost more than the kernels that work on them
// (63,000 faults a second were seen), so they stay. What stays is bounded: allocation spreads over
// two arenas a processor, at least four, where glibc takes eight.
void KeepPages();

}  // namespace formulary::base

#endif  // FORMULARY_SERVER_BASE_KEEP_PAGES_H_
