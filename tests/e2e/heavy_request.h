#ifndef FORMULARY_TESTS_E2E_HEAVY_REQUEST_H_
#define FORMULARY_TESTS_E2E_HEAVY_REQUEST_H_

// A request that is small to send and long to answer.

#include <vector>

#include "tests/e2e/client.h"

namespace formulary::testing {

// Work for some time: a heavy function over many elements, so small to send.
inline v1::EvaluateRequest HeavyRequest(int rows, int columns) {
  v1::EvaluateRequest request;
  request.mutable_program()->add_outputs()->set_text("gamma(3 + sin(a)*cos(b))*exp(sin(a*b))");
  AddInput("a", std::vector<double>(static_cast<size_t>(rows), 0.5), &request);
  request.mutable_inputs(0)->mutable_array()->add_shape(1);
  AddInput("b", std::vector<double>(static_cast<size_t>(columns), 0.25), &request);
  request.mutable_options()->set_compilation(v1::COMPILATION_MODE_NEVER);
  return request;
}

}  // namespace formulary::testing

#endif  // FORMULARY_TESTS_E2E_HEAVY_REQUEST_H_
