// Laws over expressions made at random from the catalogue's rows: what is printed reads back.

#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/expr/catalogue.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/expr/text_helpers.h"

namespace formulary::expr {
namespace {

// Nodes at random in one builder's graph. One thread at a time.
class RandomNodes {
 public:
  explicit RandomNodes(uint32_t seed) : random_(seed), builder_(Limits{}) {
    for (const char* name : {"x", "y_1", "E", "λ", "sin"})
      EXPECT_OK(builder_.Declare({.name = name}));
    for (const char* name : {"x", "y_1", "E", "λ", "sin"}) pool_.push_back(*builder_.Symbol(name));
    Graph& graph = builder_.graph();
    for (const long value : {0L, 1L, 2L, 3L, -1L, -2L, 10L}) pool_.push_back(graph.Integer(value));
    for (const mpq_class& value : {mpq_class(1, 3), mpq_class(-2, 3), mpq_class(7, 2)}) {
      pool_.push_back(graph.Number(value));
      pool_.push_back(graph.Number(mpq_class(value * 3) / 4, NumberForm::kLiteral));
    }
    for (const double value :
         {0.5, -2.5, 0.0, -0.0, 0x1p-10, 0x1p40, 1e300 * 1e300, -1e300 * 1e300}) {
      pool_.push_back(graph.Real(value));
    }
    for (const char* name : {"pi", "e", "euler_gamma", "catalan", "golden_ratio", "nan"}) {
      pool_.push_back(*builder_.NamedConstantNode(name));
    }
    for (const bool value : {true, false}) pool_.push_back(graph.Boolean(value));
  }

  ProgramBuilder& builder() { return builder_; }
  size_t Below(size_t bound) {
    return std::uniform_int_distribution<size_t>(0, bound - 1)(random_);
  }
  NodeId Any() { return pool_[Below(pool_.size())]; }
  // One of the latest, so that expressions get deep.
  NodeId Recent() {
    return Below(3) == 0 ? Any()
                         : pool_[pool_.size() - 1 - Below(std::min<size_t>(pool_.size(), 12))];
  }
  void Keep(NodeId node) { pool_.push_back(node); }

  // A call of `row` with at most `most` operands.
  NodeId Call(const FunctionRow& row, size_t most) {
    const size_t highest =
        row.max_arity == kVariadic ? std::max<size_t>(row.min_arity, most) : row.max_arity;
    size_t count = row.min_arity + Below(highest - row.min_arity + 1);
    if (row.typing == Typing::kPiecewise && count % 2 == 0) ++count;
    std::vector<NodeId> operands;
    for (size_t i = 0; i < count; ++i) operands.push_back(Recent());
    return builder_.graph().Call(IdOf(row.name), operands);
  }

