// What may stand in generated C at all: a small grammar of tokens. No name of a client, no decimal
// fraction, no preprocessor but one pragma, no string, no address.

#include <cctype>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/codegen/emit_c.h"
#include "server/expr/catalogue.h"
#include "tests/unit/codegen/golden_programs.h"

namespace formulary::codegen {
namespace {

const std::set<std::string>& AllowedWords() {
  static const auto* const kWords = new std::set<std::string>{"typedef",
                                                              "double",
                                                              "float",
                                                              "long",
                                                              "int",
                                                              "unsigned",
                                                              "char",
                                                              "void",
                                                              "const",
                                                              "struct",
                                                              "union",
                                                              "static",
                                                              "inline",
                                                              "extern",
                                                              "return",
                                                              "if",
                                                              "continue",
                                                              "for",
                                                              "__attribute__",
                                                              "aligned",
                                                              "may_alias",
                                                              "simd",
                                                              "nothrow",
                                                              "noinline",
                                                              "visibility",
                                                              "FY_KERNEL",
                                                              "fy_f64",
                                                              "fy_f32",
                                                              "fy_i64",
                                                              "fy_v1_args",
                                                              "fy_any",
                                                              "fy_select",
                                                              "fy_selectf",
                                                              "fy_mod",
                                                              "fy_gcd",
                                                              "fy_lcm",
                                                              "inputs",
                                                              "outputs",
                                                              "uniforms",
                                                              "workspace",
                                                              "at",
                                                              "near",
                                                              "in",
                                                              "out",
                                                              "fy_otherwise",
                                                              "UL",
                                                              "L",
                                                              "notinbranch",
                                                              "default",
                                                              "a",
                                                              "b",
                                                              "m",
                                                              "n",
                                                              "i",
                                                              "f",
                                                              "r",
                                                              "w",
                                                              "x",
                                                              "y",
                                                              "__builtin_fabs",
                                                              "__builtin_fabsf",
                                                              "__builtin_sqrt",
                                                              "__builtin_sqrtf",
                                                              "__builtin_floor",
                                                              "__builtin_floorf",
                                                              "__builtin_ceil",
                                                              "__builtin_ceilf",
                                                              "__builtin_rint",
                                                              "__builtin_rintf",
                                                              "__builtin_trunc",
                                                              "__builtin_truncf",
                                                              "__builtin_fma",
                                                              "__builtin_fmaf"};
  return *kWords;
}

// v12, u3, x0, y1, b7, s2, o2, c5_1, g0.
bool IsValueName(const std::string& word) {
  if (word.size() < 2 || std::string("vuxybsocg").find(word[0]) == std::string::npos) return false;
  return word.find_first_not_of("0123456789_", 1) == std::string::npos;
}

bool IsRoutine(const std::string& word) {
  if (word.rfind("fy_v1_", 0) != 0) return false;
  for (const expr::FunctionRow& row : expr::Rows()) {
    if (row.routine == nullptr) continue;
    for (const char* prefix : {"fy_v1_", "fy_v1_strict_"}) {
      for (const char* suffix : {"", "f", "_f64", "_f32"}) {
        if (word == prefix + std::string(row.routine->name) + suffix) return true;
      }
    }
  }
  return false;
}

// 12, 16L, 0UL, 0x1.8p+3, 0x1p+0f; never 1.5.
bool IsNumber(const std::string& token) {
  if (token.rfind("0x", 0) == 0) {
    return token.find('p') != std::string::npos &&
           token.find_first_not_of("0123456789abcdefpx.+-f") == std::string::npos;
  }
  const size_t end = token.find_first_not_of("0123456789");
  return end == std::string::npos || token.substr(end) == "L" || token.substr(end) == "UL";
}

std::string TokenAt(const std::string& text, size_t at) {
  const auto is_word = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  };
  size_t end = at;
  if (std::isdigit(static_cast<unsigned char>(text[at])) != 0) {
    const bool hex = text.compare(at, 2, "0x") == 0;
    while (end < text.size() &&
           (is_word(text[end]) || text[end] == '.' ||
            (hex && (text[end] == '+' || text[end] == '-') && text[end - 1] == 'p'))) {
      ++end;
    }
  } else if (is_word(text[at])) {
    while (end < text.size() && is_word(text[end])) ++end;
  }
  return text.substr(at, std::max<size_t>(end - at, 1));
}

void CheckTokens(const std::string& name, std::string text) {
  const std::string comment = "/* Formulary kernel, ABI " + std::to_string(kAbiVersion) + " */\n";
  ASSERT_EQ(text.substr(0, comment.size()), comment) << name;
  text.erase(0, comment.size());
  const std::string pragma = "#pragma GCC ivdep\n";
  for (size_t at; (at = text.find(pragma)) != std::string::npos;) text.erase(at, pragma.size());
  for (const char* quoted : {"\"notinbranch\"", "\"default\""}) {
    for (size_t at; (at = text.find(quoted)) != std::string::npos;)
      text.erase(at, std::string(quoted).size());
  }
  std::set<std::string> refused;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == ' ' || c == '\n' ||
        std::string("(){}[];,*&=<>!?:|^~+-/%.").find(c) != std::string::npos) {
      ++at;
      continue;
    }
    const std::string token = TokenAt(text, at);
    at += token.size();
    const bool good =
        std::isdigit(static_cast<unsigned char>(token[0])) != 0
            ? IsNumber(token)
            : AllowedWords().contains(token) || IsValueName(token) || IsRoutine(token);
    if (!good) refused.insert(token);
  }
  for (const std::string& token : refused)
    ADD_FAILURE() << name << ": \"" << token << "\" has no place in our C";
}

TEST(EmitTextTest, OnlyOurOwnTokens) {
  for (const GoldenProgram& golden : GoldenPrograms()) {
    CheckTokens(golden.name, EmitC(Lowered(golden.texts, golden.shape)));
  }
  CheckTokens("long", EmitC(Lowered({LongFormula(1'500)})));
  CheckTokens("constants",
              EmitC(Lowered({"x*1e300 + 1e-300*y", "0.1*x**0.3", "oo*x", "nan + x", "x - 0.5"})));
}

TEST(EmitTextTest, EveryRowsTextIsOfThem) {
  for (const expr::FunctionRow& row : expr::Rows()) {
    if (row.lowering == expr::Lowering::kExpansion || row.lowering == expr::Lowering::kStructural ||
        row.lowering == expr::Lowering::kSymbolic)
      continue;
    std::string call = std::string(row.name) + "(";
    const int arity = row.max_arity == expr::kVariadic ? 3 : row.max_arity;
    for (int k = 0; k < arity; ++k) call += (k == 0 ? "secret" : ", secret") + std::to_string(k);
    CheckTokens(std::string(row.name), EmitC(Lowered({call + ")"})));
  }
}

}  // namespace
}  // namespace formulary::codegen
