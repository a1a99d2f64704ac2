// The hand-written bodies. Arguments stand under their names; outputs are y0, y1.

#include "absl/strings/str_split.h"
#include "server/base/strings.h"
#include "tests/bench/native_c.h"

namespace formulary::bench {
namespace {

// gcc merges sin(x) and cos(x) into one call that it cannot vectorise, if it knows what they are.
constexpr std::string_view kSeparateSinCos =
    "-fno-builtin-sin -fno-builtin-cos -fno-builtin-sinf -fno-builtin-cosf";

constexpr HandWritten kRows[] = {
    {.workload = "normal_pdf",
     .body = "const real s = 1.0 / sigma, z = (x - mu) * s;"
             "y0 = 0.3989422804014327 * s * exp(-0.5 * z * z);"},
    {.workload = "normal_pdf_bcast",
     .prologue = "const real s = 1.0 / sigma, c = 0.3989422804014327 * s, h = -0.5 * s * s;",
     .body = "const real d = x - mu; y0 = c * exp(h * d * d);"},
    {.workload = "gauss_mix3",
     .prologue = "const real k = 0.3989422804014327;"
                 "const real c1 = k * w1 / s1, c2 = k * w2 / s2, c3 = k * (1.0 - w1 - w2) / s3;"
                 "const real h1 = -0.5 / (s1 * s1), h2 = -0.5 / (s2 * s2), h3 = -0.5 / (s3 * s3);",
     .body = "const real d1 = x - m1, d2 = x - m2, d3 = x - m3;"
             "y0 = c1 * exp(h1 * d1 * d1) + c2 * exp(h2 * d2 * d2) + c3 * exp(h3 * d3 * d3);"},
    // p = -4/3 x^3 + 16 x^2 - 56 x + 56; y1 = d(y0)/dx
    {.workload = "hydrogen_R62",
     .prologue = "const real c = 0.039840953644479787;",
     .body = "const real e = c * exp(-x);"
             "const real p = 56.0 + x * (-56.0 + x * (16.0 - x * (4.0 / 3.0)));"
             "const real q = -56.0 + x * (32.0 - 4.0 * x);"
             "y0 = e * x * x * p; y1 = e * x * (x * (q - p) + 2.0 * p);"},
    {.workload = "black_scholes",
     .body = "const real v = sigma * sqrt(T);"
             "const real d1 = (log(S / K) + (r + 0.5 * sigma * sigma) * T) / v, d2 = d1 - v;"
             "const real h = 0.7071067811865476;"
             "y0 = 0.5 * (S * (1.0 + erf(h * d1)) - K * exp(-r * T) * (1.0 + erf(h * d2)));"},
    // log's argument is made safe by a mask: gcc would fold a conditional away, and the vector log
    // takes a slow path for negative arguments.
    {.workload = "piecewise3",
     .body = "whole bits, one_bits; real safe; const real one = 1.0;"
             "__builtin_memcpy(&bits, &x, sizeof x); __builtin_memcpy(&one_bits, &one, sizeof x);"
             "const whole right = -(whole)(x >= 1.0);"
             "bits = (bits & right) | (one_bits & ~right);"
             "__builtin_memcpy(&safe, &bits, sizeof x);"
             "const real a = exp(x) * (x * x + 1.0), b = sin(3.0 * x) + x * (x * x - 0.5);"
             "const real c = log(safe) + 1.0 / safe;"
             "y0 = x < -1.0 ? a : x < 1.0 ? b : c;"},
    {.workload = "logistic", .body = "y0 = L / (1.0 + exp(k * (x0 - x)));"},
    {.workload = "poly20",
     .body =
         "real p = 1.90502;"
         "p = p * x - 0.413278; p = p * x + 0.308412; p = p * x + 1.790836; p = p * x + 0.509733;"
         "p = p * x - 1.107044; p = p * x - 1.504792; p = p * x + 1.307408; p = p * x - 0.301923;"
         "p = p * x - 1.637148; p = p * x - 1.720578; p = p * x - 0.265417; p = p * x - 1.850017;"
         "p = p * x + 0.029743; p = p * x - 1.768004; p = p * x - 0.537244; p = p * x + 0.143528;"
         "p = p * x - 1.710255; p = p * x + 0.603738; p = p * x - 1.396603; y0 = p * x - "
         "0.704669;"},
    // The mass matrix inverted by hand: angles only as sine and cosine of th1, th2 and their
    // difference.
    {.workload = "double_pendulum",
     .prologue = "const real m = m1 + m2, i1 = 1.0 / l1, i2 = 1.0 / l2;",
     .body = "const real s1 = sin(th1), c1 = cos(th1), s2 = sin(th2), c2 = cos(th2);"
             "const real s = s1 * c2 - c1 * s2, c = c1 * c2 + s1 * s2;"
             "const real u = l1 * om1 * om1, v = l2 * om2 * om2, w = 1.0 / (m1 + m2 * s * s);"
             "y0 = w * i1 * (m2 * g * s2 * c - m2 * s * (v + u * c) - m * g * s1);"
             "y1 = w * i2 * (m * (u * s + g * (s1 * c - s2)) + m2 * v * s * c);",
     .flags = kSeparateSinCos},
    {.workload = "logsumexp4", .body = "y0 = log((exp(a) + exp(b)) + (exp(c) + exp(d)));"},
    {.workload = "gamma_pdf",
     .body = "y0 = exp((k - 1.0) * log(x) - x / theta - lgamma(k) - k * log(theta));"},
    {.workload = "bessel01",
     .body = "y0 = j0(x) * cos(a) + x * j1(x) * sin(a);",
     .flags = kSeparateSinCos},
    {.workload = "random_dag",
     .body = "const real a2 = a * a, n = a2 + b * b, i = 1.0 / (a2 + 1.0), t = b + 0.4 * d;"
             "const real e = exp(-c * c * (n + 1.0)), f = exp(-d * d * t * t), g = 0.6 * exp(-a2 "
             "* e * e);"
             "const real p = 0.2 * a + e / (n + 2.0), s = (t * i - 0.3 * d) / (p * p + 1.0);"
             "const real r = 0.9 * sqrt(p * p + s * s + 1.0), q = s + g, z = q * q + 1.0;"
             "const real w = e + 0.5 * s - 0.3 * (b + f);"
             "y0 = q + r + sin(0.1 * a + q + r) + log(z + (q + r) * (q + r)) *"
             "     sin(0.4 * q + sin(0.9 * w + w / z));"},
    {.workload = "haversine",
     .prologue = "const real diameter = 2.0 * R;",
     .body = "const real u = sin(0.5 * (lat2 - lat1)), v = sin(0.5 * (lon2 - lon1));"
             "y0 = diameter * asin(sqrt(u * u + cos(lat1) * cos(lat2) * v * v));",
     .flags = kSeparateSinCos},
    {.workload = "lennard_jones",
     .prologue = "const real s2 = sig * sig, e4 = 4.0 * eps;",
     .body = "const real q = s2 / (r * r), q3 = q * q * q; y0 = e4 * q3 * (q3 - 1.0);"},
    {.workload = "van_der_waals", .body = "y0 = Rg * T / (V - b) - a / (V * V);"},
};

constexpr std::string_view kVectorFunctions[] = {"exp", "log", "sin", "cos", "erf", "asin"};
constexpr std::string_view kScalarFunctions[] = {"sqrt", "lgamma", "j0", "j1"};

}  // namespace

absl::Span<const HandWritten> AllHandWritten() { return kRows; }

const HandWritten* FindHandWritten(std::string_view workload) {
  for (const HandWritten& row : kRows) {
    if (row.workload == workload) return &row;
  }
  return nullptr;
}

std::vector<std::string> HandWrittenFlags(const HandWritten& row, FastMath fast_math,
                                          Number number) {
  std::vector<std::string> flags = {"-O3", "-march=native"};
  if (fast_math == FastMath::kYes) {
    flags.emplace_back("-ffast-math");
  } else {
    flags.insert(flags.end(), {"-fno-math-errno", "-fno-trapping-math"});
  }
  if (number == Number::kFloat32) flags.emplace_back("-fsingle-precision-constant");
  for (const absl::string_view flag :
       absl::StrSplit(base::ToAbsl(row.flags), ' ', absl::SkipEmpty())) {
    flags.emplace_back(flag);
  }
  return flags;
}

std::string HandWrittenText(const HandWritten& row, const Workload& workload, Number number) {
  // Literals of the bodies are those of `real`: -fsingle-precision-constant for float.
  const bool single = number == Number::kFloat32;
  std::string text = single ? "typedef float real; typedef int whole;\n"
                            : "typedef double real; typedef long whole;\n";
  const auto declare = [&](std::string_view name, std::string_view attributes) {
    base::StrAppend(&text, "extern real ", name, single ? "f" : "", "(real) __attribute__((",
                    attributes, "const, nothrow));\n");
    if (single) base::StrAppend(&text, "#define ", name, " ", name, "f\n");
  };
  for (const std::string_view name : kVectorFunctions) declare(name, "simd(\"notinbranch\"), ");
  for (const std::string_view name : kScalarFunctions) declare(name, "");
  base::StrAppend(&text, "void kernel(long n, const real *const *in, real *const *out) {\n");
  std::string elements;
  for (size_t i = 0; i < workload.arguments.size(); ++i) {
    const WorkloadArgument& argument = workload.arguments[i];
    if (argument.scalar) {
      base::StrAppend(&text, "const real ", argument.name, " = in[", i, "][0];\n");
    } else {
      base::StrAppend(&text, "const real *restrict in_", i, " = in[", i, "];\n");
      base::StrAppend(&elements, "const real ", argument.name, " = in_", i, "[i_];\n");
    }
  }
  std::string results;
  for (size_t k = 0; k < workload.texts.size(); ++k) {
    base::StrAppend(&text, "real *restrict out_", k, " = out[", k, "];\n");
    base::StrAppend(&elements, "real y", k, ";\n");
    base::StrAppend(&results, "out_", k, "[i_] = y", k, ";\n");
  }
  // The index must not meet a name of the body.
  base::StrAppend(&text, row.prologue, "\nfor (long i_ = 0; i_ < n; ++i_) {\n", elements, row.body,
                  "\n", results, "}\n}\n");
  return text;
}

}  // namespace formulary::bench