 private:
  std::mt19937 random_;
  ProgramBuilder builder_;
  std::vector<NodeId> pool_;
};

std::string AsComputed(const Graph& graph, NodeId node, const std::vector<Argument>& arguments) {
  Program program;
  program.arguments = arguments;
  program.numerics = Numerics::kStrict;
  program.outputs = {{"y0", program.graph.Import(graph, {node})[0]}};
  return *PrintProgram(program);
}

std::vector<Argument> Arguments() {
  return {{.name = "x"}, {.name = "y_1"}, {.name = "E"}, {.name = "λ"}, {.name = "sin"}};
}

TEST(RoundTripTest, EveryRowReadsBackAsTheSameNode) {
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    RandomNodes nodes(seed);
    for (int depth = 0; depth < 3; ++depth) {
      for (const FunctionRow& row : Rows()) {
        if (row.lowering == Lowering::kSymbolic) continue;  // takes no operands of any kind
        const bool folds = row.name == "add" || row.name == "mul";
        const NodeId node = nodes.Call(row, folds ? 2 : 4);
        const std::string text = AsComputed(nodes.builder().graph(), node, Arguments());
        if (text.size() > 2000) continue;
        const absl::StatusOr<NodeId> back = ParseText(text, &nodes.builder());
        ASSERT_OK(back) << text << " seed " << seed;
        EXPECT_EQ(*back, node) << text << "\nreads as "
                               << AsComputed(nodes.builder().graph(), *back, Arguments())
                               << "\nseed " << seed;
        nodes.Keep(node);
      }
    }
  }
}

TEST(RoundTripTest, EveryExampleReadsBack) {
  for (const FunctionRow& row : Rows()) {
    if (row.lowering == Lowering::kSymbolic) continue;  // has arguments, which lose their names
    ProgramBuilder builder{Limits{}};
    ASSERT_OK_AND_ASSIGN(const NodeId node, ParseText(row.example, &builder));
    const std::string text = AsComputed(builder.graph(), node, {});
    ASSERT_OK_AND_ASSIGN(const NodeId back, ParseText(text, &builder));
    EXPECT_EQ(AsComputed(builder.graph(), back, {}), text) << row.example;
  }
}

// Every name and alias of every row is a call in text.
TEST(RoundTripTest, EveryAliasIsRead) {
  for (const FunctionRow& row : Rows()) {
    for (const DialectNames& dialect : AliasesOf(row)) {
      for (const std::string_view name : dialect.names) {
        if (!std::isalpha(static_cast<unsigned char>(name[0])) ||
            FindFunction(name, row.min_arity).row != &row)
          continue;
        if (name == "and" || name == "or" || name == "not" || name == "if")
          continue;  // FPCore's words
        std::string text = std::string(name) + "(";
        for (size_t i = 0; i < row.min_arity; ++i) text += i == 0 ? "x" : ", x";
        ProgramBuilder builder{Limits{}};
        ASSERT_OK_AND_ASSIGN(const NodeId node, ParseText(text + ")", &builder));
        EXPECT_EQ(builder.graph()[node].function, IdOf(row.name)) << text;
      }
    }
  }
}

TEST(RoundTripTest, FpCoreReadsBack) {
  RandomNodes nodes(7);
  const std::string head = "(FPCore (x y_1 E λ sin) ";
  for (int depth = 0; depth < 5; ++depth) {
    for (const FunctionRow& row : Rows()) {
      const bool folds = row.max_arity == kVariadic;
      if (row.latex == "{0}" || row.name == "where" || row.lowering == Lowering::kSymbolic)
        continue;  // not written, or written by another row
      const NodeId node = nodes.Call(row, folds ? 1 : 4);
      ASSERT_OK_AND_ASSIGN(const std::string text,
                           PrintExpression(nodes.builder().graph(), node, Arguments(),
                                           {.notation = Notation::kFpCore}));
      ProgramBuilder builder{Limits{}};
      const absl::StatusOr<NodeId> back = ParseText(text, &builder);
      ASSERT_OK(back) << text;
      EXPECT_EQ(
          *PrintExpression(builder.graph(), *back, Arguments(), {.notation = Notation::kFpCore}),
          text);
      if (text.size() < 500) nodes.Keep(node);
    }
  }
}

// --- Canonical sums and products
// ---------------------------------------------------------------------

// The exact value with the arguments at small fractions; only of + - * / and natural or negative
// powers. False where something is divided by zero.
bool Evaluate(const Graph& graph, NodeId root, std::vector<mpq_class>* values) {
  values->assign(graph.size(), 0);
  const std::vector<bool> needed = graph.Reachable({root});
  for (uint32_t i = 0; i <= root.value; ++i) {
    if (!needed[i]) continue;
    const NodeId id{i};
    mpq_class& value = (*values)[i];
    const auto operand = [&](size_t k) -> const mpq_class& {
      return (*values)[graph.operands(id)[k].value];
    };
    if (graph.IsNumber(id)) value = graph.number(id);
    if (graph[id].kind == NodeKind::kArgument)
      value = mpq_class(2 * static_cast<int>(graph[id].payload) + 3, 7);
    if (graph[id].kind != NodeKind::kCall) continue;
    value = operand(0);
    const size_t count = graph.operands(id).size();
    const FunctionId function = graph[id].function;
    for (size_t k = 1; k < count && function == fn::kAdd; ++k) value += operand(k);
    for (size_t k = 1; k < count && function == fn::kMul; ++k) value *= operand(k);
    if (function == fn::kSub) value -= operand(1);
    if (function == fn::kNeg) value = -value;
    if (function == fn::kDiv && operand(1) == 0) return false;
    if (function == fn::kDiv) value /= operand(1);
    if (function != fn::kPow) continue;
    const long exponent = operand(1).get_num().get_si();
    if (value == 0 && exponent < 0) return false;
    const mpq_class factor = exponent < 0 ? mpq_class(1 / value) : value;
    value = 1;
    for (long k = 0; k < std::abs(exponent); ++k) value *= factor;
  }
  return true;
}

TEST(RoundTripTest, CanonicalFormsReadBackWithTheSameValue) {
  int compared = 0;
  for (uint32_t seed = 1; seed <= 60; ++seed) {
    RandomNodes nodes(seed);
    Graph& graph = nodes.builder().graph();
    std::vector<NodeId> pool;
    for (const char* name : {"x", "y_1", "λ"}) pool.push_back(*nodes.builder().Symbol(name));
    for (int i = 0; i < 25; ++i) {
      const auto any = [&] { return pool[nodes.Below(pool.size())]; };
      std::vector<NodeId> operands;
      const size_t kind = nodes.Below(3);
      const long numerator = static_cast<long>(nodes.Below(9)) - 4;
      if (kind < 2 && nodes.Below(2) == 0) {
        operands.push_back(
            graph.Number(mpq_class(numerator) / static_cast<long>(1 + nodes.Below(3))));
      }
      for (size_t k = 0; k < 2 + nodes.Below(3); ++k) operands.push_back(any());
      const FunctionId function = kind == 0 ? fn::kAdd : kind == 1 ? fn::kMul : fn::kPow;
      if (kind == 2) operands = {any(), graph.Integer(numerator == 0 ? -1 : numerator)};
      pool.push_back(graph.Call(function, operands));
      const std::string text = *PrintExpression(graph, pool.back(), Arguments());
      if (text.size() > 300) {
        pool.pop_back();
        continue;
      }
      const absl::StatusOr<NodeId> back = ParseText(text, &nodes.builder());
      ASSERT_OK(back) << text;
      std::vector<mpq_class> values, values_back;
      if (!Evaluate(graph, pool.back(), &values)) continue;
      ASSERT_TRUE(Evaluate(graph, *back, &values_back)) << text;
      EXPECT_EQ(values[pool.back().value], values_back[back->value]) << text << " seed " << seed;
      ++compared;
    }
  }
  EXPECT_GT(compared, 500);
}

}  // namespace
}  // namespace formulary::expr
