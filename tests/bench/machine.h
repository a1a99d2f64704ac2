#ifndef FORMULARY_TESTS_BENCH_MACHINE_H_
#define FORMULARY_TESTS_BENCH_MACHINE_H_

// The machine a figure was measured on, and how busy others kept it meanwhile: a figure without
// them says little. Used by figures.cc; Pin() by the programs.

#include <string>

namespace formulary::bench {

struct Machine {
  std::string cpu;
  int cores = 0;
  std::string kernel;
  std::string compiler;    // that the bench calls: gcc --version's first line
  std::string huge_pages;  // mode of transparent huge pages
};
Machine DescribeMachine();

// Keeps this process, and the threads it starts from now on, on one processor. False where it
// cannot be.
bool Pin(int cpu);
// The processor that measurements on one thread are made on: the last one that this process may
// use.
int LastCpu();

struct Load {
  double load_average_before = 0;
  double load_average_after = 0;
  // Share of all processors' time, 0 to 1, that went to others on this machine (what this process
  // and its children used not counted), and to other guests of the host.
  double elsewhere = 0;
  double stolen = 0;
};

// Watches from its making on. One thread at a time.
class LoadWatch {
 public:
  LoadWatch();
  Load Now() const;

 private:
  struct Ticks {
    double busy = 0, stolen = 0, all = 0, own = 0;  // seconds of processor time
  };
  static Ticks Read();

  double load_average_ = 0;
  Ticks start_;
};

}  // namespace formulary::bench

#endif  // FORMULARY_TESTS_BENCH_MACHINE_H_
