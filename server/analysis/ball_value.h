#ifndef FORMULARY_SERVER_ANALYSIS_BALL_VALUE_H_
#define FORMULARY_SERVER_ANALYSIS_BALL_VALUE_H_

// What ball arithmetic knows of one node's value: an enclosure of a real number, or a truth value,
// or that there is none. For ball_graph.cc and the files beside it; nothing outside of analysis/
// includes it, because it brings Arb's headers.

#include <arb.h>

#include <cstdint>
#include <optional>

#include "server/expr/types.h"

namespace formulary::analysis {

// An Arb number as a value.
class Ball {
 public:
  Ball() { arb_init(value_); }
  Ball(const Ball& other) : Ball() { arb_set(value_, other.value_); }
  Ball(Ball&& other) noexcept : Ball() { arb_swap(value_, other.value_); }
  Ball& operator=(const Ball& other) {
    arb_set(value_, other.value_);
    return *this;
  }
  Ball& operator=(Ball&& other) noexcept {
    arb_swap(value_, other.value_);
    return *this;
  }
  ~Ball() { arb_clear(value_); }

  arb_ptr get() { return value_; }
  arb_srcptr get() const { return value_; }

 private:
  arb_t value_;
};

// Three-valued logic: what a comparison of enclosures says.
enum class Truth : uint8_t { kFalse, kTrue, kUnknown };

struct BallValue {
  enum class State : uint8_t {
    kNumber,     // `ball` encloses it
    kTruth,      // `truth`
    kUndefined,  // surely no real number: a pole, or outside a function's domain
    kUnknown,    // a higher precision may tell
  };
  State state = State::kUnknown;
  Truth truth = Truth::kUnknown;
  Ball ball;

  void Set(Truth value) {
    state = value == Truth::kUnknown ? State::kUnknown : State::kTruth;
    truth = value;
  }
  bool known() const { return state == State::kNumber || state == State::kTruth; }
};

// The one number of a format (kFloat64, kFloat32) that every real in the enclosure rounds to, ties
// to even, infinities for what overflows; nullopt when the enclosure does not tell.
std::optional<double> RoundedOnce(const Ball& ball, expr::DType format);

}  // namespace formulary::analysis

#endif  // FORMULARY_SERVER_ANALYSIS_BALL_VALUE_H_
