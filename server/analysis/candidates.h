#ifndef FORMULARY_SERVER_ANALYSIS_CANDIDATES_H_
#define FORMULARY_SERVER_ANALYSIS_CANDIDATES_H_

// The forms of one output that a search has come by, each measured once at the training points.
// Used by improve.cc.

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "server/analysis/measure.h"
#include "server/expr/program.h"

namespace formulary::analysis {

struct Candidate {
  expr::Program program;  // one output; expanded, conversions explicit
  // By training point: bits of error, once more what is lost against the first candidate
  // beyond a bit, and a little for each operation.
  std::vector<double> loss;
  double mean_loss = 0;
  bool expanded = false;  // its rewrites are candidates, too
};

// One thread at a time.
class Candidates {
 public:
  // REQUIRES: `training` has one output, and outlives this.
  Candidates(const Samples& training, absl::Span<const expr::DType> types, expr::DType format)
      : training_(training), types_(types.begin(), types.end()), format_(format) {}

  // Measures a form, unless it is known, too large, or there are enough. False: not added.
  bool Add(expr::Program program);

  size_t size() const { return all_.size(); }
  Candidate& operator[](size_t i) { return all_[i]; }
  const Candidate& operator[](size_t i) const { return all_[i]; }
  bool full() const;

  // The one of the least loss that is not expanded; size() when there is none.
  size_t BestUnexpanded() const;
  // The best one, then those that help it most where it is bad: at most `most`.
  std::vector<size_t> Covering(size_t most) const;

  // A little for each operation.
  static double Cost(const expr::Program& program);
  // What `bits` lose against those of the program as written.
  static std::vector<double> Loss(std::vector<double> bits, absl::Span<const double> written);

 private:
  const Samples& training_;
  const std::vector<expr::DType> types_;
  const expr::DType format_;
  std::vector<Candidate> all_;
  std::vector<double> written_;  // bits of the first one
  std::set<std::string> known_;  // serialized
};

}  // namespace formulary::analysis

#endif  // FORMULARY_SERVER_ANALYSIS_CANDIDATES_H_
