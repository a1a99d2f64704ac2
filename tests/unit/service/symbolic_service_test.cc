#include "server/service/symbolic_service.h"

#include <string>

#include "formulary/v1/symbolic_service.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/service/fake_engine.h"
#include "tests/unit/service/requests.h"

namespace formulary::service {
namespace {

using testing::FakeCall;
using testing::FakeEngine;
using testing::Proto;
using testing::ReasonOf;

class SymbolicServiceTest : public ::testing::Test {
 protected:
  absl::StatusOr<v1::SimplifyResponse> Simplify(const v1::SimplifyRequest& request) {
    auto call = std::make_shared<FakeCall>(request.SerializeAsString(), absl::Seconds(30), 3);
    service_.Simplify(call);
    return call->WaitFor<v1::SimplifyResponse>();
  }
  absl::StatusOr<v1::RenderResponse> Render(std::string_view request) {
    auto call = std::make_shared<FakeCall>(Proto<v1::RenderRequest>(request).SerializeAsString());
    service_.Render(call);
    return call->WaitFor<v1::RenderResponse>();
  }

  absl::StatusOr<v1::DifferentiateResponse> Differentiate(std::string_view request) {
    auto call =
        std::make_shared<FakeCall>(Proto<v1::DifferentiateRequest>(request).SerializeAsString());
    service_.Differentiate(call);
    return call->WaitFor<v1::DifferentiateResponse>();
  }

  absl::StatusOr<v1::AnalyzeResponse> Analyze(const v1::AnalyzeRequest& request) {
    auto call = std::make_shared<FakeCall>(request.SerializeAsString(), absl::Seconds(30), 3);
    service_.Analyze(call);
    return call->WaitFor<v1::AnalyzeResponse>();
  }

