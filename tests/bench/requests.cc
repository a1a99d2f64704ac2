#include "tests/bench/requests.h"

#include "tests/bench/figures.h"

namespace formulary::bench {

v1::NamedArray InputOf(const Values& values) {
  v1::NamedArray input;
  input.set_name(values.name);
  v1::Array* const array = input.mutable_array();
  array->set_dtype(v1::DATA_TYPE_FLOAT64);
  if (!values.scalar) array->add_shape(static_cast<int64_t>(values.values.size()));
  array->mutable_raw()->assign(reinterpret_cast<const char*>(values.values.data()),
                               values.values.size() * sizeof(double));
  return input;
}

v1::EvaluateRequest Request(const Workload& workload, const std::vector<Values>& values,
                            v1::CompilationMode mode) {
  v1::EvaluateRequest request;
  for (const std::string& text : workload.texts)
    request.mutable_program()->add_outputs()->set_text(text);
  for (const Values& value : values) *request.add_inputs() = InputOf(value);
  request.mutable_options()->set_compilation(mode);
  return request;
}

void CompileNow(const Workload& workload, const std::vector<Values>& values, RawCaller* caller) {
  v1::EvaluateRequest first = Request(workload, values, v1::COMPILATION_MODE_WAIT);
  first.mutable_options()->set_want_report(true);
  OrDie(caller->Evaluate(first.SerializeAsString()));
  v1::EvaluateResponse answer;
  if (!answer.ParseFromString(caller->last_answer()) ||
      answer.report().tier() != v1::TIER_COMPILED) {
    Die(absl::InternalError("the kernel was not compiled"));
  }
}

}  // namespace formulary::bench
