// Forms of regions to choose among: each once, none where there can be none.

#include "server/passes/candidate_forms.h"

#include <algorithm>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/passes/operations.h"
#include "server/passes/simplify.h"
#include "tests/unit/passes/passes_helpers.h"

namespace formulary::passes {
namespace {

expr::Program RegionOf(const std::vector<std::string>& texts) {
  return Simplify(ProgramOf(texts), {}).program;
}

TEST(CandidateFormsTest, WhatIsReadOnceHasNoOtherForm) {
  const struct {
    std::vector<std::string> texts;
    bool want;
  } kTable[] = {
      {{"x + y"}, true},
      {{"x*y + z/w"}, true},
      {{"2*x + 3*y - z"}, true},
      {{"x**2 + y**3"}, true},
      {{"1/x + 1/y"}, true},
      // an atom, a number, a power or a node twice
      {{"x*y + x*z"}, false},
      {{"2*x + 2*y"}, false},
      {{"2*x - 2*y + z"}, false},
      {{"x**2*y**2"}, false},
      {{"x + y", "z*(x + y)"}, false},
  };
  for (const auto& row : kTable) {
    EXPECT_EQ(IsReadOnce(RegionOf(row.texts)), row.want) << row.texts[0];
    if (!row.want) continue;
    const expr::Program region = RegionOf(row.texts);
    EXPECT_TRUE(CandidateForms(region).Of(region, Effort::kAll).empty()) << row.texts[0];
  }
}

TEST(CandidateFormsTest, EachFormIsOfferedOnce) {
  for (const char* text : {"x*y + x*z", "3*x**3 + 2*x**2 + x + 1", "x**2*y**2 + x*y + x*z",
                           "(x + 2*y)*(x + 3*z) - x**2", "x**2 + 2*x*y + y**2"}) {
    const expr::Program region = RegionOf({text});
    CandidateForms candidates(region);
    const std::vector<Outputs> first = candidates.Of(region, Effort::kAll);
    for (size_t i = 0; i < first.size(); ++i)
      EXPECT_EQ(std::count(first.begin(), first.end(), first[i]), 1) << text;
    EXPECT_TRUE(candidates.Of(region, Effort::kAll).empty()) << text;
  }
}

TEST(CandidateFormsTest, FormsAreOfTheRegionsGraph) {
  const expr::Program region = RegionOf({"x*y + x*z"});
  CandidateForms candidates(region);
  std::vector<std::string> texts;
  for (const Outputs& form : candidates.Of(region, Effort::kAll))
    texts.push_back(TextOf(candidates.Form(form)));
  EXPECT_NE(std::find(texts.begin(), texts.end(), "x*(y + z)"), texts.end());
}

TEST(CandidateFormsTest, MuchLongerFormsAreLeftOut) {
  for (const char* text :
       {"(x*y + z)*(x*y + 2*z) - x*y*z",
        "(x*y + y*z + z*w + w*u + u*x)*(x*z + y*w + z*u + w*x + u*y) + x*y*z*w*u",
        "(x**2 + y*z + 1)**3*(z**2 + x*y + 2)**2 + (y**2 + x*z + 3)**2"}) {
    const expr::Program region = RegionOf({text});
    const uint32_t before = CountOperations(region.graph, region.roots());
    CandidateForms candidates(region);
    for (const Outputs& outputs : candidates.Of(region, Effort::kAll)) {
      const expr::Program& form = candidates.Form(outputs);
      EXPECT_LE(CountOperations(form.graph, form.roots()), before * 3 / 2) << TextOf(form);
    }
  }
}

}  // namespace
}  // namespace formulary::passes
