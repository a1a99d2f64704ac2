#include "server/analysis/ball_graph.h"

#include <utility>

#include "server/analysis/ball_operations.h"
#include "server/expr/catalogue.h"

namespace formulary::analysis {
namespace {

using expr::FunctionRow;
using expr::Graph;
using expr::NodeId;
using expr::NodeKind;
using State = BallValue::State;
namespace fn = expr::fn;

void SetNamed(expr::NamedConstant constant, slong precision, BallValue* value) {
  value->state = State::kNumber;
  arb_ptr ball = value->ball.get();
  switch (constant) {
    case expr::NamedConstant::kPi:
      return arb_const_pi(ball, precision);
    case expr::NamedConstant::kE:
      return arb_const_e(ball, precision);
    case expr::NamedConstant::kEulerGamma:
      return arb_const_euler(ball, precision);
    case expr::NamedConstant::kCatalan:
      return arb_const_catalan(ball, precision);
    case expr::NamedConstant::kGoldenRatio:
      arb_sqrt_ui(ball, 5, precision);
      arb_add_ui(ball, ball, 1, precision);
      return arb_mul_2exp_si(ball, ball, -1);
    case expr::NamedConstant::kImaginaryUnit:
      value->state = State::kUndefined;
      return;
  }
}

void SetLeaf(const Graph& graph, NodeId id, slong precision, BallValue* value) {
  const expr::Node& node = graph[id];
  switch (node.kind) {
    case NodeKind::kNumber: {
      fmpq_t number;
      fmpq_init(number);
      fmpq_set_mpq(number, graph.number(id).get_mpq_t());
      arb_set_fmpq(value->ball.get(), number, precision);
      fmpq_clear(number);
      value->state = State::kNumber;
      return;
    }
    case NodeKind::kReal:
      arb_set_d(value->ball.get(), graph.real(id));
      value->state = graph.real(id) != graph.real(id) ? State::kUndefined : State::kNumber;
      return;
    case NodeKind::kNamed:
      return SetNamed(static_cast<expr::NamedConstant>(node.detail), precision, value);
    default:
      value->Set(node.detail != 0 ? Truth::kTrue : Truth::kFalse);
  }
}

// The value of the first condition that holds. Which it is must be known; the others need not be.
void Select(absl::Span<const NodeId> operands, std::vector<BallValue>* values, NodeId id) {
  size_t i = 0;
  while (i + 1 < operands.size()) {
    const BallValue& condition = (*values)[operands[i + 1].value];
    if (condition.state != State::kTruth) {
      (*values)[id.value].state = condition.state;
      return;
    }
    if (condition.truth == Truth::kTrue) break;
    i += 2;
  }
  (*values)[id.value] = (*values)[operands[i].value];
}

void Connective(const FunctionRow& row, absl::Span<const BallValue* const> operands,
                BallValue* result) {
  std::vector<Truth> truths;
  bool undefined = false;
  for (const BallValue* operand : operands) {
    truths.push_back(operand->state == State::kTruth ? operand->truth : Truth::kUnknown);
    undefined = undefined || operand->state == State::kUndefined;
  }
  result->Set(Connect(row.opcode, truths));
  if (result->state == State::kUnknown && undefined) result->state = State::kUndefined;
}

// to_float, to_integer, to_boolean.
void Convert(const FunctionRow& row, const BallValue& operand, BallValue* result) {
  *result = operand;
  if (row.typing == expr::Typing::kLogic && operand.state == State::kNumber) {
    const bool zero = arb_is_zero(operand.ball.get()) != 0;
    const bool maybe_zero = arb_contains_zero(operand.ball.get()) != 0;
    result->Set(zero ? Truth::kFalse : maybe_zero ? Truth::kUnknown : Truth::kTrue);
  }
  if (row.typing != expr::Typing::kLogic && operand.state == State::kTruth) {
    result->state = State::kNumber;
    arb_set_ui(result->ball.get(), operand.truth == Truth::kTrue ? 1 : 0);
  }
}

}  // namespace

BallGraph::BallGraph(const Graph& graph, std::vector<NodeId> roots)
    : graph_(graph), needed_(graph.Reachable(roots)) {}

void BallGraph::Call(NodeId id, slong precision, std::vector<BallValue>* values) const {
  const expr::FunctionId function = graph_[id].function;
  const FunctionRow& row = Row(function);
  const absl::Span<const NodeId> ids = graph_.operands(id);
  BallValue& result = (*values)[id.value];
  if (function == fn::kPiecewise) return Select(ids, values, id);
  std::vector<const BallValue*> operands;
  State worst = State::kNumber;
  for (const NodeId operand : ids) {
    operands.push_back(&(*values)[operand.value]);
    const State state = operands.back()->state;
    if (state == State::kUndefined || (state == State::kUnknown && worst != State::kUndefined))
      worst = state;
  }
  if (row.opcode == expr::Opcode::kConvert) return Convert(row, *operands[0], &result);
  if (row.typing == expr::Typing::kLogic) return Connective(row, operands, &result);
  if (worst != State::kNumber) {
    result.state = worst;
    return;
  }
  if (function == fn::kBarrier) {
    result = *operands[0];
  } else if (row.typing == expr::Typing::kCompare) {
    result.Set(CompareBalls(row, operands[0]->ball, operands[1]->ball));
  } else {
    CallOnBalls(row, operands, precision, &result);
  }
}

void BallGraph::Evaluate(absl::Span<const BallValue> arguments, slong precision,
                         std::vector<BallValue>* values) const {
  for (uint32_t i = 0; i < graph_.size(); ++i) {
    if (!needed_[i]) continue;
    const NodeId id{i};
    switch (graph_[id].kind) {
      case NodeKind::kArgument:
        (*values)[i] = arguments[graph_[id].payload];
        break;
      case NodeKind::kCall:
        Call(id, precision, values);
        break;
      default:
        SetLeaf(graph_, id, precision, &(*values)[i]);
    }
  }
}

}  // namespace formulary::analysis
