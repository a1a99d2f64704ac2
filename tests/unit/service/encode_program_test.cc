#include "server/service/encode_program.h"

#include <bit>
#include <limits>
#include <string>

#include "gtest/gtest.h"
#include "server/expr/text/print.h"
#include "server/service/decode_program.h"
#include "tests/unit/service/requests.h"

namespace formulary::service {
namespace {

using testing::Proto;

absl::StatusOr<expr::Program> Decoded(const v1::Program& program) {
  const std::string bytes = program.SerializeAsString();
  return DecodeProgram({bytes}, RequestLimits(engine::Options{}), {});
}

std::string TextOf(const expr::Program& program) {
  const absl::StatusOr<std::string> text = expr::PrintProgram(program);
  return text.ok() ? *text : text.status().ToString();
}

v1::Program Again(std::string_view text) {
  const absl::StatusOr<expr::Program> program = Decoded(Proto<v1::Program>(text));
  EXPECT_OK(program) << text;
  return program.ok() ? EncodeProgram(*program) : v1::Program();
}

v1::Constant ConstantAgain(std::string_view constant) {
  const v1::Program program =
      Again("graph { nodes { constant { " + std::string(constant) + " } } } outputs { node: 0 }");
  return program.graph().nodes_size() == 1 ? program.graph().nodes(0).constant() : v1::Constant();
}

TEST(EncodeProgramTest, ConstantsStayWhatTheyAre) {
  const char* const same[] = {
      "integer: 7",
      "integer: -9223372036854775808",
      "big_integer: '9223372036854775808'",
      "big_integer: '-123456789012345678901234567890'",
      "rational { numerator: '-1' denominator: '3' }",
      "real: 0.1",
      "real: -0.0",
      "real: 1e300",
      "real: inf",
      "real: -inf",
      "decimal: '1e-1'",
      "named: 'pi'",
      "named: 'e'",
      "named: 'euler_gamma'",
      "named: 'catalan'",
      "named: 'golden_ratio'",
      "boolean: true",
      "boolean: false",
  };
  for (const char* const each : same) {
    EXPECT_EQ(ConstantAgain(each).SerializeAsString(),
              Proto<v1::Constant>(each).SerializeAsString())
        << each << " became " << ConstantAgain(each).ShortDebugString();
  }
  EXPECT_NE(ConstantAgain("real: nan").real(), ConstantAgain("real: nan").real());
}

TEST(EncodeProgramTest, EqualConstantsHaveOneForm) {
  EXPECT_EQ(ConstantAgain("rational { numerator: '4' denominator: '2' }").integer(), 2);
  EXPECT_EQ(ConstantAgain("decimal: '0.5'").real(), 0.5);
  EXPECT_EQ(ConstantAgain("decimal: '0.100'").decimal(), "1e-1");
  EXPECT_EQ(ConstantAgain("decimal: '-12.75e-2'").decimal(), "-1275e-4");
}

TEST(EncodeProgramTest, DecodingGivesTheSameProgram) {
  const char* const programs[] = {
      "outputs { text: 'sin(x)**2 + cos(x)**2 + 0.1*x + 1/3' }",
      "arguments { name: 'e' dtype: DATA_TYPE_FLOAT32 assumptions { positive: true lower: 0.5 } "
      "uniform: true } "
      "arguments { name: 'unused' core_shape: ['3', 'n'] } outputs { name: 'a' text: 'e*x' } "
      "outputs { name: 'b' "
      "text: 'x' } numerics: NUMERICS_STRICT",
      "outputs { text: 'Piecewise((x, x < 0), (y, True))' }",
  };
  for (const char* const each : programs) {
    const v1::Program once = Again(each);  // in which every argument is declared, and comes first
    const absl::StatusOr<expr::Program> twice = Decoded(once);
    ASSERT_OK(twice) << once.DebugString();
    EXPECT_EQ(TextOf(*twice), TextOf(*Decoded(Proto<v1::Program>(each))));
    const v1::Program encoded = EncodeProgram(*twice);
    EXPECT_EQ(EncodeProgram(*Decoded(encoded)).SerializeAsString(), encoded.SerializeAsString())
        << each;
    ASSERT_EQ(encoded.arguments_size(), once.arguments_size());
    for (int i = 0; i < once.arguments_size(); ++i)
      EXPECT_EQ(encoded.arguments(i).SerializeAsString(), once.arguments(i).SerializeAsString());
  }
}

TEST(EncodeProgramTest, DeclaredArgumentsStayAndUnneededFreeOnesGo) {
  absl::StatusOr<expr::Program> program =
      Decoded(Proto<v1::Program>("arguments { name: 'd' } outputs { text: 'x*y' }"));
  ASSERT_OK(program);
  program->outputs[0].node = program->graph.Argument(1);  // only x is needed any more
  const v1::Program encoded = EncodeProgram(*program);
  ASSERT_EQ(encoded.arguments_size(), 2);
  EXPECT_EQ(encoded.arguments(0).name(), "d");
  EXPECT_EQ(encoded.arguments(1).name(), "x");
  EXPECT_EQ(encoded.graph().nodes_size(), 1);
}

}  // namespace
}  // namespace formulary::service
