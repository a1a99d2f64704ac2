#ifndef FORMULARY_SERVER_MAIN_SIGNALS_H_
#define FORMULARY_SERVER_MAIN_SIGNALS_H_

// SIGTERM and SIGINT, taken by one thread that does nothing else, so that no handler runs anywhere:
// the first asks the server to drain, the second ends the process at once.

#include <thread>

#include "server/base/cancel_flag.h"
#include "server/base/file.h"
#include "server/base/mutex.h"

namespace formulary::main {

// Blocks both signals for this thread and all that it starts, and ignores SIGPIPE and
// SIGXFSZ. Call before any thread.
void BlockSignals();

// Thread-safe. REQUIRES: BlockSignals was called before any thread started.
class SignalWatcher {
 public:
  SignalWatcher();
  ~SignalWatcher();

  // Returns the first signal's number when it has come.
  int Wait() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);

  const base::FileDescriptor signals_;
  base::CancelFlag stop_;
  base::Mutex mutex_;
  base::CondVar changed_;
  int first_ ABSL_GUARDED_BY(mutex_) = 0;
  std::thread thread_;  // last: it uses the fields above
};

}  // namespace formulary::main

#endif  // FORMULARY_SERVER_MAIN_SIGNALS_H_
