#ifndef FORMULARY_SERVER_RUNTIME_EDGE_H_
#define FORMULARY_SERVER_RUNTIME_EDGE_H_

// One value at a time, for the few operands on which a vector routine is wrong: the edges of a
// domain, of the number range, or of accuracy. Called by repairs.h only. Computed in x87 long
// double (64 bits of significand, exponents to 16383) with glibc's libm and rounded once to double
// or float, so the error is 0.50x ulp, over- and underflow fall where they must, and no processor
// level shows in the bits. Compiled for the baseline instruction set. Pure; none of these reads or
// writes signgam.

namespace formulary::runtime::edge {

double Exp(double x);
double Sinh(double x);
float Sinh(float x);
double Cosh(double x);
float Cosh(float x);
double Asinh(double x);
float Asinh(float x);
double Acosh(double x);
float Acosh(float x);
double Pow(double a, double b);
float Pow(float a, float b);

// REQUIRES: x is not a pole.
double Gamma(double x);
float Gamma(float x);
double LogAbsGamma(double x);
float LogAbsGamma(float x);

// Remainder of truncated division, exact, as C's fmod.
double Fmod(double a, double b);

}  // namespace formulary::runtime::edge

#endif  // FORMULARY_SERVER_RUNTIME_EDGE_H_
