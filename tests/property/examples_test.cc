// Every row's example is worth what the row says, however it is computed.

#include <cmath>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/expr/catalogue.h"
#include "tests/property/exact.h"
#include "tests/property/execute.h"
#include "tests/property/generate.h"
#include "tests/support/engine_harness.h"
#include "tests/support/status_matchers.h"

namespace formulary::testing {
namespace {

using expr::DType;
using expr::NodeId;

// Of the routines in the example; the example's value is itself a rounded number.
constexpr double kUlps = 8;
// Of rows whose errors depend on where they are evaluated.
constexpr double kWideUlps = 64;

bool IsClose(double got, double want) {
  return got == want || std::abs(got - want) <= kUlps * UlpOf(want);
}

bool IsNear(double got, double want) {
  return got == want || std::abs(got - want) <= kWideUlps * UlpOf(want);
}

// The example with an argument for each of its numbers, so that there is something left to compute.
expr::Program WithArguments(const expr::Program& program, std::vector<Column>* values) {
  expr::Program lifted;
  lifted.numerics = program.numerics;
  std::vector<NodeId> renamed(program.graph.size());
  for (uint32_t i = 0; i < program.graph.size(); ++i) {
    const NodeId id{i};
    if (program.graph.IsNumber(id)) {
      const auto position = static_cast<uint32_t>(lifted.arguments.size());
      lifted.arguments.push_back({.name = "a" + std::to_string(position)});
      values->push_back(
          Column::Of(DType::kFloat64, std::vector<double>(20, program.graph.number(id).get_d())));
      renamed[i] = lifted.graph.Argument(position);
    } else if (program.graph.IsConstant(id)) {
      renamed[i] = lifted.graph.ImportLeaf(program.graph, id);
    } else {
      std::vector<NodeId> operands;
      for (const NodeId operand : program.graph.operands(id))
        operands.push_back(renamed[operand.value]);
      renamed[i] = lifted.graph.Call(program.graph[id].function, operands);
    }
  }
  for (const expr::Output& output : program.outputs)
    lifted.outputs.push_back({output.name, renamed[output.node.value]});
  return lifted;
}

// Examples of the others are formulas.
std::vector<const expr::FunctionRow*> ComputedRows() {
  std::vector<const expr::FunctionRow*> rows;
  for (const expr::FunctionRow& row : expr::Rows()) {
    if (row.lowering != expr::Lowering::kSymbolic) rows.push_back(&row);
  }
  return rows;
}

class ExamplesTest : public ::testing::TestWithParam<expr::Numerics> {
 protected:
  expr::Program Examples() {
    std::vector<std::string> texts;
    for (const expr::FunctionRow* row : ComputedRows()) texts.push_back(std::string(row->example));
    const absl::StatusOr<expr::Program> program = ParseProgram(texts, GetParam());
    EXPECT_OK(program);
    return *program;
  }

  void Check(const std::vector<Column>& outputs, const char* how) {
    const std::vector<const expr::FunctionRow*> rows = ComputedRows();
    ASSERT_EQ(outputs.size(), rows.size());
    for (size_t i = 0; i < outputs.size(); ++i) {
      const expr::FunctionRow& row = *rows[i];
      EXPECT_PRED2(IsPlain(row) ? IsClose : IsNear, outputs[i].at(0).ToDouble(), row.example_value)
          << row.example << ", " << how;
    }
  }
};

TEST_P(ExamplesTest, AsConstants) {
  const expr::Program program = AsWritten(Examples());
  Check(RunNaively(program, {}), "naively");
  Check(RunLowered(LowerFor(program, {}), {}), "folded by code generation");
}

TEST_P(ExamplesTest, OfArguments) {
  std::vector<Column> values;
  const expr::Program program = AsWritten(WithArguments(Examples(), &values));
  Check(RunNaively(program, values), "naively");
  const codegen::LoopProgram lowered = LowerFor(program, values);
  Check(RunLowered(lowered, values), "interpreted in blocks");
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<kernel::Kernel> compiled, CompileAndLoad(lowered));
  Check(RunLowered(lowered, values, {.kernel = compiled.get()}), "compiled");
}

INSTANTIATE_TEST_SUITE_P(Modes, ExamplesTest,
                         ::testing::Values(expr::Numerics::kStrict, expr::Numerics::kStable));

}  // namespace
}  // namespace formulary::testing
