#include "server/base/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>

#include "absl/status/status.h"
#include "server/base/clock.h"
#include "server/base/deadline.h"
#include "server/base/file.h"
#include "server/base/status_macros.h"

namespace formulary::base {
namespace {

struct Limit {
  __rlimit_resource resource;
  rlim_t value;
};

// Everything the child needs, prepared before vfork(): afterwards it may not allocate.
struct ChildPlan {
  std::vector<char*> argv;
  std::vector<char*> environment;
  const char* working_directory = nullptr;
  std::vector<Limit> limits;
  ProcessPriority priority = ProcessPriority::kNormal;
  pid_t parent = 0;
  int standard_fds[3] = {-1, -1, -1};
  int failure_fd = -1;  // close-on-exec: end of file here tells the parent that execve() worked
};

std::vector<char*> PointersTo(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (const std::string& text : strings) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

ChildPlan PlanFor(const SubprocessOptions& options) {
  ChildPlan plan;
  plan.argv = PointersTo(options.argv);
  plan.environment = PointersTo(options.environment);
  plan.working_directory = options.working_directory.c_str();
  plan.limits.push_back({RLIMIT_CORE, 0});
  const Limit optional[] = {{RLIMIT_AS, options.memory_bytes},
                            {RLIMIT_CPU, options.cpu_seconds},
                            {RLIMIT_FSIZE, options.file_bytes},
                            {RLIMIT_NOFILE, options.open_files}};
  std::copy_if(std::begin(optional), std::end(optional), std::back_inserter(plan.limits),
               [](const Limit& limit) { return limit.value != 0; });
  plan.parent = getpid();
  return plan;
}

// From here on in the child. Only async-signal-safe calls; memory is the parent's.

void RestoreSignals() {
  struct sigaction standard = {};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) sigaction(number, &standard, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool MoveStandardDescriptors(const ChildPlan& plan) {
  int moved[3];
  for (int i = 0; i < 3; ++i) {  // out of the way of 0 to 2 first: a source may be one of them
    moved[i] = fcntl(plan.standard_fds[i], F_DUPFD_CLOEXEC, 10);
    if (moved[i] < 0) return false;
  }
  for (int i = 0; i < 3; ++i) {
    if (dup2(moved[i], i) < 0) return false;
  }
  // Libraries of the server may have opened descriptors without the flag. Best effort on old
  // kernels.
  close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  return true;
}

bool ApplyLimits(const ChildPlan& plan) {
  for (const Limit& limit : plan.limits) {
    // One second between the soft and the hard CPU limit: SIGXCPU first, which says what happened.
    const rlim_t slack = limit.resource == RLIMIT_CPU ? 1 : 0;
    rlimit both = {limit.value, limit.value + slack};
    rlimit present;
    if (getrlimit(limit.resource, &present) != 0) return false;
    both.rlim_max = std::min(both.rlim_max, present.rlim_max);  // it cannot be raised
    both.rlim_cur = std::min(both.rlim_cur, both.rlim_max);
    if (setrlimit(limit.resource, &both) != 0) return false;
  }
  return true;
}

// Best effort: a container may forbid it, and then the program merely competes.
void LowerPriority() {
  const sched_param none = {};
  sched_setscheduler(0, SCHED_IDLE, &none);
  setpriority(PRIO_PROCESS, 0, 19);
}

[[noreturn]] void FailChild(const ChildPlan& plan) {
  const int error = errno;
  if (write(plan.failure_fd, &error, sizeof error) < 0) _exit(126);
  _exit(127);
}

[[noreturn]] void RunChild(const ChildPlan& plan) {
  if (setpgid(0, 0) != 0) FailChild(plan);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (getppid() != plan.parent) _exit(127);  // the server died before the line above
  if (!MoveStandardDescriptors(plan) || chdir(plan.working_directory) != 0) FailChild(plan);
  if (plan.priority == ProcessPriority::kIdle) LowerPriority();
  if (!ApplyLimits(plan)) FailChild(plan);
  RestoreSignals();
  execve(plan.argv[0], plan.argv.data(), plan.environment.data());
  FailChild(plan);
}

// From here on in the parent.

[[gnu::noinline]] pid_t Fork(const ChildPlan& plan) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = vfork();
  if (pid == 0) RunChild(plan);
  const int error = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return pid;
}

struct Pipe {
  FileDescriptor read_end, write_end;
};

absl::StatusOr<Pipe> OpenPipe(int flags_of_read_end) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "pipe");
  Pipe result{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
  if (flags_of_read_end != 0 && fcntl(ends[0], F_SETFL, flags_of_read_end) != 0) {
    return absl::ErrnoToStatus(errno, "fcntl");
  }
  return result;
}

// The error number with which the child failed before its program began; 0 when the program runs.
int ReadFailure(int fd) {
  int error = 0;
  ssize_t got;
  do {
    got = read(fd, &error, sizeof error);
  } while (got < 0 && errno == EINTR);
  return got == sizeof error ? error : 0;
}

// A running child and the two ends of its output. One thread at a time.
class Child {
 public:
  Child(pid_t pid, FileDescriptor out, FileDescriptor err, size_t capture_bytes)
      : pid_(pid), capture_bytes_(capture_bytes) {
    streams_[0].fd = std::move(out);
    streams_[1].fd = std::move(err);
  }

  // Waits for the end and fills everything in the result but the times of day.
  SubprocessResult Wait(const SubprocessOptions& options);

 private:
  struct Stream {
    FileDescriptor fd;
    std::string captured;
  };
  using End = SubprocessResult::End;

  void KillGroup() const { kill(-pid_, SIGKILL); }
  // True when the leader has ended (it stays a zombie, so its ids cannot be taken by another
  // process).
  bool PollOnce(int pidfd, const CancelFlag* maybe_cancel, Deadline deadline);
  void Drain(Stream* stream) const;
  void Reap(SubprocessResult* result) const;

