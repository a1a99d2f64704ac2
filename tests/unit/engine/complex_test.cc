// Complex numbers through the whole engine, against the C++ library's: values in all quadrants,
// both sides of every branch cut, types that mix, and what is refused.

#include <cmath>
#include <complex>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/base/error.h"
#include "tests/support/engine_harness.h"
#include "tests/support/status_matchers.h"

namespace formulary::testing {
namespace {

using Complex = std::complex<double>;
using expr::DType;

class ComplexTest : public ::testing::Test {
 protected:
  ComplexTest() {
    absl::StatusOr<std::unique_ptr<engine::Engine>> made =
        engine::Engine::Create(engine::Options());
    EXPECT_OK(made);
    engine_ = *std::move(made);
  }

  absl::StatusOr<TestAnswer> Evaluate(const std::string& text, const std::vector<TestInput>& inputs,
                                      engine::CompilationMode mode) {
    return Call(engine_.get(), {.outputs = {text}, .inputs = inputs, .mode = mode});
  }

  std::unique_ptr<engine::Engine> engine_;
};

std::vector<Complex> Points() {
  std::vector<Complex> points;
  const std::vector<double> parts = {-3.5, -1, -0.75, -1e-9, -0.0, 0.0, 1e-12, 0.25, 1, 2.5, 20};
  for (const double re : parts) {
    for (const double im : parts) points.emplace_back(re, im);
  }
  return points;
}

TestInput Input(const std::string& name, const std::vector<Complex>& values,
                DType dtype = DType::kComplex128) {
  std::vector<double> parts;
  for (const Complex& value : values) {
    parts.push_back(value.real());
    parts.push_back(value.imag());
  }
  return TestInput::Complex(name, parts, dtype);
}

struct Case {
  const char* text;
  Complex (*want)(const Complex& z);
};

#define AS(expression) [](const Complex& z) -> Complex { return expression; }

const Case kCases[] = {
    {"z + 1", AS(z + 1.0)},
    {"2*z - I", AS(2.0 * z - Complex(0, 1))},
    {"z*z", AS(z* z)},
    {"z**3", AS(z* z* z)},
    {"1/(z + 3 + 4*I)", AS(1.0 / (z + Complex(3, 4)))},
    {"(z + 2)/(z + 5 - I)", AS((z + 2.0) / (z + Complex(5, -1)))},
    {"sqrt(z)", AS(std::sqrt(z))},
    {"exp(z)", AS(std::exp(z))},
    {"log(z + 1.5)", AS(std::log(z + 1.5))},
    {"(z + 1.5)**(1/3)", AS(std::pow(z + 1.5, 1.0 / 3))},
    {"sin(z)", AS(std::sin(z))},
    {"cos(z)", AS(std::cos(z))},
    {"tan(z)", AS(std::tan(z))},
    {"sinh(z)", AS(std::sinh(z))},
    {"cosh(z)", AS(std::cosh(z))},
    {"tanh(z)", AS(std::tanh(z))},
    {"asin(z)", AS(std::asin(z))},
    {"acos(z)", AS(std::acos(z))},
    {"asinh(z)", AS(std::asinh(z))},
    {"acosh(z)", AS(std::acosh(z))},
    {"atan(z + 0.5)", AS(std::atan(z + 0.5))},
    {"atanh(z + 0.5)", AS(std::atanh(z + 0.5))},
    {"conj(z)", AS(std::conj(z))},
    {"logistic(z)", AS(1.0 / (1.0 + std::exp(-z)))},
    {"exp(I*z)", AS(std::exp(Complex(-z.imag(), z.real())))},
    {"Piecewise((z, re(z) > 0), (-z, True))", AS(z.real() > 0 ? z : -z)},
};
#undef AS

TEST_F(ComplexTest, ValuesAreThoseOfTheLibraryOnBothSidesOfEveryCut) {
  const std::vector<Complex> points = Points();
  for (const Case& one : kCases) {
    for (const auto mode : {engine::CompilationMode::kNever, engine::CompilationMode::kWait}) {
      ASSERT_OK_AND_ASSIGN(const TestAnswer answer, Evaluate(one.text, {Input("z", points)}, mode));
      ASSERT_EQ(answer.dtypes[0], DType::kComplex128) << one.text;
      ASSERT_EQ(answer.outputs[0].size(), 2 * points.size());
      int shown = 0;
      for (size_t i = 0; i < points.size() && shown < 3; ++i) {
        const Complex want = one.want(points[i]);
        const Complex got(answer.outputs[0][2 * i], answer.outputs[0][2 * i + 1]);
        if (!std::isfinite(want.real()) || !std::isfinite(want.imag())) continue;
        if (std::abs(got - want) <= 4e-15 * std::max(1e-3, std::abs(want))) continue;
        ++shown;
        ADD_FAILURE() << one.text << " at " << points[i] << ": got " << got << ", want " << want;
      }
    }
  }
}

TEST_F(ComplexTest, PartsAreReal) {
  const std::vector<Complex> points = {{3, 4}, {-1, 0}, {0, -2}};
  for (const auto& [text, want] : std::vector<std::pair<std::string, std::vector<double>>>{
           {"re(z)", {3, -1, 0}},
           {"im(z)", {4, 0, -2}},
           {"Abs(z)", {5, 1, 2}},
           {"re(z*conj(z))", {25, 1, 4}},
           {"arg(z)", {std::atan2(4, 3), std::acos(-1), -std::acos(0)}}}) {
    ASSERT_OK_AND_ASSIGN(const TestAnswer answer,
                         Evaluate(text, {Input("z", points)}, engine::CompilationMode::kNever));
    EXPECT_EQ(answer.dtypes[0], DType::kFloat64) << text;
    EXPECT_THAT(answer.outputs[0], ::testing::Pointwise(::testing::DoubleEq(), want)) << text;
  }
}

TEST_F(ComplexTest, RealOperandsStayReal) {
  ASSERT_OK_AND_ASSIGN(const TestAnswer real,
                       Evaluate("sqrt(x)", {{"x", {-1.0, 4.0}}}, engine::CompilationMode::kNever));
  EXPECT_EQ(real.dtypes[0], DType::kFloat64);
  EXPECT_TRUE(std::isnan(real.outputs[0][0]));
  ASSERT_OK_AND_ASSIGN(const TestAnswer mixed, Evaluate("x + I*y", {{"x", {1.0, 2.0}}, {"y", 3.0}},
                                                        engine::CompilationMode::kWait));
  EXPECT_EQ(mixed.dtypes[0], DType::kComplex128);
  EXPECT_THAT(mixed.outputs[0], ::testing::ElementsAre(1, 3, 2, 3));
}

TEST_F(ComplexTest, SinglePrecisionAndBroadcasting) {
  std::vector<Complex> many;
  for (int i = 0; i < 10'000; ++i) many.emplace_back(0.01 * i, -0.5 * i);
  ASSERT_OK_AND_ASSIGN(const TestAnswer answer,
                       Call(engine_.get(), {.outputs = {"z*c", "re(z)"},
                                            .inputs = {Input("z", many, DType::kComplex64),
                                                       Input("c", {{0, 1}}, DType::kComplex64)},
                                            .mode = engine::CompilationMode::kWait,
                                            .piece_bytes = 4099}));
  EXPECT_EQ(answer.dtypes[0], DType::kComplex64);
  EXPECT_EQ(answer.dtypes[1], DType::kFloat32);
  ASSERT_EQ(answer.outputs[0].size(), 20'000u);
  for (size_t i = 0; i < many.size(); ++i) {
    ASSERT_EQ(answer.outputs[0][2 * i], -static_cast<float>(many[i].imag())) << i;
    ASSERT_EQ(answer.outputs[0][2 * i + 1], static_cast<float>(many[i].real())) << i;
    ASSERT_EQ(answer.outputs[1][i], static_cast<float>(many[i].real())) << i;
  }
}

TEST_F(ComplexTest, WhatHasNoComplexFormIsRefusedByName) {
  for (const char* text : {"gamma(z)", "floor(z)", "Max(z, 1)", "softplus(z)", "z < 1"}) {
    const absl::StatusOr<TestAnswer> answer =
        Evaluate(text, {Input("z", {{1, 1}})}, engine::CompilationMode::kNever);
    ASSERT_THAT(answer, testing::StatusIs(absl::StatusCode::kUnimplemented)) << text;
    EXPECT_EQ(base::GetErrorDetail(answer.status())->reason, "COMPLEX_UNIMPLEMENTED") << text;
  }
}

}  // namespace
}  // namespace formulary::testing
