#include "server/runtime/edge.h"

#include <math.h>  // lgammal_r is not in <cmath>

namespace formulary::runtime::edge {
namespace {

long double LogAbsGammaL(long double x) {
  int sign = 0;
  return lgammal_r(x, &sign);
}

}  // namespace

double Exp(double x) { return static_cast<double>(expl(x)); }
double Sinh(double x) { return static_cast<double>(sinhl(x)); }
float Sinh(float x) { return static_cast<float>(sinhl(x)); }
double Cosh(double x) { return static_cast<double>(coshl(x)); }
float Cosh(float x) { return static_cast<float>(coshl(x)); }
double Asinh(double x) { return static_cast<double>(asinhl(x)); }
float Asinh(float x) { return static_cast<float>(asinhl(x)); }
double Acosh(double x) { return static_cast<double>(acoshl(x)); }
float Acosh(float x) { return static_cast<float>(acoshl(x)); }
double Pow(double a, double b) { return static_cast<double>(powl(a, b)); }
float Pow(float a, float b) { return static_cast<float>(powl(a, b)); }
double Gamma(double x) { return static_cast<double>(tgammal(x)); }
float Gamma(float x) { return static_cast<float>(tgammal(x)); }
double LogAbsGamma(double x) { return static_cast<double>(LogAbsGammaL(x)); }
float LogAbsGamma(float x) { return static_cast<float>(LogAbsGammaL(x)); }
double Fmod(double a, double b) { return static_cast<double>(fmodl(a, b)); }

}  // namespace formulary::runtime::edge
