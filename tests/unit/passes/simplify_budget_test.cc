// Budgets end simplification with what it has so far, which is right; size and depth cost linear
// time and no stack.

#include <pthread.h>
#include <time.h>

#include <functional>
#include <string>

#include "gtest/gtest.h"
#include "server/expr/interpret.h"
#include "server/passes/canonicalize.h"
#include "server/passes/expand.h"
#include "server/passes/operations.h"
#include "tests/unit/passes/passes_helpers.h"

namespace formulary::passes {
namespace {

using expr::NodeId;
using expr::Numerics;

// f(f(...f(x))) with `function` of the last node and the argument.
expr::Program Chain(uint32_t length, Numerics numerics,
                    const std::function<NodeId(expr::Graph*, NodeId, NodeId, uint32_t)>& step) {
  expr::Program program;
  program.numerics = numerics;
  program.arguments = {{.name = "x"}};
  const NodeId x = program.graph.Argument(0);
  NodeId node = x;
  for (uint32_t i = 0; i < length; ++i) node = step(&program.graph, node, x, i);
  program.outputs = {{"y0", node}};
  return program;
}

expr::Program Alternating(uint32_t length, Numerics numerics) {
  return Chain(length, numerics, [](expr::Graph* graph, NodeId node, NodeId x, uint32_t i) {
    if (i % 3 == 0) return graph->Call(expr::fn::kAdd, {node, x});
    if (i % 3 == 1) return graph->Call(expr::fn::kMul, {node, graph->Real(0.5)});
    return graph->Call(expr::fn::kSub, {graph->Integer(1), node});
  });
}

double ValueAt(const expr::Program& program, double x) {
  const auto values = Interpret(program, {expr::Scalar::Float64(x)});
  EXPECT_TRUE(values.ok()) << values.status().ToString();
  return values.ok() ? (*values)[0].ToDouble() : 0;
}

TEST(SimplifyBudgetTest, SpentStepsLeaveTheRestAsItWas) {
  const expr::Program program = Alternating(300, Numerics::kStable);
  const double want = ValueAt(program, 0.7);
  for (const uint64_t steps : {1u, 2u, 10u, 100u, 200u}) {
    const Simplified simplified = Simplify(program, {.max_steps = steps});
    EXPECT_EQ(simplified.stop_reason, StopReason::kSteps) << steps;
    EXPECT_NEAR(ValueAt(simplified.program, 0.7), want, 1e-12) << steps;
  }
  EXPECT_EQ(Simplify(program, {}).stop_reason, StopReason::kFinished);
}

TEST(SimplifyBudgetTest, SpentNodesLeaveTheRestAsItWas) {
  const expr::Program program = Alternating(300, Numerics::kStable);
  const Simplified simplified = Simplify(program, {.max_nodes = 50});
  EXPECT_EQ(simplified.stop_reason, StopReason::kNodes);
  EXPECT_NEAR(ValueAt(simplified.program, 0.7), ValueAt(program, 0.7), 1e-12);
}

TEST(SimplifyBudgetTest, ADeadlineLeavesTheRestAsItWas) {
  const expr::Program program = Alternating(3'000, Numerics::kStable);
  const Budget late{.deadline = base::Deadline::After(-absl::Seconds(1))};
  const Simplified simplified = Optimize(program, late);
  EXPECT_EQ(simplified.stop_reason, StopReason::kDeadline);
  EXPECT_NEAR(ValueAt(simplified.program, 0.7), ValueAt(program, 0.7), 1e-12);
  const Budget soon{.deadline = base::Deadline::After(absl::Minutes(10))};
  EXPECT_EQ(Optimize(program, soon).stop_reason, StopReason::kFinished);
}

TEST(SimplifyBudgetTest, ASpentBudgetStillExpands) {
  const expr::Program program = ProgramOf({"factorial(x) + fract(x) + logistic(x)"});
  const Simplified simplified = Simplify(program, {.max_steps = 1});
  EXPECT_EQ(simplified.stop_reason, StopReason::kSteps);
  EXPECT_NEAR(ValueAt(simplified.program, 2.5), ValueAt(Expand(program), 2.5), 1e-12);
}

TEST(SimplifyBudgetTest, FoldedConstantsStayWithinTheirBits) {
  const expr::Program program = ProgramOf({"(3**1000)*(3**1000)*(3**1000)*x"});
  const expr::Program simplified = Simplify(program, {.max_folded_bits = 2'000}).program;
  for (uint32_t i = 0; i < simplified.graph.size(); ++i) {
    if (simplified.graph.IsNumber(NodeId{i})) {
      EXPECT_LE(mpz_sizeinbase(simplified.graph.number(NodeId{i}).get_num_mpz_t(), 2), 2'000u);
    }
  }
}

// Runs `body` on a thread with 256 KiB of stack: recursion over a graph would not survive there.
void OnSmallStack(std::function<void()> body) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 256 * 1024);
  pthread_t thread;
  const auto run = [](void* argument) -> void* {
    (*static_cast<std::function<void()>*>(argument))();
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, &attributes, run, &body), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

// Of this thread's own time: other processes do not count.
double SecondsOf(const std::function<void()>& body) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  };
  const double start = now();
  body();
  return now() - start;
}

// Seconds of each pass.
struct Times {
  double convert = 0, canonicalize = 0, simplify = 0, expand = 0;
  double sum() const { return convert + canonicalize + simplify + expand; }
};

Times AllPasses(expr::Program program) {
  Times times;
  times.convert = SecondsOf([&] { ASSERT_TRUE(MakeConversionsExplicit(&program).ok()); });
  expr::Program canonical, simplified, expanded;
  times.canonicalize = SecondsOf([&] { canonical = Canonicalize(program).program; });
  times.simplify = SecondsOf([&] { simplified = Optimize(canonical, {}).program; });
  times.expand = SecondsOf([&] { expanded = Expand(program); });
  EXPECT_EQ(simplified.outputs.size(), 1u);
  EXPECT_EQ(expanded.outputs.size(), 1u);
  return times;
}

TEST(SimplifyDepthTest, ChainsOfAHundredThousandNeedNoStackAndLinearTime) {
  using Step = std::function<NodeId(expr::Graph*, NodeId, NodeId, uint32_t)>;
  const std::pair<const char*, Step> chains[] = {
      {"sums",
       [](expr::Graph* g, NodeId n, NodeId x, uint32_t) {
         return g->Call(expr::fn::kAdd, {n, x});
       }},
      {"differences",
       [](expr::Graph* g, NodeId n, NodeId x, uint32_t) {
         return g->Call(expr::fn::kSub, {x, n});
       }},
      {"products",
       [](expr::Graph* g, NodeId n, NodeId x, uint32_t i) {
         return g->Call(expr::fn::kMul, {n, i % 2 == 0 ? x : g->Real(1.0 + i)});
       }},
      {"negations and sines",
       [](expr::Graph* g, NodeId n, NodeId, uint32_t i) {
         return i % 2 == 0 ? g->Call(expr::fn::kNeg, {n}) : g->Call(expr::IdOf("sin"), {n});
       }},
      {"squares that are shared",
       [](expr::Graph* g, NodeId n, NodeId, uint32_t) {
         return g->Call(expr::fn::kMul, {n, n});
       }},
      {"sums that are shared",
       [](expr::Graph* g, NodeId n, NodeId x, uint32_t i) {
         return g->Call(i % 2 == 0 ? expr::fn::kAdd : expr::fn::kSub,
                        {g->Call(expr::fn::kNeg, {n}), g->Call(expr::fn::kMul, {n, x})});
       }},
      {"selections",
       [](expr::Graph* g, NodeId n, NodeId x, uint32_t i) {
         return g->Call(expr::fn::kPiecewise, {x, g->Call(expr::fn::kLess, {x, g->Integer(i)}), n});
       }},
      {"powers",
       [](expr::Graph* g, NodeId n, NodeId x, uint32_t) {
         return g->Call(expr::fn::kPow, {n, x});
       }},
      {"minima",
       [](expr::Graph* g, NodeId n, NodeId x, uint32_t i) {
         return g->Call(expr::fn::kMin, {n, g->Call(expr::fn::kMul, {x, g->Integer(i)})});
       }},
  };
  OnSmallStack([&chains] {
    for (const auto& [name, step] : chains) {
      for (const Numerics numerics : {Numerics::kStrict, Numerics::kStable}) {
        const expr::Program small = Chain(10'000, numerics, step),
                            large = Chain(100'000, numerics, step);
        const Times once = AllPasses(small), ten_times = AllPasses(large);
        // Linear is 10 times; the floor keeps a busy machine from failing this.
        EXPECT_LT(ten_times.sum(), 40 * once.sum() + 1)
            << name << " in mode " << static_cast<int>(numerics) << ": conversions "
            << ten_times.convert << " s, canonicalize " << ten_times.canonicalize << " s, simplify "
            << ten_times.simplify << " s, expand " << ten_times.expand << " s";
      }
    }
  });
}

}  // namespace
}  // namespace formulary::passes
