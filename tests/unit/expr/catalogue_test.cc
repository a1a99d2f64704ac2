// What the compiler cannot check of the rows, and the look-ups.

#include "server/expr/catalogue.h"

#include <set>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/expr/row_text.h"

namespace formulary::expr {
namespace {

TEST(CatalogueTest, ANamedRoutineHasAllItsFormsAndAReference) {
  for (const FunctionRow& row : Rows()) {
    if (row.lowering != Lowering::kVectorCall && row.lowering != Lowering::kArrayCall) {
      EXPECT_EQ(row.routine, nullptr) << row.name;
      continue;
    }
    EXPECT_NE(row.reference, nullptr) << row.name;
    for (const bool strict : {false, true}) {
      EXPECT_NE(row.routine->wide(strict).value, nullptr) << row.name;
      EXPECT_NE(row.routine->wide(strict).array, nullptr) << row.name;
      EXPECT_NE(row.routine->single(strict).value, nullptr) << row.name;
      EXPECT_NE(row.routine->single(strict).array, nullptr) << row.name;
    }
  }
}

TEST(CatalogueTest, TextsOfAllRowsParse) {
  for (uint16_t i = 0; i < Rows().size(); ++i) {
    const RowTexts& texts = TextsOf(FunctionId{i});
    EXPECT_EQ(texts.expansion.has_value(), !Rows()[i].expansion.empty()) << Rows()[i].name;
    EXPECT_GT(texts.domain.graph.size(), 0u) << Rows()[i].name;
  }
}

TEST(CatalogueTest, NamesAndAliasesLeadToTheirRows) {
  for (const FunctionRow& row : Rows()) {
    size_t arity = row.min_arity;
    if (row.typing == Typing::kPiecewise) arity = 3;
    EXPECT_EQ(FindFunction(row.name, arity).row, &row) << row.name;
    for (const DialectNames& dialect : AliasesOf(row)) {
      for (const std::string_view name : dialect.names) {
        EXPECT_TRUE(IsFunctionName(name)) << name;
        EXPECT_NE(FindFunction(name, arity).row, nullptr) << name;
      }
    }
  }
}

TEST(CatalogueTest, ArityChoosesAmongNamesakes) {
  EXPECT_EQ(FindFunction("log", 1).row->name, "log");
  EXPECT_EQ(FindFunction("log", 2).row->name, "log_base");
  EXPECT_EQ(FindFunction("log", 3).row, nullptr);
  EXPECT_NE(FindFunction("log", 3).namesake, nullptr);
  EXPECT_EQ(FindFunction("frobnicate", 1).namesake, nullptr);
  EXPECT_EQ(FindFunction("", 1).namesake, nullptr);
  EXPECT_EQ(FindFunction("piecewise", 2).row, nullptr);
}

TEST(CatalogueTest, NearestNamesAreNear) {
  EXPECT_THAT(NearestNames("Sin", 3), ::testing::Contains("sin"));
  EXPECT_THAT(NearestNames("sqr", 3), ::testing::Contains("sqrt"));
  EXPECT_EQ(NearestNames("gama", 1), std::vector<std::string>{"gamma"});
  EXPECT_LE(NearestNames(std::string(100'000, 'x'), 3).size(), 3u);
}

TEST(CatalogueTest, OneNameOneMeaningPerArity) {
  std::set<std::pair<std::string, size_t>> seen;
  for (const FunctionRow& row : Rows()) {
    for (size_t arity = row.min_arity; arity <= std::max<size_t>(row.max_arity, row.min_arity);
         ++arity) {
      EXPECT_TRUE(seen.insert({std::string(row.name), arity}).second) << row.name;
    }
  }
}

}  // namespace
}  // namespace formulary::expr
