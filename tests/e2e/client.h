#ifndef FORMULARY_TESTS_E2E_CLIENT_H_
#define FORMULARY_TESTS_E2E_CLIENT_H_

// A client for the tests: any method by name, messages or raw bytes, with the error's details taken
// apart. No gRPC header here, so that tests compile quickly.

#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>

#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "formulary/v1/catalog_service.pb.h"
#include "formulary/v1/evaluation_service.pb.h"
#include "formulary/v1/symbolic_service.pb.h"
#include "gtest/gtest.h"

namespace formulary::testing {

// gRPC's codes, as far as the tests speak of them.
enum Code {
  kOk = 0,
  kCancelled = 1,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kResourceExhausted = 8,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
};

struct CallStatus {
  int code = kOk;
  std::string message;
  std::string reason;                           // of ErrorInfo
  std::string domain;                           // of ErrorInfo
  std::map<std::string, std::string> metadata;  // of ErrorInfo
  std::vector<std::string> fields;              // of BadRequest
  double retry_seconds = 0;                     // of RetryInfo

  bool ok() const { return code == kOk; }
};
std::ostream& operator<<(std::ostream& out, const CallStatus& status);

// A google.rpc.Status, serialized, taken apart.
CallStatus TakeApart(const std::string& rpc_status);

template <typename Message>
struct Reply {
  CallStatus status;
  Message message;

  bool ok() const { return status.ok(); }
  const Message* operator->() const { return &message; }
};

struct CallSettings {
  double timeout_seconds = 60;  // 0: no deadline; negative: one that has passed
  bool gzip = false;
};

// One thread.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  virtual bool Write(const std::string& bytes) = 0;
  virtual bool Read(std::string* bytes) = 0;
  virtual void WritesDone() = 0;
  virtual CallStatus Finish() = 0;
};

// Thread-safe. Each client is a connection of its own.
class Client {
 public:
  explicit Client(const std::string& address);
  ~Client();

  // `method` such as "formulary.v1.EvaluationService/Evaluate".
  Reply<std::string> CallBytes(const std::string& method, const std::string& request,
                               const CallSettings& settings = {}) const;
  std::unique_ptr<ByteStream> Stream(const std::string& method, double timeout_seconds = 60) const;

  template <typename Response>
  Reply<Response> Call(const std::string& method, const google::protobuf::Message& request,
                       const CallSettings& settings = {}) const {
    const Reply<std::string> bytes = CallBytes(method, request.SerializeAsString(), settings);
    Reply<Response> reply{.status = bytes.status};
    const bool parsed = reply.message.ParseFromString(bytes.message);
    EXPECT_TRUE(parsed || !bytes.ok()) << method;
    return reply;
  }

  Reply<v1::EvaluateResponse> Evaluate(const v1::EvaluateRequest& request,
                                       const CallSettings& settings = {}) const {
    return Call<v1::EvaluateResponse>("formulary.v1.EvaluationService/Evaluate", request, settings);
  }

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

// ---- messages ----

template <typename Message>
Message Proto(std::string_view text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(std::string(text), &message)) << text;
  return message;
}

inline std::vector<double> Doubles(const v1::Array& array) {
  std::vector<double> values(array.raw().size() / sizeof(double));
  if (!values.empty())
    std::memcpy(values.data(), array.raw().data(), values.size() * sizeof(double));
  return values;
}

inline void AddInput(const std::string& name, const std::vector<double>& values,
                     v1::EvaluateRequest* request) {
  v1::NamedArray* input = request->add_inputs();
  input->set_name(name);
  input->mutable_array()->set_dtype(v1::DATA_TYPE_FLOAT64);
  input->mutable_array()->add_shape(static_cast<int64_t>(values.size()));
  input->mutable_array()->set_raw(
      std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(double)));
}

// `text` over raw x, with a report.
inline v1::EvaluateRequest TextRequest(const std::string& text, const std::vector<double>& x,
                                       v1::CompilationMode mode = v1::COMPILATION_MODE_AUTO) {
  v1::EvaluateRequest request;
  request.mutable_program()->add_outputs()->set_text(text);
  AddInput("x", x, &request);
  request.mutable_options()->set_compilation(mode);
  request.mutable_options()->set_want_report(true);
  return request;
}

}  // namespace formulary::testing

#endif  // FORMULARY_TESTS_E2E_CLIENT_H_
