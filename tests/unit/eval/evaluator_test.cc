// Evaluation of whole batches: empty ones, cancelled ones, late ones, those that no memory holds.

#include "server/eval/evaluator.h"

#include <atomic>
#include <vector>

#include "gtest/gtest.h"
#include "server/codegen/lower.h"
#include "tests/property/execute.h"
#include "tests/support/engine_harness.h"
#include "tests/support/status_matchers.h"

namespace formulary::eval {
namespace {

using expr::DType;
using testing::StatusIs;

class EvaluatorTest : public ::testing::Test {
 protected:
  EvaluatorTest() {
    const absl::StatusOr<expr::Program> program = testing::ParseProgram({"x*2 + y"});
    lowered_ = codegen::Lower(
        testing::AsWritten(*program),
        {.argument_types = {DType::kFloat64, DType::kFloat64}, .uniform = {false, false}});
    interpreter_ = std::make_unique<BlockInterpreter>(lowered_);
    work_.program = &lowered_;
    work_.interpreter = interpreter_.get();
  }

  void Feed(const std::vector<double>& x, Shape x_shape, const std::vector<double>& y,
            Shape y_shape, Shape batch) {
    x_ = x;
    y_ = y;
    views_[0] = {DType::kFloat64, std::move(x_shape), ByteRope(x_.data(), x_.size() * 8)};
    views_[1] = {DType::kFloat64, std::move(y_shape), ByteRope(y_.data(), y_.size() * 8)};
    work_.arguments = {&views_[0], &views_[1]};
    work_.batch = std::move(batch);
  }

  codegen::LoopProgram lowered_;
  std::unique_ptr<BlockInterpreter> interpreter_;
  std::vector<double> x_, y_;
  ArrayView views_[2];
  Work work_;
  std::shared_ptr<SlabPool> slabs_ = SlabPool::Create(1 << 20);
};

TEST_F(EvaluatorTest, BroadcastsItsInputs) {
  Feed({1, 2, 3}, {3}, {10, 20}, {2, 1}, {2, 3});
  ASSERT_OK_AND_ASSIGN(const Evaluated evaluated, Evaluate(work_, slabs_.get(), nullptr));
  const auto* out = reinterpret_cast<const double*>(evaluated.outputs[0].data());
  EXPECT_EQ(std::vector<double>(out, out + 6), (std::vector<double>{12, 14, 16, 22, 24, 26}));
  EXPECT_GE(evaluated.seconds, 0);
}

TEST_F(EvaluatorTest, AnEmptyBatchHasEmptyOutputs) {
  Feed({}, {0}, {1}, {1}, {0});
  ASSERT_OK_AND_ASSIGN(const Evaluated evaluated, Evaluate(work_, slabs_.get(), nullptr));
  EXPECT_EQ(evaluated.outputs[0].size(), 0u);
}

TEST_F(EvaluatorTest, StopsWhenTold) {
  Feed({1}, {1}, {1}, {1}, {1});
  const std::atomic<bool> cancel{true};
  work_.cancel = &cancel;
  EXPECT_THAT(Evaluate(work_, slabs_.get(), nullptr), StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(EvaluatorTest, StopsWhenLate) {
  Feed({1}, {1}, {1}, {1}, {1});
  work_.deadline = base::Deadline::After(absl::Seconds(-1));
  EXPECT_THAT(Evaluate(work_, slabs_.get(), nullptr),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST_F(EvaluatorTest, SaysThatThereIsNoMemory) {
  Feed({1}, {1}, {1}, {1}, {int64_t{1} << 58});
  EXPECT_THAT(Evaluate(work_, slabs_.get(), nullptr),
              StatusIs(absl::StatusCode::kResourceExhausted));
}

}  // namespace
}  // namespace formulary::eval
