#include "tests/bench/array_peer.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "tests/bench/figures.h"

namespace formulary::bench {
namespace {

using base::StrCat;

template <typename Number>
void WriteNumbers(const std::string& path, const std::vector<Number>& numbers) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(numbers.data()),
             static_cast<std::streamsize>(numbers.size() * sizeof(Number)));
}

absl::Status StatusOf(const std::string& answer) {
  return answer == "ok" ? absl::OkStatus() : absl::UnimplementedError(answer);
}

}  // namespace

absl::StatusOr<std::unique_ptr<ArrayPeer>> ArrayPeer::Start() {
  ASSIGN_OR_RETURN(std::unique_ptr<PythonPeer> python, PythonPeer::Start("array_peer.py"));
  ASSIGN_OR_RETURN(base::TempDir folder, base::TempDir::Create("", "formulary-bench-"));
  return std::unique_ptr<ArrayPeer>(new ArrayPeer(std::move(python), std::move(folder)));
}

absl::Status ArrayPeer::Load(const Workload& workload, const std::vector<Values>& values) {
  nlohmann::json json = {{"texts", workload.texts}, {"dtype", "float64"}};
  for (const Values& one : values) {
    const std::string path = folder_.Path(one.name);
    if (one.floats.empty()) {
      WriteNumbers(path, one.values);
    } else {
      WriteNumbers(path, one.floats);
      json["dtype"] = "float32";
    }
    json["names"].push_back(one.name);
    json["scalars"].push_back(one.scalar);
    json["files"].push_back(path);
  }
  return StatusOf(python_->Ask(StrCat("workload ", json.dump())));
}

absl::Status ArrayPeer::Build(const std::string& contestant) {
  return StatusOf(python_->Ask(StrCat("build ", contestant)));
}

double ArrayPeer::Run(const std::string& contestant) {
  const std::string answer = python_->Ask(StrCat("run ", contestant));
  if (answer.starts_with("failed")) Die(absl::InternalError(StrCat(contestant, ": ", answer)));
  return std::stod(answer);
}

std::vector<double> ArrayPeer::FirstOutput(const std::string& contestant) {
  return python_->AskValues(StrCat("values ", contestant));
}

}  // namespace formulary::bench
