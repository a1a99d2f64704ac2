#include "tests/bench/native_c.h"

#include <dlfcn.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "server/base/file.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "tests/bench/figures.h"

namespace formulary::bench {
namespace {

using base::StrCat;

constexpr char kGcc[] = "/usr/bin/gcc";

}  // namespace

absl::StatusOr<double> SpawnAndWait(const std::vector<std::string>& argv,
                                    const std::string& directory) {
  std::vector<char*> arguments;
  for (const std::string& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  std::string temporary = StrCat("TMPDIR=", directory);
  char path[] = "PATH=/usr/bin:/bin";
  char locale[] = "LC_ALL=C";
  char* const environment[] = {path, locale, temporary.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());
  const auto start = std::chrono::steady_clock::now();
  pid_t pid = 0;
  const int error =
      posix_spawn(&pid, arguments[0], &actions, nullptr, arguments.data(), environment);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return absl::ErrnoToStatus(error, StrCat("cannot run ", argv[0]));
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
  }
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  if (status != 0) return absl::InternalError(StrCat(argv[0], " ended with status ", status));
  return taken.count();
}

absl::StatusOr<NativeLibrary> NativeLibrary::Build(std::string_view text,
                                                   const std::vector<std::string>& flags) {
  ASSIGN_OR_RETURN(const base::TempDir directory, base::TempDir::Create("", "formulary-bench-"));
  RETURN_IF_ERROR(base::WriteNewFile(directory.Path("kernel.c"), text));
  std::vector<std::string> compile = {kGcc, "-c", "-fPIC", "-w"};
  compile.insert(compile.end(), flags.begin(), flags.end());
  compile.insert(compile.end(), {"-o", "kernel.o", "kernel.c"});
  RETURN_IF_ERROR(SpawnAndWait(compile, directory.path()).status());
  RETURN_IF_ERROR(SpawnAndWait({kGcc, "-shared", "-o", "kernel.so", "kernel.o", "-lmvec", "-lm"},
                               directory.path())
                      .status());
  NativeLibrary library;
  library.handle_ = dlopen(directory.Path("kernel.so").c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library.handle_ == nullptr) return absl::InternalError(dlerror());
  ASSIGN_OR_RETURN(const std::string object, base::ReadFile(directory.Path("kernel.o")));
  library.calls_vector_math_ = object.find("_ZGV") != std::string::npos;
  return library;
}

double SecondsInThreads(NativeKernel kernel, const std::vector<Values>& values, size_t points,
                        size_t threads, std::vector<std::vector<double>>* outputs) {
  using Clock = std::chrono::steady_clock;
  // Multiples of a cache line, so that no two threads write one.
  const size_t part = (points / threads + 7) / 8 * 8;
  std::vector<Clock::time_point> starts(threads), ends(threads);
  std::vector<std::thread> running;
  for (size_t i = 0; i < threads; ++i) {
    running.emplace_back([&, i] {
      std::vector<const void*> in;
      std::vector<void*> out;
      for (const Values& value : values)
        in.push_back(value.values.data() + (value.scalar ? 0 : i * part));
      for (std::vector<double>& output : *outputs) out.push_back(output.data() + i * part);
      starts[i] = Clock::now();
      kernel(static_cast<long>(std::min(part, points - i * part)), in.data(), out.data());
      ends[i] = Clock::now();
    });
  }
  for (std::thread& thread : running) thread.join();
  return std::chrono::duration<double>(*std::max_element(ends.begin(), ends.end()) -
                                       *std::min_element(starts.begin(), starts.end()))
      .count();
}

void* NativeLibrary::Symbol(const char* name) const {
  void* const symbol = dlsym(handle_, name);
  if (symbol == nullptr) Die(absl::NotFoundError(StrCat("no symbol ", std::string(name))));
  return symbol;
}

}  // namespace formulary::bench
