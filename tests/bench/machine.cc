#include "tests/bench/machine.h"

#include <sched.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "server/base/subprocess.h"

namespace formulary::bench {
namespace {

std::string Contents(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string CpuName() {
  std::istringstream lines(Contents("/proc/cpuinfo"));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown processor";
}

// "always [madvise] never" -> "madvise"
std::string HugePages() {
  const std::string modes = Contents("/sys/kernel/mm/transparent_hugepage/enabled");
  const size_t open = modes.find('[');
  const size_t close = modes.find(']');
  return open == std::string::npos || close == std::string::npos
             ? "unknown"
             : modes.substr(open + 1, close - open - 1);
}

std::string CompilerVersion() {
  const auto result = base::RunSubprocess({.argv = {"/usr/bin/gcc", "--version"}});
  if (!result.ok()) return "no gcc";
  return result->standard_output.substr(0, result->standard_output.find('\n'));
}

double LoadAverage() {
  double average = 0;
  return getloadavg(&average, 1) == 1 ? average : 0;
}

double CpuSeconds(int who) {
  rusage usage{};
  getrusage(who, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

}  // namespace

Machine DescribeMachine() {
  utsname names{};
  uname(&names);
  return {.cpu = CpuName(),
          .cores = static_cast<int>(std::thread::hardware_concurrency()),
          .kernel = std::string(names.sysname) + " " + names.release,
          .compiler = CompilerVersion(),
          .huge_pages = HugePages()};
}

bool Pin(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<size_t>(cpu), &set);
  return sched_setaffinity(0, sizeof set, &set) == 0;
}

int LastCpu() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 0;
  for (int cpu = CPU_SETSIZE - 1; cpu > 0; --cpu) {
    if (CPU_ISSET(static_cast<size_t>(cpu), &set)) return cpu;
  }
  return 0;
}

LoadWatch::Ticks LoadWatch::Read() {
  // cpu user nice system idle iowait irq softirq steal ...
  std::istringstream line(Contents("/proc/stat"));
  std::string word;
  line >> word;
  double values[8] = {};
  for (double& value : values) line >> value;
  const auto tick = static_cast<double>(sysconf(_SC_CLK_TCK));
  Ticks ticks;
  for (const double value : values) ticks.all += value / tick;
  ticks.busy = (values[0] + values[1] + values[2] + values[5] + values[6]) / tick;
  ticks.stolen = values[7] / tick;
  ticks.own = CpuSeconds(RUSAGE_SELF) + CpuSeconds(RUSAGE_CHILDREN);
  return ticks;
}

LoadWatch::LoadWatch() : load_average_(LoadAverage()), start_(Read()) {}

Load LoadWatch::Now() const {
  const Ticks now = Read();
  Load load{.load_average_before = load_average_, .load_average_after = LoadAverage()};
  const double all = now.all - start_.all;
  if (all <= 0) return load;
  load.elsewhere = std::max(0.0, (now.busy - start_.busy) - (now.own - start_.own)) / all;
  load.stolen = (now.stolen - start_.stolen) / all;
  return load;
}

}  // namespace formulary::bench
