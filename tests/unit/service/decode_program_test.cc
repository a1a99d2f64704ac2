#include "server/service/decode_program.h"

#include <google/protobuf/stubs/logging.h>

#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "server/expr/catalogue.h"
#include "server/expr/text/print.h"
#include "server/service/wire.h"
#include "tests/unit/service/requests.h"

namespace formulary::service {
namespace {

using testing::FieldOf;
using testing::Proto;
using testing::ReasonOf;

RequestLimits Limits(engine::Options options = {}) { return RequestLimits(options); }

absl::StatusOr<expr::Program> DecodeBytes(const std::string& bytes,
                                          const std::vector<std::string>& inputs = {},
                                          const RequestLimits& limits = Limits()) {
  Pieces pieces;
  for (std::string_view rest = bytes; !rest.empty(); rest.remove_prefix(pieces.back().size()))
    pieces.push_back(rest.substr(0, 5));
  return DecodeProgram(pieces, limits, inputs);
}

absl::StatusOr<expr::Program> Decode(std::string_view text,
                                     const std::vector<std::string>& inputs = {},
                                     const RequestLimits& limits = Limits()) {
  return DecodeBytes(Proto<v1::Program>(text).SerializeAsString(), inputs, limits);
}

std::vector<std::string> ArgumentNames(const expr::Program& program) {
  std::vector<std::string> names;
  for (const expr::Argument& argument : program.arguments) names.push_back(argument.name);
  return names;
}

// "name=text; ..." of the outputs.
std::string Texts(const expr::Program& program) {
  std::vector<std::string> texts;
  for (const expr::Output& output : program.outputs) {
    const auto text = expr::PrintExpression(program.graph, output.node, program.arguments);
    texts.push_back(output.name + "=" + (text.ok() ? *text : text.status().ToString()));
  }
  return absl::StrJoin(texts, "; ");
}

struct GoodCase {
  const char* program;
  const char* texts;
  std::vector<std::string> arguments;
};

TEST(DecodeProgramTest, GoodPrograms) {
  const GoodCase cases[] = {
      {"outputs { text: 'x + 1' }", "y0=x + 1", {"x"}},
      {"outputs { text: 'b' } outputs { name: 'z' text: 'a' }", "y0=b; z=a", {"b", "a"}},
      {"graph { nodes { symbol: 'x' } nodes { call { function: 'sin' operands: 0 } } } outputs { "
       "node: 1 }",
       "y0=sin(x)",
       {"x"}},
      {"graph { nodes { constant { integer: -7 } } } outputs { node: 0 }", "y0=-7", {}},
      {"graph { nodes { constant { rational { numerator: '1' denominator: '3' } } } } outputs { "
       "node: 0 }",
       "y0=1/3",
       {}},
      {"graph { nodes { constant { big_integer: '123456789012345678901234567890' } } } outputs { "
       "node: 0 }",
       "y0=123456789012345678901234567890",
       {}},
      {"graph { nodes { constant { named: 'pi' } } } outputs { node: 0 }", "y0=pi", {}},
      // The order of declared arguments stands; free symbols follow.
      {"arguments { name: 'c' } arguments { name: 'b' } outputs { text: 'a*b' }",
       "y0=a*b",
       {"c", "b", "a"}},
      // The same node twice under two names.
      {"graph { nodes { symbol: 'x' } } outputs { name: 'a' node: 0 } outputs { name: 'b' node: 0 "
       "}",
       "a=x; b=x",
       {"x"}},
      {"definitions { name: 'sq' parameters: 't' body { text: 't*t' } } outputs { text: 'sq(x + "
       "1)' }",
       "y0=(x + 1)*(x + 1)",
       {"x"}},
      // A body that is a node of the graph: its symbols are the parameters, not arguments.
      {"graph { nodes { symbol: 't' } nodes { call { function: 'mul' operands: [0, 0] } } nodes { "
       "symbol: 'x' "
       "} nodes { call { function: 'sq' operands: 2 } } } definitions { name: 'sq' parameters: 't' "
       "body { "
       "node: 1 } } outputs { node: 3 }",
       "y0=x*x",
       {"x"}},
      {"definitions { name: 'f' parameters: 't' body { text: 't + 1' } partials { text: '1' } } "
       "outputs { "
       "text: 'f(f(x))' }",
       "y0=with_partials(with_partials(x + 1, 1, x) + 1, 1, with_partials(x + 1, 1, x))",
       {"x"}},
      {"definitions { name: 'f' parameters: ['s', 't'] inlining: INLINING_NEVER body { text: 's*t' "
       "} "
       "partials { text: 't' } partials { text: 's' } } outputs { text: 'f(x, 2)' }",
       "y0=with_partials(barrier(barrier(x)*barrier(2)), barrier(2), barrier(x), x, 2)",
       {"x"}},
      // Derivatives in the outputs stay; in a definition they are by its own parameters.
      {"outputs { text: 'Derivative(x**2, (x, 2))' }", "y0=derivative(x**2, x, 2)", {"x"}},
      {"graph { nodes { symbol: 'x' } nodes { call { function: 'sin' operands: 0 } } nodes { call "
       "{ "
       "function: 'Derivative' operands: [1, 0] } } } outputs { node: 2 }",
       "y0=derivative(sin(x), x)",
       {"x"}},
      {"definitions { name: 'f' parameters: ['s', 't'] body { text: 'diff(s*t**2, t)' } } outputs "
       "{ "
       "text: 'f(x, x)' }",
       "y0=2*x*x",
       {"x"}},
      // Nodes that nothing needs are no matter, and their symbols are no arguments.
      {"graph { nodes { symbol: 'dead' } nodes { symbol: 'x' } nodes { call { function: 'sin' "
       "operands: 0 } } "
       "} outputs { node: 1 }",
       "y0=x",
       {"x"}},
  };
  for (const GoodCase& each : cases) {
    absl::StatusOr<expr::Program> program = Decode(each.program);
    ASSERT_OK(program) << each.program;
    EXPECT_EQ(ArgumentNames(*program), each.arguments) << each.program;
    // Sums and products may be printed in another order of addends; the reparsed text must be the
    // same.
    EXPECT_EQ(Texts(*program), each.texts) << each.program;
  }
}

TEST(DecodeProgramTest, InputsShadowConstants) {
  EXPECT_EQ(ArgumentNames(*Decode("outputs { text: 'e*x' }")), (std::vector<std::string>{"x"}));
  EXPECT_EQ(ArgumentNames(*Decode("outputs { text: 'e*x' }", {"e", "x"})),
            (std::vector<std::string>{"e", "x"}));
  EXPECT_EQ(ArgumentNames(*Decode("graph { nodes { symbol: 'pi' } } outputs { node: 0 }", {"pi"})),
            (std::vector<std::string>{"pi"}));
  EXPECT_EQ(ArgumentNames(*Decode("arguments { name: 'pi' } outputs { text: 'pi' }")),
            (std::vector<std::string>{"pi"}));
}

TEST(DecodeProgramTest, DeadSymbolsAreArgumentsOnlyOfTheirInputs) {
  const char* const program =
      "graph { nodes { symbol: 'dead' } nodes { symbol: 'x' } } outputs { node: 1 }";
  EXPECT_EQ(ArgumentNames(*Decode(program, {"x"})), (std::vector<std::string>{"x"}));
  EXPECT_EQ(ArgumentNames(*Decode(program, {"x", "dead"})),
            (std::vector<std::string>{"dead", "x"}));
}

TEST(DecodeProgramTest, ArgumentsAreTakenAsDeclared) {
  absl::StatusOr<expr::Program> program = Decode(
      "arguments { name: 'A' dtype: DATA_TYPE_FLOAT32 core_shape: ['3', 'n'] uniform: true "
      "assumptions { "
      "positive: true upper: 2 } } outputs { text: '1' } numerics: NUMERICS_FAST");
  ASSERT_OK(program);
  const expr::Argument& argument = program->arguments[0];
  EXPECT_EQ(argument.dtype, expr::DType::kFloat32);
  EXPECT_EQ(argument.core_shape, (expr::CoreShape{{.size = 3}, {.name = "n"}}));
  EXPECT_TRUE(argument.uniform);
  EXPECT_TRUE(argument.declared);
  EXPECT_EQ(argument.assumptions.positive, true);
  EXPECT_EQ(argument.assumptions.upper, 2);
  EXPECT_EQ(argument.assumptions.negative, std::nullopt);
  EXPECT_EQ(program->numerics, expr::Numerics::kFast);
  EXPECT_EQ(Decode("outputs { text: '1' }")->numerics, expr::Numerics::kStable);
}

struct BadCase {
  const char* program;
  const char* reason;
  const char* field;
  const char* text;
};

TEST(DecodeProgramTest, BadProgramsNameFieldAndReason) {
  const BadCase cases[] = {
      {"", "NO_OUTPUTS", "program.outputs", "at least one"},
      {"outputs { }", "MISSING_FIELD", "program.outputs[0].expression", "neither"},
      {"outputs { text: '1' } outputs { text: '1 +' }", "", "program.outputs[1].text", "line 1"},
      {"outputs { text: '' }", "", "program.outputs[0].text", ""},
      {"outputs { node: 0 }", "BAD_NODE_INDEX", "program.outputs[0].node", "there are 0 nodes"},
      {"graph { nodes { symbol: 'x' } } outputs { node: 1 }", "BAD_NODE_INDEX",
       "program.outputs[0].node", "there are 1 nodes"},
      {"graph { nodes { } } outputs { node: 0 }", "MISSING_FIELD", "program.graph.nodes[0].kind",
       "not set"},
      {"graph { nodes { constant { } } } outputs { node: 0 }", "MISSING_FIELD",
       "program.graph.nodes[0].constant.value", "not set"},
      {"graph { nodes { symbol: 'x' } nodes { call { function: 'add' operands: [0, 1] } } } "
       "outputs { node: 1 }",
       "NOT_TOPOLOGICAL", "program.graph.nodes[1].call.operands[1]",
       "operand 1 of node 1 is node 1"},
      {"graph { nodes { call { function: 'sin' operands: 1 } } nodes { symbol: 'x' } } outputs { "
       "node: 0 }",
       "NOT_TOPOLOGICAL", "program.graph.nodes[0].call.operands[0]",
       "operand 0 of node 0 is node 1"},
      {"graph { nodes { symbol: 'x' } nodes { call { function: 'sin' operands: 4294967295 } } } "
       "outputs { node: "
       "1 }",
       "BAD_NODE_INDEX", "program.graph.nodes[1].call.operands[0]", "4294967295"},
      {"graph { nodes { symbol: 'x' } nodes { call { function: 'sine' operands: 0 } } } outputs { "
       "node: 1 }",
       "UNKNOWN_FUNCTION", "program.graph.nodes[1].call.function", "sin"},
      {"graph { nodes { symbol: 'x' } nodes { call { function: 'sin' operands: [0, 0] } } } "
       "outputs { node: 1 }",
       "ARITY", "program.graph.nodes[1].call.function", "got 2"},
      {"graph { nodes { symbol: 'x' } nodes { call { function: 'atan2' operands: 0 } } } outputs { "
       "node: 1 }",
       "ARITY", "program.graph.nodes[1].call.function", "got 1"},
      // Nothing needs node 1, but wrong it is.
      {"graph { nodes { symbol: 'x' } nodes { call { function: 'sin' operands: [0, 0] } } } "
       "outputs { node: 0 }",
       "ARITY", "program.graph.nodes[1].call.function", "got 2"},
      {"graph { nodes { symbol: '' } } outputs { node: 0 }", "EMPTY_NAME",
       "program.graph.nodes[0].symbol", ""},
      {"graph { nodes { constant { big_integer: '12x' } } } outputs { node: 0 }", "BAD_INTEGER",
       "program.graph.nodes[0].constant.big_integer", "12x"},
      {"graph { nodes { constant { decimal: '1..2' } } } outputs { node: 0 }", "BAD_DECIMAL",
       "program.graph.nodes[0].constant.decimal", "1..2"},
      {"graph { nodes { constant { rational { numerator: '1' denominator: '0' } } } } outputs { "
       "node: 0 }",
       "ZERO_DENOMINATOR", "program.graph.nodes[0].constant.rational", "0"},
      {"graph { nodes { constant { named: 'tau' } } } outputs { node: 0 }", "UNKNOWN_CONSTANT",
       "program.graph.nodes[0].constant.named", "tau"},
      {"outputs { name: 'a' text: '1' } outputs { name: 'a' text: '2' }", "DUPLICATE_OUTPUT",
       "program.outputs[1].name", "a"},
      {"outputs { text: '1' } outputs { name: 'y0' text: '2' }", "DUPLICATE_OUTPUT",
       "program.outputs[1].name", "y0"},
      {"arguments { name: 'a' } arguments { name: 'a' } outputs { text: '1' }",
       "DUPLICATE_ARGUMENT", "program.arguments[1]", "a"},
      {"arguments { } outputs { text: '1' }", "EMPTY_NAME", "program.arguments[0]", "name"},
      {"arguments { name: 'a' dtype: 77 } outputs { text: '1' }", "UNKNOWN_ENUM_VALUE",
       "program.arguments[0].dtype", "77"},
      {"arguments { name: 'a' core_shape: '-1' } outputs { text: '1' }", "BAD_DIMENSION",
       "program.arguments[0].core_shape[0]", "-1"},
      {"arguments { name: 'a' core_shape: ['2', ''] } outputs { text: '1' }", "BAD_DIMENSION",
       "program.arguments[0].core_shape[1]", ""},
      {"arguments { name: 'a' core_shape: '2x' } outputs { text: '1' }", "BAD_DIMENSION",
       "program.arguments[0].core_shape[0]", "2x"},
      {"arguments { name: 'a' core_shape: ['1','1','1','1','1','1','1','1','1'] } outputs { text: "
       "'1' }",
       "RANK_LIMIT", "program.arguments[0].core_shape", "max_rank = 8"},
      {"arguments { name: 'a' assumptions { positive: true negative: true } } outputs { text: '1' "
       "}",
       "CONTRADICTION", "program.arguments[0].assumptions", "a"},
      {"outputs { text: '1' } numerics: 9", "UNKNOWN_ENUM_VALUE", "program.numerics", "9"},
      {"definitions { name: 'f' body { text: '1' } inlining: 7 } outputs { text: '1' }",
       "UNKNOWN_ENUM_VALUE", "program.definitions[0].inlining", "7"},
      {"definitions { name: 'sin' parameters: 't' body { text: 't' } } outputs { text: '1' }",
       "DUPLICATE_DEFINITION", "program.definitions[0]", "sin"},
      {"definitions { name: 'f' parameters: ['t', 't'] body { text: 't' } } outputs { text: '1' }",
       "DUPLICATE_PARAMETER", "program.definitions[0]", "t"},
      {"definitions { name: 'f' parameters: 't' } outputs { text: '1' }", "MISSING_FIELD",
       "program.definitions[0].body.expression", "neither"},
      {"definitions { name: 'f' parameters: 't' body { text: 't + u' } } outputs { text: '1' }", "",
       "program.definitions[0].body.text", "u"},
      {"definitions { name: 'f' parameters: 't' body { text: 'f(t)' } } outputs { text: '1' }", "",
       "program.definitions[0].body.text", "f"},
      {"definitions { name: 'f' parameters: ['s', 't'] body { text: 't' } partials { text: '1' } } "
       "outputs { "
       "text: '1' }",
       "PARTIALS_COUNT", "program.definitions[0].partials", "1 for 2"},
      {"definitions { name: 'f' parameters: 't' body { text: 't' } partials { text: '1+' } } "
       "outputs { text: '1' "
       "}",
       "", "program.definitions[0].partials[0].text", "line 1"},
      {"graph { nodes { symbol: 'x' } nodes { call { function: 'sin' operands: 7 } } } definitions "
       "{ name: 'f' "
       "parameters: 't' body { node: 9 } } outputs { text: '1' }",
       "BAD_NODE_INDEX", "program.graph.nodes[1].call.operands[0]", "there are 2 nodes"},
      {"definitions { name: 'f' parameters: 't' body { node: 9 } } outputs { text: '1' }",
       "BAD_NODE_INDEX", "program.definitions[0].body.node", "9"},
      {"graph { nodes { symbol: 'x' } nodes { call { function: 'sin' operands: 0 } } nodes { call "
       "{ "
       "function: 'derivative' operands: [0, 1] } } } outputs { node: 2 }",
       "BAD_DERIVATIVE", "program.graph.nodes[2].call.operands", "operand 2"},
      {"graph { nodes { symbol: 'x' } nodes { constant { integer: 65 } } nodes { call { function: "
       "'derivative' operands: [0, 0, 1] } } } outputs { node: 2 }",
       "DERIVATIVE_ORDER", "program.graph.nodes[2].call.operands", "max_derivative_order is 64"},
      {"outputs { text: 'diff(x, x + y)' }", "BAD_DERIVATIVE", "program.outputs[0].text",
       "line 1, column 1"},
  };
  for (const BadCase& each : cases) {
    const absl::Status status = Decode(each.program).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << each.program << status;
    if (each.reason[0] != '\0') {
      EXPECT_EQ(ReasonOf(status), each.reason) << each.program;
    }
    EXPECT_EQ(FieldOf(status), each.field) << each.program << status;
    EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr(each.text)) << each.program;
    EXPECT_TRUE(std::string(status.message()).starts_with(std::string(each.field) + ": "))
        << status;
  }
}

TEST(DecodeProgramTest, TheImaginaryUnitIsAConstant) {
  EXPECT_TRUE(Decode("graph { nodes { constant { named: 'i' } } } outputs { node: 0 }").ok());
}

TEST(DecodeProgramTest, CountsAreCheckedBeforeParsing) {
  engine::Options options;
  options.max_nodes = 3;
  options.max_arguments = 2;
  options.max_outputs = 2;
  const RequestLimits limits = Limits(options);
  struct Row {
    std::string unit;
    const char* reason;
    const char* field;
    size_t most;
  };
  const Row rows[] = {
      {"graph { nodes { symbol: 'x' } }", "NODE_LIMIT", "program.graph.nodes", 3},
      {"arguments { name: 'a' }", "ARGUMENT_LIMIT", "program.arguments", 2},
      {"outputs { text: 'x' }", "OUTPUT_LIMIT", "program.outputs", 2},
      {"definitions { name: 'f' }", "DEFINITION_LIMIT", "program.definitions", 2},
      {"definitions { parameters: ['a', 'b', 'c', 'd'] }", "PARAMETER_LIMIT",
       "program.definitions.parameters", 3},
      {"arguments { core_shape: ['1', '1', '1', '1'] }", "DIMENSION_LIMIT",
       "program.arguments.core_shape", 3},
  };
  for (const Row& row : rows) {
    const std::string unit = Proto<v1::Program>(row.unit).SerializeAsString();
    const bool repeats = row.unit.find('[') == std::string::npos;
    std::string bytes;  // messages that stand behind each other merge
    for (size_t i = 0; i < (repeats ? row.most + 1 : 1); ++i) bytes += unit;
    const absl::Status status = DecodeBytes(bytes, {}, limits).status();
    EXPECT_EQ(ReasonOf(status), row.reason) << row.unit;
    EXPECT_EQ(FieldOf(status), row.field) << row.unit;
    EXPECT_THAT(std::string(status.message()),
                ::testing::HasSubstr(std::to_string(row.most + 1) + " is over the limit"))
        << row.unit;
  }
}

TEST(DecodeProgramTest, ManyEmptyFieldsAreRefusedBeforeTheyCostMemory) {
  engine::Options options;
  options.max_nodes = 1000;
  std::string bytes;  // unknown empty fields, two bytes each
  for (int i = 0; i < 10'000; ++i) PutBytes(15, "", &bytes);
  EXPECT_EQ(ReasonOf(DecodeBytes(bytes, {}, Limits(options)).status()), "FIELD_LIMIT");
}

TEST(DecodeProgramTest, MalformedBytesAreRefused) {
  const std::string messages[] = {
      "\xff", std::string("\x0a\x05zz", 4),
      std::string(200, '\x2b') + std::string(200, '\x2c'),  // groups
  };
  for (const std::string& bytes : messages) {
    const absl::Status status = DecodeBytes(bytes).status();
    EXPECT_EQ(ReasonOf(status), "MALFORMED_MESSAGE") << ::testing::PrintToString(bytes);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  }
  const google::protobuf::LogSilencer silencer;
  v1::Program program = Proto<v1::Program>("outputs { name: 'name' text: 'x' }");
  std::string bytes = program.SerializeAsString();
  bytes[bytes.find("name")] = '\xfe';  // no UTF-8
  EXPECT_EQ(ReasonOf(DecodeBytes(bytes).status()), "MALFORMED_MESSAGE");
}

TEST(DecodeProgramTest, AChainAsDeepAsItIsLong) {
  v1::Program program;
  program.mutable_graph()->add_nodes()->set_symbol("x");
  constexpr uint32_t kDepth = 300'000;
  for (uint32_t i = 0; i < kDepth; ++i) {
    v1::Call* call = program.mutable_graph()->add_nodes()->mutable_call();
    call->set_function("sin");
    call->add_operands(i);
  }
  program.add_outputs()->set_node(kDepth);
  absl::StatusOr<expr::Program> decoded = DecodeBytes(program.SerializeAsString());
  ASSERT_OK(decoded);
  EXPECT_EQ(decoded->graph.size(), kDepth + 1);
}

TEST(DecodeProgramTest, DefinitionsCannotDecodeTheGraphOverAndOver) {
  engine::Options options;
  options.max_nodes = 1000;
  v1::Program program;
  program.mutable_graph()->add_nodes()->set_symbol("t");
  for (uint32_t i = 0; i < 600; ++i) {
    v1::Call* call = program.mutable_graph()->add_nodes()->mutable_call();
    call->set_function("sin");
    call->add_operands(i);
  }
  for (int i = 0; i < 2; ++i) {
    v1::Definition* definition = program.add_definitions();
    definition->set_name("f" + std::to_string(i));
    definition->add_parameters("t");
    definition->mutable_body()->set_node(600);
  }
  program.add_outputs()->set_text("1");
  EXPECT_EQ(ReasonOf(DecodeBytes(program.SerializeAsString(), {}, Limits(options)).status()),
            "NODE_LIMIT");
}

}  // namespace
}  // namespace formulary::service