  FakeEngine engine_;
  ByteBudget budget_{1 << 20};
  ServiceContext context_{&engine_, &budget_};
  SymbolicService service_{&context_};
};

TEST_F(SymbolicServiceTest, SimplifyAnswersWithProgramAndTexts) {
  const auto response = Simplify(Proto<v1::SimplifyRequest>(
      "program { outputs { name: 'a' text: 'sin(x)' } outputs { text: '1/3' } }"));
  ASSERT_OK(response);
  EXPECT_EQ(response->program().outputs(0).name(), "a");
  EXPECT_EQ(response->program().outputs(1).name(), "y1");
  ASSERT_EQ(response->texts_size(), 2);
  EXPECT_EQ(response->texts(0), "sin(x)");
  EXPECT_EQ(response->texts(1), "1/3");
  EXPECT_EQ(response->operations_before(), 3u);
  EXPECT_EQ(response->operations_after(), 2u);
  EXPECT_EQ(response->stop_reason(), v1::STOP_REASON_FINISHED);
  EXPECT_EQ(response->applied_rules(0).rule(), "add_zero");
}

TEST_F(SymbolicServiceTest, RewritingEndsBeforeTheCallDoes) {
  ASSERT_OK(Simplify(Proto<v1::SimplifyRequest>(
      "program { outputs { text: 'x' } } budget { max_steps: 7 max_nodes: 9 }")));
  EXPECT_EQ(engine_.simplify_budget.max_steps, 7u);
  EXPECT_EQ(engine_.simplify_budget.max_nodes, 9u);
  // FakeCall's own deadline is 30 seconds away.
  const absl::Duration left = engine_.simplify_budget.deadline.remaining();
  EXPECT_GT(left, absl::Seconds(10));
  EXPECT_LT(left, absl::Seconds(25));
}

TEST_F(SymbolicServiceTest, ATextThatWouldBeTooLongIsEmpty) {
  v1::SimplifyRequest request;  // x**(2^64) as a chain of squares: the tree has 2^64 leaves
  v1::Graph* graph = request.mutable_program()->mutable_graph();
  graph->add_nodes()->set_symbol("x");
  for (uint32_t i = 0; i < 64; ++i) {
    v1::Call* call = graph->add_nodes()->mutable_call();
    call->set_function("mul");
    call->add_operands(i);
    call->add_operands(i);
  }
  request.mutable_program()->add_outputs()->set_node(64);
  const auto response = Simplify(request);
  ASSERT_OK(response);
  EXPECT_EQ(response->texts(0), "");
  EXPECT_EQ(response->program().graph().nodes_size(), 65);
}

TEST_F(SymbolicServiceTest, RenderPassesTheFormat) {
  engine::Format seen = engine::Format::kC;
  bool simplified = false;
  engine_.on_render = [&](const expr::Program&, engine::Format format, bool simple) {
    seen = format;
    simplified = simple;
    return std::string("text");
  };
  EXPECT_EQ(Render("program { outputs { text: 'x' } }")->text(), "text");
  EXPECT_EQ(seen, engine::Format::kText);
  EXPECT_FALSE(simplified);
  EXPECT_OK(Render("program { outputs { text: 'x' } } format: FORMAT_LATEX simplified: true"));
  EXPECT_EQ(seen, engine::Format::kLatex);
  EXPECT_TRUE(simplified);
}

TEST_F(SymbolicServiceTest, AnalyzePassesWhatIsAskedFor) {
  engine_.on_analyze = [](const engine::AnalyzeCall& call) {
    EXPECT_EQ(call.ranges.size(), 2u);
    EXPECT_EQ(call.ranges[0].argument, "e");
    EXPECT_EQ(call.ranges[0].lower, -1.0);
    EXPECT_FALSE(call.ranges[0].upper.has_value());
    // A range makes a name an argument: here no constant.
    EXPECT_EQ(call.program.arguments.size(), 2u);
    EXPECT_EQ(call.samples, 7u);
    EXPECT_TRUE(call.improve);
    EXPECT_TRUE(call.want_points);
    EXPECT_FALSE(call.deadline.infinite());
    return engine::AccuracyReport();
  };
  EXPECT_OK(Analyze(Proto<v1::AnalyzeRequest>(
      "program { outputs { text: 'e + x' } } ranges { argument: 'e' lower: -1 }"
      "ranges { argument: 'x' upper: 3 } samples: 7 improve: true want_points: true")));
}

TEST_F(SymbolicServiceTest, AnalyzeAnswersWithTheReport) {
  engine_.on_analyze = [](const engine::AnalyzeCall& call) {
    engine::AccuracyReport report;
    report.arguments = {"x"};
    engine::OutputError error;
    error.output = "y0";
    error.mean_bits = 1;
    error.median_bits = 2;
    error.p90_bits = 3;
    error.max_bits = 4;
    error.nans = 5;
    error.infinities = 6;
    error.worst_inputs = {7};
    error.expected = 8;
    error.got = 9;
    report.as_written = report.simplified = report.compiled = {error};
    report.by_kernel = true;
    report.operations = {{"x - y", 10, 11}};
    report.samples = 12;
    report.undefined = 13;
    report.undecided = 14;
    report.points = {{{15}, {16}, {17}, {18}, {19}}};
    report.improved = {.program = call.program, .errors = {error}, .candidates = 20};
    return report;
  };
  const auto response = Analyze(Proto<v1::AnalyzeRequest>("program { outputs { text: 'x' } }"));
  ASSERT_OK(response);
  EXPECT_THAT(response->ShortDebugString(),
              ::testing::StartsWith(
                  "as_written { output: \"y0\" mean_bits: 1 median_bits: 2 p90_bits: 3 max_bits: 4 "
                  "nan_count: 5 infinity_count: 6 worst_inputs: 7 expected: 8 got: 9 } "
                  "simplified {"));
  EXPECT_EQ(response->tier(), v1::TIER_COMPILED);
  EXPECT_EQ(response->operations(0).text(), "x - y");
  EXPECT_EQ(response->operations(0).max_bits(), 11);
  EXPECT_EQ(response->samples() + response->undefined() + response->undecided(), 39u);
  EXPECT_EQ(response->points(0).ShortDebugString(),
            "arguments: 15 as_written: 16 simplified: 17 compiled: 18 improved: 19");
  EXPECT_EQ(response->improved().texts(0), "x");
  EXPECT_EQ(response->improved().candidates(), 20u);
  EXPECT_EQ(response->compiled_size() + response->improved().errors_size(), 2);
}

TEST_F(SymbolicServiceTest, BadRequestsAreInvalid) {
  EXPECT_EQ(ReasonOf(Analyze(Proto<v1::AnalyzeRequest>("samples: 3")).status()), "MISSING_FIELD");
  v1::AnalyzeRequest many = Proto<v1::AnalyzeRequest>("program { outputs { text: 'x' } }");
  for (int i = 0; i < 1025; ++i) many.add_ranges()->set_argument("x");
  EXPECT_EQ(ReasonOf(Analyze(many).status()), "TOO_MANY_ARGUMENTS");

  EXPECT_EQ(ReasonOf(Simplify({}).status()), "MISSING_FIELD");
  EXPECT_EQ(ReasonOf(Simplify(Proto<v1::SimplifyRequest>("program { }")).status()), "NO_OUTPUTS");
  EXPECT_EQ(ReasonOf(Render("format: FORMAT_C").status()), "MISSING_FIELD");
  EXPECT_EQ(ReasonOf(Render("program { outputs { text: 'x' } } format: 99").status()),
            "UNKNOWN_ENUM_VALUE");
  EXPECT_EQ(testing::FieldOf(Render("program { outputs { text: 'x +' } }").status()),
            "program.outputs[0].text");
  for (const char* const bytes : {"\xff", "\x0a\x7f"}) {
    auto call = std::make_shared<FakeCall>(bytes);
    service_.Simplify(call);
    EXPECT_EQ(ReasonOf(call->Wait().status()), "MALFORMED_MESSAGE");
    call = std::make_shared<FakeCall>(bytes);
    service_.Render(call);
    EXPECT_EQ(ReasonOf(call->Wait().status()), "MALFORMED_MESSAGE");
  }
}

TEST_F(SymbolicServiceTest, DifferentiateHandsOverWhatWasAskedAndAnswered) {
  engine::DifferentiateSpec asked;
  engine_.on_differentiate = [&asked](const expr::Program& program,
                                      const engine::DifferentiateSpec& spec) {
    asked = spec;
    return engine::Differentiation{.program = program,
                                   .seeds = {"x_dot"},
                                   .rows = {0, 1},
                                   .columns = {2, 3},
                                   .mode = engine::DerivativeMode::kReverse,
                                   .operations_before = 7,
                                   .operations_after = 5};
  };
  const auto response = Differentiate(
      "program { outputs { name: 'f' text: 'x*y' } } wrt: ['y', 'x'] kind: DERIVATIVE_KIND_HESSIAN "
      "order: 2 include_values: true sparse: true unsimplified: true budget { max_steps: 9 }");
  ASSERT_OK(response);
  EXPECT_EQ(asked.kind, engine::DerivativeKind::kHessian);
  EXPECT_THAT(asked.wrt, ::testing::ElementsAre("y", "x"));
  EXPECT_EQ(asked.order, 2u);
  EXPECT_TRUE(asked.include_values && asked.sparse && asked.as_derived);
  EXPECT_EQ(asked.budget.max_steps, 9u);
  EXPECT_EQ(response->program().outputs(0).name(), "f");
  EXPECT_EQ(response->texts(0), "x*y");
  EXPECT_EQ(response->seeds(0), "x_dot");
  EXPECT_THAT(response->rows(), ::testing::ElementsAre(0, 1));
  EXPECT_THAT(response->columns(), ::testing::ElementsAre(2, 3));
  EXPECT_EQ(response->mode(), v1::DERIVATIVE_MODE_REVERSE);
  EXPECT_EQ(response->operations_before(), 7u);
  EXPECT_EQ(response->operations_after(), 5u);
}

TEST_F(SymbolicServiceTest, DifferentiateNamesTheFieldAtFault) {
  EXPECT_EQ(ReasonOf(Differentiate("").status()), "MISSING_FIELD");
  EXPECT_EQ(testing::FieldOf(Differentiate("program { outputs { text: 'x' } } kind: 99").status()),
            "kind");
  EXPECT_EQ(testing::FieldOf(Differentiate("program { outputs { text: 'x +' } }").status()),
            "program.outputs[0].text");
}

// As many names as a program may have arguments come through.
TEST_F(SymbolicServiceTest, DifferentiateByAThousandArguments) {
  engine::DifferentiateSpec asked;
  engine_.on_differentiate = [&asked](const expr::Program& program,
                                      const engine::DifferentiateSpec& spec) {
    asked = spec;
    return engine::Differentiation{.program = program};
  };
  v1::DifferentiateRequest request =
      Proto<v1::DifferentiateRequest>("program { outputs { text: 'x' } }");
  for (int k = 0; k < 1024; ++k) request.add_wrt(std::string(124, 'x') + std::to_string(k));
  auto call = std::make_shared<FakeCall>(request.SerializeAsString());
  service_.Differentiate(call);
  ASSERT_OK(call->WaitFor<v1::DifferentiateResponse>());
  EXPECT_EQ(asked.wrt.size(), 1024u);
}

TEST_F(SymbolicServiceTest, ErrorsOfTheEnginePassThrough) {
  engine_.on_render = [](const expr::Program&, engine::Format, bool) {
    return absl::UnimplementedError("no such notation");
  };
  EXPECT_EQ(Render("program { outputs { text: 'x' } }").status().code(),
            absl::StatusCode::kUnimplemented);
  engine_.on_simplify = [](const expr::Program&) { return absl::InternalError("bug"); };
  EXPECT_EQ(
      Simplify(Proto<v1::SimplifyRequest>("program { outputs { text: 'x' } }")).status().code(),
      absl::StatusCode::kInternal);
}

TEST_F(SymbolicServiceTest, CallsThatAreOverAreNotWorkedOn) {
  const std::string request =
      Proto<v1::RenderRequest>("program { outputs { text: 'x' } }").SerializeAsString();
  auto call = std::make_shared<FakeCall>(request, absl::ZeroDuration());
  service_.Render(call);
  EXPECT_EQ(call->Wait().status().code(), absl::StatusCode::kDeadlineExceeded);
}

}  // namespace
}  // namespace formulary::service
