#include "tests/bench/workloads.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "server/base/strings.h"
#include "server/expr/catalogue.h"
#include "tests/bench/figures.h"

namespace formulary::bench {

using base::StrCat;

absl::StatusOr<std::vector<Workload>> ReadWorkloads(const std::string& path) {
  std::ifstream file(path);
  const nlohmann::json json = nlohmann::json::parse(file, nullptr, false);
  if (json.is_discarded()) return absl::NotFoundError(StrCat("no workloads in ", path));
  std::vector<Workload> workloads;
  for (const nlohmann::json& item : json["workloads"]) {
    Workload workload{.name = item["name"], .texts = item["exprs"]};
    for (const nlohmann::json& argument : item["args"]) {
      const bool scalar = argument.contains("scalar");
      workload.arguments.push_back({.name = argument["name"],
                                    .scalar = scalar,
                                    .low = argument[scalar ? "scalar" : "lo"],
                                    .high = argument[scalar ? "scalar" : "hi"]});
    }
    workloads.push_back(std::move(workload));
  }
  return workloads;
}

std::string WorkloadsPath() {
  return StrCat(FORMULARY_SOURCE_DIR, "/tests/bench/data/workloads.json");
}

const Workload& Find(const std::vector<Workload>& workloads, std::string_view name) {
  for (const Workload& workload : workloads) {
    if (workload.name == name) return workload;
  }
  Die(absl::NotFoundError(StrCat("no workload ", name)));
}

std::vector<Values> Draw(const Workload& workload, size_t count, uint64_t seed) {
  std::mt19937_64 generator(seed);
  std::vector<Values> drawn;
  for (const WorkloadArgument& argument : workload.arguments) {
    Values values{.name = argument.name, .scalar = argument.scalar, .values = {argument.low}};
    if (!argument.scalar) {
      values.values.resize(count);
      for (double& value : values.values) {
        const double part = static_cast<double>(generator() >> 11) * 0x1p-53;
        value = argument.whole
                    ? std::floor(argument.low + (argument.high + 1 - argument.low) * part)
                    : argument.low + (argument.high - argument.low) * part;
      }
    }
    drawn.push_back(std::move(values));
  }
  return drawn;
}

std::vector<Values> AsFloats(std::vector<Values> values) {
  for (Values& one : values) one.floats.assign(one.values.begin(), one.values.end());
  return values;
}

expr::Program LargeProgram(uint32_t nodes) {
  std::mt19937_64 generator(7);
  expr::Program program;
  std::vector<expr::NodeId> made;
  for (uint32_t i = 0; i < 8; ++i) {
    program.arguments.push_back({.name = StrCat("x", i)});
    made.push_back(program.graph.Argument(i));
  }
  const expr::FunctionId unary[] = {expr::IdOf("sin"), expr::IdOf("exp"), expr::IdOf("tanh"),
                                    expr::IdOf("atan")};
  const expr::FunctionId binary[] = {expr::fn::kAdd, expr::fn::kMul, expr::fn::kSub,
                                     expr::fn::kAdd};
  const auto pick = [&] {
    const size_t reach = std::min<size_t>(made.size(), 64);
    return made[made.size() - 1 - generator() % reach];
  };
  while (program.graph.size() < nodes) {
    const uint64_t kind = generator() % 8;
    if (kind == 0) {
      made.push_back(program.graph.Call(unary[generator() % 4], {pick()}));
    } else if (kind == 1) {
      made.push_back(program.graph.Call(
          expr::fn::kAdd,
          {program.graph.Integer(static_cast<int64_t>(generator() % 9) + 1), pick()}));
    } else {
      made.push_back(program.graph.Call(binary[generator() % 4], {pick(), pick()}));
    }
  }
  program.outputs.push_back({"y0", made.back()});
  return program;
}

}  // namespace formulary::bench
