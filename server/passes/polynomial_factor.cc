#include "server/passes/polynomial_factor.h"

#include <flint/fmpq_mpoly.h>
#include <flint/fmpq_mpoly_factor.h>

#include <algorithm>
#include <memory>

#include "server/expr/number_caches.h"

namespace formulary::passes {
namespace {

using expr::NumberForm;

// The variables that polynomials have, numbered from 0 as FLINT wants them.
std::optional<std::vector<uint32_t>> VariablesOf(
    std::initializer_list<const Polynomial*> polynomials) {
  std::vector<uint32_t> variables;
  for (const Polynomial* polynomial : polynomials) {
    if (polynomial->size() < 2 || polynomial->size() > kMaxFactoredTerms) return std::nullopt;
    for (const Term& term : *polynomial) {
      if (term.form == NumberForm::kLiteral) return std::nullopt;
      if (DegreeOf(term.monomial) > kMaxFactoredDegree) return std::nullopt;
      if (term.coefficient.bits() > kMaxFactoredBits) return std::nullopt;
      for (const Factor& factor : term.monomial) variables.push_back(factor.variable);
    }
  }
  std::sort(variables.begin(), variables.end());
  variables.erase(std::unique(variables.begin(), variables.end()), variables.end());
  if (variables.size() > kMaxFactoredVariables || variables.empty()) return std::nullopt;
  return variables;
}

// FLINT's context for a set of variables. One thread at a time.
class Context {
 public:
  explicit Context(std::vector<uint32_t> variables) : variables_(std::move(variables)) {
    expr::ReleaseNumberCachesWithThread();
    fmpq_mpoly_ctx_init(context_, static_cast<slong>(variables_.size()), ORD_LEX);
  }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { fmpq_mpoly_ctx_clear(context_); }

  const fmpq_mpoly_ctx_struct* get() const { return context_; }
  const std::vector<uint32_t>& variables() const { return variables_; }

 private:
  std::vector<uint32_t> variables_;
  fmpq_mpoly_ctx_t context_;
};

class FlintPolynomial {
 public:
  explicit FlintPolynomial(const Context& context) : context_(context) {
    fmpq_mpoly_init(value_, context_.get());
  }
  FlintPolynomial(const FlintPolynomial&) = delete;
  FlintPolynomial& operator=(const FlintPolynomial&) = delete;
  ~FlintPolynomial() { fmpq_mpoly_clear(value_, context_.get()); }

  void Set(const Polynomial& polynomial);
  Polynomial ToPolynomial() const;
  fmpq_mpoly_struct* get() { return value_; }

 private:
  const Context& context_;
  fmpq_mpoly_t value_;
};

void FlintPolynomial::Set(const Polynomial& polynomial) {
  const std::vector<uint32_t>& variables = context_.variables();
  for (const Term& term : polynomial) {
    std::vector<ulong> exponents(variables.size(), 0);
    for (const Factor& factor : term.monomial) {
      const auto place = std::lower_bound(variables.begin(), variables.end(), factor.variable);
      exponents[static_cast<size_t>(place - variables.begin())] = factor.exponent;
    }
    fmpq_mpoly_push_term_fmpq_ui(value_, term.coefficient.get(), exponents.data(), context_.get());
  }
  fmpq_mpoly_sort_terms(value_, context_.get());
  fmpq_mpoly_combine_like_terms(value_, context_.get());
}

Polynomial FlintPolynomial::ToPolynomial() const {
  const std::vector<uint32_t>& variables = context_.variables();
  Polynomial polynomial;
  for (slong i = 0; i < fmpq_mpoly_length(value_, context_.get()); ++i) {
    std::vector<ulong> exponents(variables.size(), 0);
    fmpq_mpoly_get_term_exp_ui(exponents.data(), value_, i, context_.get());
    Term term;
    fmpq_mpoly_get_term_coeff_fmpq(term.coefficient.get(), value_, i, context_.get());
    for (size_t k = 0; k < variables.size(); ++k) {
      if (exponents[k] != 0)
        term.monomial.push_back({variables[k], static_cast<uint32_t>(exponents[k])});
    }
    polynomial.push_back(std::move(term));
  }
  return polynomial;
}

// Makes coefficients integers without a common divisor; returns the number that goes before.
Rational MakePrimitive(Polynomial* polynomial) {
  Rational content = 0;
  for (const Term& term : *polynomial)
    fmpq_gcd(content.get(), content.get(), term.coefficient.get());
  for (Term& term : *polynomial) term.coefficient /= content;
  return content;
}

Rational PowerOf(const Rational& base, uint32_t exponent) {
  Rational power = 1;
  for (uint32_t k = 0; k < exponent; ++k) power *= base;
  return power;
}

}  // namespace

std::optional<Factorization> FactorPolynomial(const Polynomial& polynomial) {
  std::optional<std::vector<uint32_t>> variables = VariablesOf({&polynomial});
  if (!variables.has_value()) return std::nullopt;
  const Context context(*std::move(variables));
  FlintPolynomial whole(context), base(context);
  whole.Set(polynomial);
  fmpq_mpoly_factor_t factors;
  fmpq_mpoly_factor_init(factors, context.get());
  std::optional<Factorization> result;
  if (fmpq_mpoly_factor(factors, whole.get(), context.get()) != 0) {
    result.emplace();
    fmpq_set(result->number.get(), factors->constant);
    for (slong i = 0; i < fmpq_mpoly_factor_length(factors, context.get()); ++i) {
      fmpq_mpoly_factor_get_base(base.get(), factors, i, context.get());
      Polynomial factor = base.ToPolynomial();
      const auto exponent =
          static_cast<uint32_t>(fmpq_mpoly_factor_get_exp_si(factors, i, context.get()));
      result->number *= PowerOf(MakePrimitive(&factor), exponent);
      result->factors.emplace_back(std::move(factor), exponent);
    }
    if (result->factors.size() == 1 && result->factors[0].second == 1) result.reset();
  }
  fmpq_mpoly_factor_clear(factors, context.get());
  return result;
}

std::optional<CommonDivisor> CommonDivisorOf(const Polynomial& a, const Polynomial& b) {
  std::optional<std::vector<uint32_t>> variables = VariablesOf({&a, &b});
  if (!variables.has_value()) return std::nullopt;
  const Context context(*std::move(variables));
  FlintPolynomial first(context), second(context), common(context), a_rest(context),
      b_rest(context);
  first.Set(a);
  second.Set(b);
  const bool found = fmpq_mpoly_gcd_cofactors(common.get(), a_rest.get(), b_rest.get(), first.get(),
                                              second.get(), context.get()) != 0;
  if (!found || fmpq_mpoly_is_fmpq(common.get(), context.get()) != 0) return std::nullopt;
  return CommonDivisor{common.ToPolynomial(), a_rest.ToPolynomial(), b_rest.ToPolynomial()};
}

}  // namespace formulary::passes