  const pid_t pid_;
  const size_t capture_bytes_;
  std::array<Stream, 2> streams_;
};

int PollTimeout(Deadline deadline) {
  if (deadline.infinite()) return -1;
  // Rounded up: a poll that returns a little early would spin through the last millisecond.
  const int64_t ms = absl::ToInt64Milliseconds(deadline.remaining()) + 1;
  return static_cast<int>(std::min<int64_t>(ms, 1 << 30));
}

bool Child::PollOnce(int pidfd, const CancelFlag* maybe_cancel, Deadline deadline) {
  std::array<pollfd, 4> fds = {
      {{pidfd, POLLIN, 0},
       {streams_[0].fd.get(), POLLIN, 0},
       {streams_[1].fd.get(), POLLIN, 0},
       {maybe_cancel != nullptr ? maybe_cancel->event_fd() : -1, POLLIN, 0}}};
  if (poll(fds.data(), fds.size(), PollTimeout(deadline)) < 0) return false;  // EINTR
  for (size_t i = 0; i < streams_.size(); ++i) {
    if (fds[i + 1].revents != 0) Drain(&streams_[i]);
  }
  return fds[0].revents != 0;
}

void Child::Drain(Stream* stream) const {
  // Bounded rounds: an endless writer must not keep the caller from looking at the clock.
  char buffer[16384];
  for (int round = 0; round < 16; ++round) {
    const ssize_t got = read(stream->fd.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
      stream->fd.Reset();
      return;
    }
    const size_t room = capture_bytes_ - std::min(capture_bytes_, stream->captured.size());
    stream->captured.append(buffer, std::min(room, static_cast<size_t>(got)));
  }
}

void Child::Reap(SubprocessResult* result) const {
  int status = 0;
  struct rusage usage = {};
  pid_t reaped;
  do {
    reaped = wait4(pid_, &status, 0, &usage);
  } while (reaped < 0 && errno == EINTR);
  if (WIFEXITED(status)) {
    result->exit_code = WEXITSTATUS(status);
  } else if (WIFSIGNALED(status)) {
    result->signal = WTERMSIG(status);
    if (result->end == End::kExited) result->end = End::kSignalled;
  }
  const auto seconds = [](timeval time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  result->cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  result->max_rss_bytes = static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

SubprocessResult Child::Wait(const SubprocessOptions& options) {
  SubprocessResult result;
  // glibc 2.36 declares pidfd_open() without C linkage.
  const FileDescriptor pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
  Deadline deadline = Deadline::After(options.wall_limit);
  const CancelFlag* maybe_cancel = options.maybe_cancel;
  const auto stop = [&](End end) {
    KillGroup();
    result.end = end;
    deadline = Deadline::Infinite();  // the kernel ends it now; nothing more to decide
    maybe_cancel = nullptr;
  };
  if (!pidfd.valid()) {
    // Without it there is no waiting with a limit: out of descriptors is treated like out of time.
    stop(End::kTimedOut);
  } else {
    while (!PollOnce(pidfd.get(), maybe_cancel, deadline)) {
      if (maybe_cancel != nullptr && maybe_cancel->cancelled()) stop(End::kCancelled);
      if (deadline.expired()) stop(End::kTimedOut);
    }
    KillGroup();  // what the program left running behind it
  }
  if (options.maybe_urgency != nullptr) options.maybe_urgency->Ended(pid_);
  Reap(&result);
  for (Stream& stream : streams_) {
    if (stream.fd.valid()) Drain(&stream);
  }
  result.standard_output = std::move(streams_[0].captured);
  result.standard_error = std::move(streams_[1].captured);
  return result;
}

}  // namespace

absl::StatusOr<SubprocessResult> RunSubprocess(const SubprocessOptions& options) {
  if (options.argv.empty()) return absl::InvalidArgumentError("no program to run");
  const SteadyTime start = Clock::Real()->Now();
  const FileDescriptor null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!null.valid()) return absl::ErrnoToStatus(errno, "open /dev/null");
  ASSIGN_OR_RETURN(Pipe out, OpenPipe(O_NONBLOCK));
  ASSIGN_OR_RETURN(Pipe err, OpenPipe(O_NONBLOCK));
  ASSIGN_OR_RETURN(Pipe failure, OpenPipe(0));

  ChildPlan plan = PlanFor(options);
  plan.standard_fds[0] = null.get();
  plan.standard_fds[1] = out.write_end.get();
  plan.standard_fds[2] = err.write_end.get();
  plan.failure_fd = failure.write_end.get();
  const auto fork_at = [&plan](ProcessPriority priority) {
    plan.priority = priority;
    return Fork(plan);
  };
  Urgency* const maybe_urgency = options.maybe_urgency;
  const pid_t pid =
      maybe_urgency != nullptr ? maybe_urgency->Start(fork_at) : fork_at(options.priority);
  if (pid < 0) return absl::ErrnoToStatus(errno, "start process");
  out.write_end.Reset();
  err.write_end.Reset();
  failure.write_end.Reset();

  if (const int error = ReadFailure(failure.read_end.get()); error != 0) {
    if (maybe_urgency != nullptr) maybe_urgency->Ended(pid);
    waitpid(pid, nullptr, 0);
    return absl::ErrnoToStatus(error, "execute program");
  }
  Child child(pid, std::move(out.read_end), std::move(err.read_end), options.capture_bytes);
  SubprocessResult result = child.Wait(options);
  result.wall_seconds = absl::ToDoubleSeconds(Elapsed(start, Clock::Real()->Now()));
  return result;
}

}  // namespace formulary::base
