#ifndef FORMULARY_TESTS_UNIT_SERVICE_REQUESTS_H_
#define FORMULARY_TESTS_UNIT_SERVICE_REQUESTS_H_

// Messages for the tests, and matchers for what came of them.

#include <google/protobuf/text_format.h>

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "formulary/v1/evaluation_service.pb.h"
#include "gmock/gmock.h"
#include "server/base/error.h"
#include "tests/support/status_matchers.h"

namespace formulary::testing {

// The message that the text format describes; the test fails when it describes none.
template <typename Message>
Message Proto(std::string_view text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(std::string(text), &message)) << text;
  return message;
}

inline std::string RawDoubles(const std::vector<double>& values) {
  std::string bytes(values.size() * sizeof(double), '\0');
  if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

inline std::vector<double> Doubles(const std::string& bytes) {
  std::vector<double> values(bytes.size() / sizeof(double));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

inline void AddRaw(const std::string& name, const std::vector<double>& values,
                   google::protobuf::RepeatedPtrField<v1::NamedArray>* inputs) {
  v1::NamedArray* input = inputs->Add();
  input->set_name(name);
  input->mutable_array()->set_dtype(v1::DATA_TYPE_FLOAT64);
  input->mutable_array()->add_shape(static_cast<int64_t>(values.size()));
  input->mutable_array()->set_raw(RawDoubles(values));
}

// "2*x" on raw values of x.
inline v1::EvaluateRequest RawRequest(const std::vector<double>& values) {
  v1::EvaluateRequest request;
  request.mutable_program()->add_outputs()->set_text("2*x");
  AddRaw("x", values, request.mutable_inputs());
  return request;
}

inline std::string ReasonOf(const absl::Status& status) {
  return base::GetErrorDetail(status).value_or(base::ErrorDetail{}).reason;
}
inline std::string FieldOf(const absl::Status& status) {
  return base::GetErrorDetail(status).value_or(base::ErrorDetail{}).field;
}

}  // namespace formulary::testing

#endif  // FORMULARY_TESTS_UNIT_SERVICE_REQUESTS_H_
