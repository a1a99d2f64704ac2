#include "tests/bench/small_formulas.h"

#include <random>
#include <string_view>

#include "server/base/strings.h"
#include "tests/bench/figures.h"
#include "tests/bench/workloads.h"

namespace formulary::bench {
namespace {

constexpr uint64_t kSeed = 20240809;

}  // namespace

std::vector<std::string> SmallFormulas(size_t count) {
  constexpr std::string_view kFunctions[] = {"sin", "cos",  "exp",   "tanh",  "atan",
                                             "erf", "sinh", "asinh", "expm1", "cosh"};
  constexpr std::string_view kOperations[] = {" + ", " - ", "*"};
  std::vector<std::string> formulas;
  for (const std::string_view f : kFunctions) {
    for (const std::string_view g : kFunctions) {
      for (const std::string_view h : kFunctions) {
        for (const std::string_view op : kOperations)
          formulas.push_back(base::StrCat(f, "(x)", op, g, "(y)*", h, "(x*y)"));
      }
    }
  }
  if (count > formulas.size()) Die(absl::InvalidArgumentError("so many formulas there are not"));
  std::mt19937_64 generator(kSeed);
  for (size_t i = formulas.size(); i > 1; --i)
    std::swap(formulas[i - 1], formulas[generator() % i]);
  formulas.resize(count);
  return formulas;
}

std::vector<client::NamedArray> SmallInputs(size_t points) {
  const Workload arguments{
      .name = "", .texts = {}, .arguments = {{"x", false, -1, 1}, {"y", false, -1, 1}}};
  std::vector<client::NamedArray> inputs;
  for (const Values& values : Draw(arguments, points, kSeed))
    inputs.push_back({values.name, client::Array(values.values)});
  return inputs;
}

}  // namespace formulary::bench
