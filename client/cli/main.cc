// `formulary`, the command line client.

#include <iostream>
#include <string>
#include <vector>

#include "client/cli/run.h"

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  formulary::cli::Io io = {std::cin, std::cout, std::cerr, formulary::cli::DetectTerminal()};
  const int exit_code =
      formulary::cli::Run(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc), io);
  if (std::cout.good()) return exit_code;
  std::cerr << "formulary: cannot write to standard output\n";
  return exit_code == 0 ? 1 : exit_code;
}
