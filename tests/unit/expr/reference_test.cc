#include "server/expr/reference.h"

#include <gtest/gtest.h>

#include "tests/support/test_files.h"

namespace formulary::expr {
namespace {

// FORMULARY_UPDATE_GOLDENS=1 writes the page instead of comparing it.
TEST(FunctionReference, ThePageInTheTreeIsFresh) {
  const std::string path = testing::SourceDir() + "/client/functions.md";
  if (testing::UpdateGoldens()) testing::WriteFile(path, FunctionReference());
  EXPECT_TRUE(testing::Contents(path) == FunctionReference())
      << "client/functions.md is stale: run expr_reference_test with FORMULARY_UPDATE_GOLDENS=1";
}

}  // namespace
}  // namespace formulary::expr
