#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_DISTRIBUTION_LIST_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_DISTRIBUTION_LIST_H_

// Routines of distributions that no expression of other functions can be right for: densities whose
// large powers cancel, sums, integrals, and inverses; see lists.h.
#define FY_DISTRIBUTION_SCALAR(X)                    \
  X(gamma_density, 2, Each, 2, 0.51)                 \
  X(log_gamma_density, 2, Each, 5, 0.51)             \
  X(beta_pdf, 3, Each, 2, 0.51)                      \
  X(beta_logpdf, 3, Each, 3, 0.51)                   \
  X(beta_prime_pdf, 3, Each, 2, 0.51)                \
  X(beta_prime_logpdf, 3, Each, 3, 0.51)             \
  X(beta_prime_cdf, 3, Each, 60, 0.51)               \
  X(beta_prime_logcdf, 3, Each, 60, 0.51)            \
  X(beta_prime_sf, 3, Each, 60, 0.51)                \
  X(beta_prime_logsf, 3, Each, 60, 0.51)             \
  X(student_t_pdf, 2, Each, 2, 0.51)                 \
  X(student_t_logpdf, 2, Each, 3, 0.51)              \
  X(student_t_cdf, 2, Block, 40, 0.51)               \
  X(student_t_logcdf, 2, Each, 40, 0.51)             \
  X(poisson_pmf, 2, Each, 2, 0.51)                   \
  X(poisson_logpmf, 2, Each, 3, 0.51)                \
  X(poisson_quantile, 2, Each, 0.5, 0.51)            \
  X(binomial_pmf, 3, Each, 2, 0.51)                  \
  X(binomial_logpmf, 3, Each, 3, 0.51)               \
  X(binomial_quantile, 3, Each, 0.5, 0.51)           \
  X(negative_binomial_pmf, 3, Each, 2, 0.51)         \
  X(negative_binomial_logpmf, 3, Each, 3, 0.51)      \
  X(negative_binomial_quantile, 3, Each, 0.5, 0.51)  \
  X(geometric_quantile, 2, Each, 0.5, 0.51)          \
  X(hypergeometric_pmf, 4, Each, 2, 0.51)            \
  X(hypergeometric_logpmf, 4, Each, 3, 0.51)         \
  X(hypergeometric_cdf, 4, Each, 2, 0.51)            \
  X(hypergeometric_logcdf, 4, Each, 3, 0.51)         \
  X(hypergeometric_sf, 4, Each, 2, 0.51)             \
  X(hypergeometric_logsf, 4, Each, 3, 0.51)          \
  X(hypergeometric_quantile, 4, Each, 0.5, 0.51)     \
  X(zeta_distribution_cdf, 2, Each, 2, 0.51)         \
  X(zeta_distribution_sf, 2, Each, 2, 0.51)          \
  X(zeta_distribution_logsf, 2, Each, 3, 0.51)       \
  X(zeta_distribution_quantile, 2, Each, 0.5, 0.51)  \
  X(logarithmic_cdf, 2, Each, 5, 0.51)               \
  X(logarithmic_sf, 2, Each, 5, 0.51)                \
  X(logarithmic_logsf, 2, Each, 5, 0.51)             \
  X(logarithmic_quantile, 2, Each, 0.5, 0.51)        \
  X(skellam_pmf, 3, Each, 2, 0.51)                   \
  X(skellam_logpmf, 3, Each, 3, 0.51)                \
  X(skellam_cdf, 3, Each, 2, 0.51)                   \
  X(skellam_logcdf, 3, Each, 3, 0.51)                \
  X(skellam_quantile, 3, Each, 0.5, 0.51)            \
  X(rice_cdf, 3, Each, 2, 0.51)                      \
  X(rice_logcdf, 3, Each, 3, 0.51)                   \
  X(rice_sf, 3, Each, 2, 0.51)                       \
  X(rice_logsf, 3, Each, 3, 0.51)                    \
  X(rice_quantile, 3, Each, 10, 0.51)                \
  X(von_mises_cdf, 3, Each, 10, 0.51)                \
  X(von_mises_logcdf, 3, Each, 10, 0.51)             \
  X(von_mises_quantile, 3, Each, 10, 0.51)           \
  X(von_mises_cdf_dc, 3, Each, 30, 0.51)             \
  X(von_mises_logcdf_dc, 3, Each, 30, 0.51)          \
  X(skew_ndtr, 2, Each, 10, 0.51)                    \
  X(log_skew_ndtr, 2, Each, 10, 0.51)                \
  X(skew_ndtri, 2, Each, 10, 0.51)                   \
  X(inverse_gaussian_cdf, 3, Each, 12, 0.51)         \
  X(inverse_gaussian_logcdf, 3, Each, 12, 0.51)      \
  X(inverse_gaussian_sf, 3, Each, 12, 0.51)          \
  X(inverse_gaussian_logsf, 3, Each, 12, 0.51)       \
  X(inverse_gaussian_quantile, 3, Each, 10, 0.51)

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_DISTRIBUTION_LIST_H_
