#include "server/expr/reference.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace formulary::expr {
namespace {

// FORMULARY_UPDATE_GOLDENS=1 writes the page instead of comparing it.
TEST(FunctionReference, ThePageInTheTreeIsFresh) {
  const char* source_dir = std::getenv("FORMULARY_SOURCE_DIR");
  ASSERT_NE(source_dir, nullptr) << "run by ctest, or set FORMULARY_SOURCE_DIR";
  const std::string path = std::string(source_dir) + "/client/functions.md";
  if (std::getenv("FORMULARY_UPDATE_GOLDENS") != nullptr) {
    std::ofstream(path) << FunctionReference();
    return;
  }
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_TRUE(text.str() == FunctionReference())
      << "client/functions.md is stale: run expr_reference_test with FORMULARY_UPDATE_GOLDENS=1";
}

}  // namespace
}  // namespace formulary::expr
