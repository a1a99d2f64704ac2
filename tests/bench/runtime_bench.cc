// Nanoseconds per element of every array form, operands in the function's usual range, 4,096 at a
// time (in L1 cache). items_per_second is elements per second.

#include <benchmark/benchmark.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "server/runtime/function_table.h"

namespace formulary::runtime {
namespace {

constexpr size_t kCount = 4096;

struct Range {
  const char* name;
  double low;
  double high;
};

constexpr Range kRanges[] = {
    {"exp", -20, 20},        {"exp2", -30, 30},    {"expm1", -5, 5},       {"log", 1e-3, 100},
    {"log2", 1e-3, 100},     {"log10", 1e-3, 100}, {"log1p", -0.9, 50},    {"sin", -30, 30},
    {"cos", -30, 30},        {"tan", -30, 30},     {"asin", -1, 1},        {"acos", -1, 1},
    {"atan", -10, 10},       {"sinh", -10, 10},    {"cosh", -10, 10},      {"tanh", -5, 5},
    {"asinh", -50, 50},      {"acosh", 1, 100},    {"atanh", -0.99, 0.99}, {"cbrt", -100, 100},
    {"erf", -4, 4},          {"erfc", -4, 10},     {"gamma", 0.01, 30},    {"lgamma", 0.01, 100},
    {"loggamma", 0.01, 100}, {"pow", 0.01, 20},    {"atan2", -5, 5},       {"hypot", -5, 5},
    {"mod", -100, 100}};

template <class T>
std::vector<T> Uniform(const std::string& name, unsigned seed) {
  double low = -5;
  double high = 5;
  for (const Range& range : kRanges) {
    if (name == range.name) {
      low = range.low;
      high = range.high;
    }
  }
  std::mt19937_64 generator(seed);
  std::uniform_real_distribution<double> distribution(low, high);
  std::vector<T> values(kCount);
  for (T& value : values) value = static_cast<T>(distribution(generator));
  return values;
}

template <class T>
void Add1(const std::string& label, const char* name, void (*array)(T*, const T*, long)) {
  benchmark::RegisterBenchmark(
      label.c_str(), [name = std::string(name), array](benchmark::State& state) {
        const std::vector<T> x = Uniform<T>(name, 1);
        std::vector<T> y(kCount);
        for (auto _ : state) {
          array(y.data(), x.data(), static_cast<long>(kCount));
          benchmark::ClobberMemory();
        }
        state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kCount));
      });
}

template <class T>
void Add2(const std::string& label, const char* name,
          void (*array)(T*, const T*, long, const T*, long, long)) {
  benchmark::RegisterBenchmark(
      label.c_str(), [name = std::string(name), array](benchmark::State& state) {
        const std::vector<T> a = Uniform<T>(name, 1);
        const std::vector<T> b = Uniform<T>(name == "pow" ? "other" : name, 2);
        std::vector<T> y(kCount);
        for (auto _ : state) {
          array(y.data(), a.data(), 1, b.data(), 1, static_cast<long>(kCount));
          benchmark::ClobberMemory();
        }
        state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kCount));
      });
}

template <class Row, class AddF64, class AddF32>
void AddRow(const Row& row, AddF64 add_f64, AddF32 add_f32) {
  const std::string name = row.name;
  add_f64(name + "_f64", row.name, row.array_f64);
  add_f32(name + "_f32", row.name, row.array_f32);
  if (row.weight == Weight::kHeavy) return;
  add_f64("strict_" + name + "_f64", row.name, row.strict_array_f64);
  add_f32("strict_" + name + "_f32", row.name, row.strict_array_f32);
}

void AddAll() {
  for (const Function1& row : kFunctions1) AddRow(row, &Add1<double>, &Add1<float>);
  for (const Function2& row : kFunctions2) AddRow(row, &Add2<double>, &Add2<float>);
}

}  // namespace
}  // namespace formulary::runtime

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  formulary::runtime::AddAll();
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
