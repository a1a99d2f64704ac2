#include "tests/bench/scipy_peer.h"

#include <utility>

#include "server/base/status_macros.h"
#include "server/base/strings.h"

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

std::vector<double> ScipyPeer::Values() { return python_->AskValues("values"); }

}  // namespace formulary::bench
