#include "server/service/evaluation_service.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/unit/service/fake_engine.h"
#include "tests/unit/service/requests.h"

namespace formulary::service {
namespace {

using testing::Doubles;
using testing::FakeCall;
using testing::FakeEngine;
using testing::Proto;
using testing::RawRequest;
using testing::ReasonOf;

struct Fixture {
  explicit Fixture(engine::Options options = {}) : engine(options) {}
  FakeEngine engine;
  ByteBudget budget{ToCount(engine.options().max_inflight_bytes)};
  ServiceContext context{&engine, &budget};
  EvaluationService service{&context};

  absl::StatusOr<v1::EvaluateResponse> Evaluate(const v1::EvaluateRequest& request) {
    auto call = std::make_shared<FakeCall>(request.SerializeAsString());
    service.Evaluate(call);
    return call->WaitFor<v1::EvaluateResponse>();
  }
};

TEST(EvaluationServiceTest, RawInRawOut) {
  Fixture fixture;
  const auto response = fixture.Evaluate(RawRequest({1, 2, 3}));
  ASSERT_OK(response);
  ASSERT_EQ(response->outputs_size(), 1);
  EXPECT_EQ(response->outputs(0).name(), "y0");
  EXPECT_EQ(Doubles(response->outputs(0).array().raw()), (std::vector<double>{2, 4, 6}));
  EXPECT_FALSE(response->has_report());
}

TEST(EvaluationServiceTest, ListsInListsOutUnlessAskedOtherwise) {
  Fixture fixture;
  v1::EvaluateRequest request = Proto<v1::EvaluateRequest>(
      "program { outputs { text: '2*x' } } inputs { name: 'x' array { reals { values: [1, 2] } } "
      "}");
  EXPECT_EQ(fixture.Evaluate(request)->outputs(0).array().reals().values(1), 4);
  request.mutable_options()->set_encoding(v1::ENCODING_RAW);
  EXPECT_EQ(Doubles(fixture.Evaluate(request)->outputs(0).array().raw()),
            (std::vector<double>{2, 4}));
  request = RawRequest({5});
  request.mutable_options()->set_encoding(v1::ENCODING_LISTS);
  EXPECT_EQ(fixture.Evaluate(request)->outputs(0).array().reals().values(0), 10);
}

TEST(EvaluationServiceTest, TheReportComesWhenWanted) {
  Fixture fixture;
  v1::EvaluateRequest request = RawRequest({1, 2});
  request.mutable_options()->set_want_report(true);
  const auto response = fixture.Evaluate(request);
  ASSERT_OK(response);
  EXPECT_EQ(response->report().kernel(), testing::kFakeKernel);
  EXPECT_EQ(response->report().tier(), v1::TIER_INTERPRETER);
  EXPECT_EQ(response->report().cache(), v1::CACHE_OUTCOME_MISS);
  EXPECT_EQ(response->report().elements(), 2u);
}

TEST(EvaluationServiceTest, ErrorsOfDecodingComeWithTheirField) {
  Fixture fixture;
  v1::EvaluateRequest request = RawRequest({1});
  request.mutable_program()->mutable_outputs(0)->set_text("sni(x)");
  const absl::Status status = fixture.Evaluate(request).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(testing::FieldOf(status), "program.outputs[0].text");
}

TEST(EvaluationServiceTest, LargeListsAreConvertedOnThePool) {
  Fixture fixture;
  v1::EvaluateRequest request;
  request.mutable_program()->add_outputs()->set_text("2*x");
  v1::NamedArray* input = request.add_inputs();
  input->set_name("x");
  for (int i = 0; i < 100'000; ++i) input->mutable_array()->mutable_reals()->add_values(i);
  auto response = fixture.Evaluate(request);
  ASSERT_OK(response);
  EXPECT_EQ(response->outputs(0).array().reals().values(99'999), 2 * 99'999);
  fixture.engine.refuse_tasks = true;
  EXPECT_EQ(fixture.Evaluate(request).status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(EvaluationServiceTest, TheBudgetIsReservedBeforeAndHeldUntilSent) {
  engine::Options options;
  options.max_inflight_bytes = 1000;
  Fixture fixture(options);
  auto call = std::make_shared<FakeCall>(RawRequest(std::vector<double>(10)).SerializeAsString());
  fixture.service.Evaluate(call);
  ASSERT_OK(call->Wait());
  EXPECT_EQ(fixture.budget.in_flight(), 80u);  // the answer has not been sent yet
  call.reset();
  EXPECT_EQ(fixture.budget.in_flight(), 0u);

  bool evaluated = false;
  fixture.engine.on_evaluate = [&](engine::EvaluateCall, engine::EvaluateDone) {
    evaluated = true;
  };
  // Small inputs whose broadcast is large never reach the engine.
  v1::EvaluateRequest request = Proto<v1::EvaluateRequest>(
      "program { outputs { text: 'x + y' } } inputs { name: 'x' array { shape: [15, 1] dtype: "
      "DATA_TYPE_BOOL raw: '012345678901234' } } inputs { name: 'y' array { shape: 15 dtype: "
      "DATA_TYPE_BOOL "
      "raw: '012345678901234' } }");
  const absl::Status status = fixture.Evaluate(request).status();
  EXPECT_EQ(ReasonOf(status), "INFLIGHT_BYTES") << status;
  EXPECT_FALSE(evaluated);
  EXPECT_EQ(fixture.budget.in_flight(), 0u);
}

TEST(EvaluationServiceTest, OutputsLargerThanForeseenAreReservedToo) {
  engine::Options options;
  options.max_inflight_bytes = 1000;
  Fixture fixture(options);
  fixture.engine.on_evaluate = [&](engine::EvaluateCall call, engine::EvaluateDone done) {
    engine::Evaluation evaluation = *fixture.engine.Double(call);
    const std::shared_ptr<eval::SlabPool> pool = eval::SlabPool::Create(0);
    evaluation.outputs.push_back({.name = "big", .shape = {200}, .bytes = pool->Take(1600)});
    done(std::move(evaluation));
  };
  EXPECT_EQ(fixture.Evaluate(RawRequest({1})).status().code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(fixture.budget.in_flight(), 0u);
}

TEST(EvaluationServiceTest, CallsThatAreOverAreNotEvaluated) {
  Fixture fixture;
  bool evaluated = false;
  fixture.engine.on_evaluate = [&](engine::EvaluateCall, engine::EvaluateDone) {
    evaluated = true;
  };
  auto call = std::make_shared<FakeCall>(RawRequest({1}).SerializeAsString(), absl::ZeroDuration());
  fixture.service.Evaluate(call);
  EXPECT_EQ(call->Wait().status().code(), absl::StatusCode::kDeadlineExceeded);
  call = std::make_shared<FakeCall>(RawRequest({1}).SerializeAsString());
  call->terms().cancel->store(true);
  fixture.service.Evaluate(call);
  EXPECT_EQ(call->Wait().status().code(), absl::StatusCode::kCancelled);
  EXPECT_FALSE(evaluated);
}

TEST(EvaluationServiceTest, DeadlineAndCancellationReachTheEngine) {
  Fixture fixture;
  engine::EvaluateCall seen;
  fixture.engine.on_evaluate = [&](engine::EvaluateCall call, engine::EvaluateDone done) {
    seen = std::move(call);
    done(absl::CancelledError("stopped"));
  };
  auto call = std::make_shared<FakeCall>(RawRequest({1}).SerializeAsString());
  fixture.service.Evaluate(call);
  EXPECT_EQ(call->Wait().status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(seen.deadline, call->terms().deadline);
  call->terms().cancel->store(true);
  EXPECT_TRUE(seen.cancel->load());
}

TEST(EvaluationServiceTest, MalformedBytesAreInvalid) {
  Fixture fixture;
  for (const std::string& bytes :
       {std::string("\xff\xff"), std::string("\x12\x7f"), std::string("\x0b")}) {
    auto call = std::make_shared<FakeCall>(bytes);
    fixture.service.Evaluate(call);
    EXPECT_EQ(ReasonOf(call->Wait().status()), "MALFORMED_MESSAGE");
  }
}

// ---- Compile ----

TEST(EvaluationServiceTest, CompileTakesItsActionFromTheOptions) {
  Fixture fixture;
  using Action = engine::Engine::CompileAction;
  const std::pair<const char*, Action> cases[] = {
      {"program { outputs { text: 'x' } }", Action::kStart},
      {"program { outputs { text: 'x' } } options { compilation: COMPILATION_MODE_WAIT }",
       Action::kWait},
      {"program { outputs { text: 'x' } } validate_only: true options { compilation: "
       "COMPILATION_MODE_WAIT }",
       Action::kValidateOnly},
  };
  for (const auto& [text, action] : cases) {
    auto call = std::make_shared<FakeCall>(Proto<v1::CompileRequest>(text).SerializeAsString(),
                                           absl::Seconds(30), 3);
    fixture.service.Compile(call);
    const auto response = call->WaitFor<v1::CompileResponse>();
    ASSERT_OK(response) << text;
    EXPECT_EQ(response->cost().operations(), static_cast<uint32_t>(action)) << text;
    EXPECT_EQ(response->kernel().name(), testing::kFakeKernel);
  }
}

TEST(EvaluationServiceTest, BadCompileRequestsAreInvalid) {
  Fixture fixture;
  const std::pair<std::string, const char*> cases[] = {
      {"", "MISSING_FIELD"},
      {Proto<v1::CompileRequest>("program { }").SerializeAsString(), "NO_OUTPUTS"},
      {Proto<v1::CompileRequest>("program { outputs { text: 'x' } } options { output_dtype: 12 }")
           .SerializeAsString(),
       "UNKNOWN_ENUM_VALUE"},
      {"\x0a\x7f", "MALFORMED_MESSAGE"},
      {Proto<v1::CompileRequest>("program { outputs { text: 'x' } }").SerializeAsString() +
           "\x12\x01\xff",
       "MALFORMED_MESSAGE"},
  };
  for (const auto& [bytes, reason] : cases) {
    auto call = std::make_shared<FakeCall>(bytes);
    fixture.service.Compile(call);
    const absl::Status status = call->Wait().status();
    EXPECT_EQ(ReasonOf(status), reason) << status;
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST(EvaluationServiceTest, CompileIsRefusedWhenTheQueueIsFull) {
  Fixture fixture;
  fixture.engine.refuse_tasks = true;
  auto call = std::make_shared<FakeCall>("");
  fixture.service.Compile(call);
  EXPECT_EQ(call->Wait().status().code(), absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace formulary::service
