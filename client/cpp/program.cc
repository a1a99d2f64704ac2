#include "client/cpp/program.h"

#include <array>

namespace formulary::client {
namespace {

struct FactRow {
  std::string_view name;
  std::optional<bool> Assumptions::*fact;
};

constexpr std::array<FactRow, 14> kFacts = {{
    {"real", &Assumptions::real},
    {"positive", &Assumptions::positive},
    {"nonnegative", &Assumptions::nonnegative},
    {"negative", &Assumptions::negative},
    {"nonzero", &Assumptions::nonzero},
    {"integer", &Assumptions::integer},
    {"finite", &Assumptions::finite},
    {"symmetric", &Assumptions::symmetric},
    {"positive_definite", &Assumptions::positive_definite},
    {"positive_semidefinite", &Assumptions::positive_semidefinite},
    {"orthogonal", &Assumptions::orthogonal},
    {"diagonal", &Assumptions::diagonal},
    {"lower_triangular", &Assumptions::lower_triangular},
    {"upper_triangular", &Assumptions::upper_triangular},
}};

}  // namespace

bool AssumeFact(std::string_view fact, Assumptions* assumptions) {
  for (const FactRow& row : kFacts) {
    if (row.name != fact) continue;
    assumptions->*row.fact = true;
    return true;
  }
  return false;
}

std::vector<std::string_view> AssumableFacts() {
  std::vector<std::string_view> names;
  for (const FactRow& row : kFacts) names.push_back(row.name);
  return names;
}

Program& Program::AddOutput(std::string_view name, const Expression& expression) {
  outputs_.push_back({std::string(name), expression});
  return *this;
}

Program& Program::AddOutput(std::string_view name, std::string_view text) {
  outputs_.push_back({std::string(name), std::string(text)});
  return *this;
}

Program& Program::DeclareArgument(std::string_view name, ArgumentOptions options) {
  arguments_.push_back({std::string(name), std::move(options)});
  return *this;
}

Program& Program::Define(std::string_view name, std::vector<std::string> parameters, Formula body,
                         DefinitionOptions options) {
  definitions_.push_back(
      {std::string(name), std::move(parameters), std::move(body), std::move(options)});
  return *this;
}

Program& Program::SetNumerics(Numerics numerics) {
  numerics_ = numerics;
  return *this;
}

Program& Program::SetAccurate(bool accurate) {
  accurate_ = accurate;
  return *this;
}

}  // namespace formulary::client
