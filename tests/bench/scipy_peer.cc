#include "tests/bench/scipy_peer.h"

#include <filesystem>
#include <fstream>
#include <utility>

#include "server/base/file.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "tests/bench/figures.h"

namespace formulary::bench {

using base::StrCat;

absl::StatusOr<std::unique_ptr<ScipyPeer>> ScipyPeer::Start() {
  ASSIGN_OR_RETURN(std::unique_ptr<PythonPeer> python, PythonPeer::Start("scipy_peer.py"));
  return std::unique_ptr<ScipyPeer>(new ScipyPeer(std::move(python)));
}

void ScipyPeer::Call(const std::string& ufunc, const std::vector<std::string>& arguments) {
  std::string line = StrCat("call ", ufunc);
  for (const std::string& argument : arguments) base::StrAppend(&line, " ", argument);
  python_->Ask(line);
}

double ScipyPeer::Run() { return std::stod(python_->Ask("run")); }

std::vector<double> ScipyPeer::Values() {
  const base::TempDir folder = OrDie(base::TempDir::Create("", "formulary-bench-"));
  const std::string path = folder.Path("values");
  python_->Ask(StrCat("values ", path));
  std::vector<double> values(std::filesystem::file_size(path) / sizeof(double));
  std::ifstream(path, std::ios::binary)
      .read(reinterpret_cast<char*>(values.data()),
            static_cast<std::streamsize>(values.size() * sizeof(double)));
  return values;
}

}  // namespace formulary::bench
