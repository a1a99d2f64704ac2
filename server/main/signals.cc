#include "server/main/signals.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>

namespace formulary::main {
namespace {

sigset_t Endings() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

base::FileDescriptor OpenSignals() {
  const sigset_t set = Endings();
  return base::FileDescriptor(signalfd(-1, &set, SFD_CLOEXEC));
}

}  // namespace

void BlockSignals() {
  const sigset_t set = Endings();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);  // a file-size limit then fails one publication, not the server
}

SignalWatcher::SignalWatcher() : signals_(OpenSignals()), thread_([this] { Run(); }) {}

SignalWatcher::~SignalWatcher() {
  stop_.Cancel();
  thread_.join();
}

int SignalWatcher::Wait() {
  base::MutexLock lock(&mutex_);
  while (first_ == 0) changed_.Wait(&mutex_);
  return first_;
}

void SignalWatcher::Run() {
  pollfd polled[] = {{.fd = stop_.event_fd(), .events = POLLIN},
                     {.fd = signals_.get(), .events = POLLIN}};
  while (true) {
    if (poll(polled, 2, -1) < 0 && errno != EINTR) return;
    if (stop_.cancelled()) return;
    signalfd_siginfo info;
    if (read(signals_.get(), &info, sizeof info) != static_cast<ssize_t>(sizeof info)) continue;
    base::MutexLock lock(&mutex_);
    if (first_ != 0) _exit(128 + static_cast<int>(info.ssi_signo));
    first_ = static_cast<int>(info.ssi_signo);
    changed_.NotifyAll();
  }
}

}  // namespace formulary::main
