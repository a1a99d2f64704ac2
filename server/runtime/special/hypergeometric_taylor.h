#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_TAYLOR_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_TAYLOR_H_

// Power series of hypergeometric functions at many arguments: the coefficients are computed once,
// the number of terms is chosen by the range that |x| falls in, and Horner's rule runs over groups
// of arguments. The terms that reach below the last bits are summed in double, those before them in
// long double. For hypergeometric*.cc only.

namespace formulary::runtime::special {

// |x| by ranges: below 1/64, then sixteen to a power of 2, up to 1024.
inline constexpr int kRanges = 257;
int RangeOf(double magnitude);  // -1 where there is none
double EndOfRange(int range);

// The sum over n of (p0)_n (p1)_n / ((q)_n n!) x^n, p1 or both p left out by their count. `scale`,
// a power of 2, keeps the coefficients from underflow: they are taken as those of (x / scale)^n.
struct PowerSeries {
  int upper_count;
  long double upper[2];
  long double lower;
  double scale;

  // The terms from n on fall at least by this factor each where |x| <= end; 1 where they may not.
  double FallFrom(int n, double end) const;
};

class TaylorSeries {
 public:
  static constexpr int kMaxTerms = 1536;

  // How to sum in one range.
  struct Plan {
    int terms = 0;     // 0: not by this series
    int split = 0;     // terms from here on are summed in double
    double error = 0;  // bound of the absolute error; relative if `positive`
    bool positive = false;
  };

  explicit TaylorSeries(const PowerSeries& series) : series_(series) {
    coefficients_[0] = 1;
    in_double_[0] = 1;
  }

  // For x of one sign and |x| <= end. `tail` is the error meant for the terms summed in double, of
  // the sum of |terms|.
  Plan PlanFor(double end, bool negative, double tail);

  // y[i] = the series at x[i], which may be wrong in its last bit; divides x by the scale.
  void Sum(const Plan& plan, long double* x, long double* y, int count) const;

 private:
  void AddCoefficient();

  PowerSeries series_;
  int known_ = 1;
  int signs_agree_ = 1;  // so many coefficients are >= 0
  long double coefficients_[kMaxTerms + 1];
  double in_double_[kMaxTerms + 1];
};

}  // namespace formulary::runtime::special

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_TAYLOR_H_
