// Hash-consing, constants, copies, reachability.

#include "server/expr/graph.h"

#include <cmath>
#include <limits>
#include <utility>

#include "gtest/gtest.h"
#include "server/expr/catalogue.h"

namespace formulary::expr {
namespace {

TEST(GraphTest, EqualNodesAreOne) {
  Graph graph;
  const NodeId x = graph.Argument(0), y = graph.Argument(1);
  EXPECT_EQ(graph.Argument(0), x);
  EXPECT_EQ(graph.Call(fn::kAdd, {x, y}), graph.Call(fn::kAdd, {x, y}));
  EXPECT_NE(graph.Call(fn::kAdd, {x, y}), graph.Call(fn::kAdd, {y, x}));
  EXPECT_NE(graph.Call(fn::kAdd, {x, y}), graph.Call(fn::kMul, {x, y}));
  EXPECT_NE(graph.Call(fn::kAdd, {x}), graph.Call(fn::kAdd, {x, x}));
  EXPECT_EQ(graph.Integer(3), graph.Number(mpq_class(3)));
  EXPECT_NE(graph.Integer(3), graph.Real(3.0)) << "a literal prints as one";
}

TEST(GraphTest, NumbersAreInLowestTerms) {
  Graph graph;
  EXPECT_EQ(graph.Number(mpq_class(2, 4)), graph.Number(mpq_class(1, 2)));
  EXPECT_EQ(graph.Number(mpq_class(0, 3)), graph.Integer(0));
}

TEST(GraphTest, BinaryConstantsAreExactNumbers) {
  Graph graph;
  EXPECT_EQ(graph.number(graph.Real(0.5)), mpq_class(1, 2));
  EXPECT_EQ(graph.number(graph.Real(0.1)), mpq_class(0.1));
  EXPECT_EQ(graph.number(graph.Real(0.0)), 0);
  EXPECT_EQ(graph[graph.Real(-0.0)].kind, NodeKind::kReal);
  EXPECT_TRUE(std::signbit(graph.real(graph.Real(-0.0))));
  for (const double value :
       {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(graph.real(graph.Real(value)), value);
  }
  EXPECT_TRUE(std::isnan(graph.real(graph.Real(std::nan("")))));
  EXPECT_EQ(graph.number(graph.Real(5e-324)), mpq_class(5e-324));
}

TEST(GraphTest, CopiesAndMovesFindTheirNodes) {
  Graph graph;
  const NodeId sum = graph.Call(fn::kAdd, {graph.Argument(0), graph.Integer(7)});
  Graph copy = graph;
  EXPECT_EQ(copy.Call(fn::kAdd, {copy.Argument(0), copy.Integer(7)}), sum);
  EXPECT_EQ(copy.size(), graph.size());
  Graph moved = std::move(copy);
  EXPECT_EQ(moved.Call(fn::kAdd, {moved.Argument(0), moved.Integer(7)}), sum);
  EXPECT_EQ(moved.size(), graph.size());
  copy = moved;
  copy.Integer(1234);
  EXPECT_EQ(moved.size() + 1, copy.size());
}

TEST(GraphTest, ImportBringsWhatIsNeeded) {
  Graph source;
  source.Integer(99);
  const NodeId x = source.Argument(0);
  const NodeId call = source.Call(fn::kExp, {source.Call(fn::kNeg, {x})});
  source.Call(fn::kExp, {x});
  Graph target;
  const std::vector<NodeId> roots = target.Import(source, {call, x});
  EXPECT_EQ(target.size(), 3u);
  EXPECT_TRUE(target.IsCall(roots[0], fn::kExp));
  EXPECT_EQ(target[roots[1]].kind, NodeKind::kArgument);
}

TEST(GraphTest, ReachableIsWhatRootsNeed) {
  Graph graph;
  const NodeId x = graph.Argument(0);
  const NodeId dead = graph.Call(fn::kExp, {x});
  const NodeId root = graph.Call(fn::kNeg, {x});
  const std::vector<bool> reachable = graph.Reachable({&root, 1});
  EXPECT_TRUE(reachable[x.value]);
  EXPECT_FALSE(reachable[dead.value]);
  EXPECT_TRUE(reachable[root.value]);
  EXPECT_EQ(graph.Reachable({}), std::vector<bool>(3, false));
}

TEST(GraphTest, AMillionNodesStayCheap) {
  Graph graph;
  NodeId node = graph.Argument(0);
  for (int i = 0; i < 1'000'000; ++i) node = graph.Call(fn::kNeg, {node});
  EXPECT_EQ(graph.size(), 1'000'001u);
}

}  // namespace
}  // namespace formulary::expr
