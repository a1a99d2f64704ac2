#include "tests/unit/client/fake_server.h"

#include <grpcpp/grpcpp.h>
#include <stdlib.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <limits>
#include <mutex>
#include <thread>
#include <vector>

#include "formulary/v1/catalog_service.grpc.pb.h"
#include "formulary/v1/evaluation_service.grpc.pb.h"
#include "formulary/v1/symbolic_service.grpc.pb.h"
#include "google/rpc/error_details.pb.h"

namespace formulary::client {
namespace {

constexpr char kKernel[] =
    "kernels/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

template <typename Detail>
grpc::Status WithDetail(grpc::StatusCode code, const std::string& message,
                        const std::vector<Detail>& details) {
  google::rpc::Status status;
  status.set_code(code);
  status.set_message(message);
  for (const Detail& detail : details) *status.add_details() = detail;
  return {code, message, status.SerializeAsString()};
}

template <typename Message>
google::protobuf::Any Packed(const Message& message) {
  google::protobuf::Any any;
  any.PackFrom(message);
  return any;
}

grpc::Status Failure() {
  google::rpc::ErrorInfo info;
  info.set_reason("PARSE_ERROR");
  info.set_domain("formulary");
  (*info.mutable_metadata())["column"] = "3";
  google::rpc::BadRequest request;
  auto* violation = request.add_field_violations();
  violation->set_field("program.outputs[0].text");
  violation->set_description("expected an operand");
  return WithDetail<google::protobuf::Any>(
      grpc::StatusCode::INVALID_ARGUMENT,
      "program.outputs[0].text: line 1, column 3: expected an operand\n  fail\n    ^",
      {Packed(info), Packed(request)});
}

grpc::Status Busy() {
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(1);
  retry.mutable_retry_delay()->set_nanos(500'000'000);
  return WithDetail<google::protobuf::Any>(grpc::StatusCode::RESOURCE_EXHAUSTED,
                                           "the queue is full", {Packed(retry)});
}

// The shape, and the elements as doubles.
struct Values {
  std::vector<int64_t> shape;
  std::vector<double> elements;
};

Values Decode(const v1::Array& array) {
  Values values{{array.shape().begin(), array.shape().end()}, {}};
  const std::string& raw = array.raw();
  const auto append = [&](auto sample) {
    for (size_t at = 0; at + sizeof sample <= raw.size(); at += sizeof sample) {
      std::memcpy(&sample, raw.data() + at, sizeof sample);
      values.elements.push_back(static_cast<double>(sample));
    }
  };
  if (array.dtype() == v1::DATA_TYPE_FLOAT32) append(float{});
  if (array.dtype() == v1::DATA_TYPE_FLOAT64) append(double{});
  if (array.dtype() == v1::DATA_TYPE_INT64) append(int64_t{});
  if (array.dtype() == v1::DATA_TYPE_BOOL) append(char{});
  return values;
}

v1::Array Encode(const Values& values, v1::DataType dtype) {
  v1::Array array;
  array.set_dtype(dtype);
  for (const int64_t extent : values.shape) array.add_shape(extent);
  std::string raw;
  for (const double element : values.elements) {
    const float narrow = static_cast<float>(element);
    const bool is_narrow = dtype == v1::DATA_TYPE_FLOAT32;
    raw.append(is_narrow ? reinterpret_cast<const char*>(&narrow)
                         : reinterpret_cast<const char*>(&element),
               is_narrow ? sizeof narrow : sizeof element);
  }
  array.set_raw(std::move(raw));
  return array;
}

// Sums inputs that are scalars or of one shape.
Values Sum(const google::protobuf::RepeatedPtrField<v1::NamedArray>& inputs) {
  Values sum{{}, {0}};
  for (const v1::NamedArray& input : inputs) {
    const Values values = Decode(input.array());
    if (values.shape.size() > sum.shape.size() || values.elements.size() != 1) {
      if (sum.elements.size() == 1) sum.elements.assign(values.elements.size(), sum.elements[0]);
      sum.shape = values.shape;
    }
    for (size_t i = 0; i < sum.elements.size(); ++i) {
      sum.elements[i] += values.elements[values.elements.size() == 1 ? 0 : i];
    }
  }
  return sum;
}

bool Has(const v1::Program& program, const std::string& word) {
  for (const v1::Output& output : program.outputs()) {
    if (output.text() == word) return true;
  }
  return false;
}

template <typename Response>
void Compute(const v1::EvaluateRequest& request, Response* response) {
  const v1::Program& program = request.program();
  const Values sum = Sum(request.inputs());
  const int outputs = std::max(1, program.outputs_size());
  for (int k = 0; k < outputs; ++k) {
    Values values = sum;
    for (double& element : values.elements) element *= k + 1;
    if (Has(program, "nan")) {
      for (size_t i = 0; i < values.elements.size(); i += 2) {
        values.elements[i] = std::numeric_limits<double>::quiet_NaN();
      }
    }
    v1::NamedArray* output = response->add_outputs();
    const bool named = k < program.outputs_size() && !program.outputs(k).name().empty();
    output->set_name(named ? program.outputs(k).name() : "y" + std::to_string(k));
    const bool narrow = request.options().output_dtype() == v1::DATA_TYPE_FLOAT32;
    *output->mutable_array() =
        Encode(values, narrow ? v1::DATA_TYPE_FLOAT32 : v1::DATA_TYPE_FLOAT64);
    if (Has(program, "garbled")) output->mutable_array()->add_shape(7);
    if (Has(program, "lists")) {
      output->mutable_array()->clear_shape();
      for (const double element : values.elements)
        output->mutable_array()->mutable_reals()->add_values(element);
    }
  }
  if (!request.options().want_report()) return;
  v1::EvaluationReport* report = response->mutable_report();
  report->set_kernel(kKernel);
  report->set_tier(v1::TIER_COMPILED);
  report->set_cache(v1::CACHE_OUTCOME_MEMORY);
  report->set_evaluate_seconds(0.001);
  report->set_elements(sum.elements.size());
}

}  // namespace

class FakeServer::Impl final : public v1::EvaluationService::Service,
                               public v1::SymbolicService::Service,
                               public v1::CatalogService::Service {
 public:
  explicit Impl(const Options& options) {
    char name[] = "/tmp/formulary-fake-XXXXXX";
    directory = mkdtemp(name);
    address = "unix:" + directory + "/grpc";
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address, grpc::InsecureServerCredentials());
    builder.SetMaxReceiveMessageSize(options.max_message_bytes);
    builder.RegisterService(static_cast<v1::EvaluationService::Service*>(this));
    builder.RegisterService(static_cast<v1::SymbolicService::Service*>(this));
    builder.RegisterService(static_cast<v1::CatalogService::Service*>(this));
    max_message_bytes = options.max_message_bytes;
    server = builder.BuildAndStart();
  }

  ~Impl() override {
    server->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
    server->Wait();
    std::filesystem::remove_all(directory);
  }

  grpc::Status Evaluate(grpc::ServerContext* context, const v1::EvaluateRequest* request,
                        v1::EvaluateResponse* response) override {
    int call = 0;
    {
      const std::lock_guard lock(mutex);
      call = ++evaluate_calls;
      last_request = *request;
      last_had_deadline =
          context->deadline() < std::chrono::system_clock::now() + std::chrono::hours(1);
    }
    if (Has(request->program(), "flaky") && call <= 2)
      return {grpc::StatusCode::UNAVAILABLE, "draining"};
    if (Has(request->program(), "slow")) {
      while (!context->IsCancelled()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
      return grpc::Status::CANCELLED;
    }
    return EvaluateOne(*request, response);
  }

  grpc::Status BatchEvaluate(grpc::ServerContext*, const v1::BatchEvaluateRequest* request,
                             v1::BatchEvaluateResponse* response) override {
    for (const v1::EvaluateRequest& item : request->requests()) {
      v1::BatchResult* result = response->add_results();
      const grpc::Status status = EvaluateOne(item, result->mutable_response());
      if (!status.ok()) result->mutable_error()->ParseFromString(status.error_details());
    }
    return grpc::Status::OK;
  }

  grpc::Status EvaluateStream(
      grpc::ServerContext*,
      grpc::ServerReaderWriter<v1::EvaluateStreamResponse, v1::EvaluateStreamRequest>* stream)
      override {
    v1::EvaluateStreamRequest message;
    if (!stream->Read(&message) || !message.has_start()) {
      return {grpc::StatusCode::INVALID_ARGUMENT, "the first message must be a start"};
    }
    const v1::EvaluateStreamStart start = message.start();
    while (stream->Read(&message)) {
      v1::EvaluateRequest request;
      *request.mutable_program() = start.program();
      *request.mutable_options() = start.options();
      *request.mutable_inputs() = start.inputs();
      request.mutable_inputs()->MergeFrom(message.chunk().inputs());
      if (Has(start.program(), "fail") && ++stream_chunks > 2) return Failure();
      v1::EvaluateStreamResponse response;
      Compute(request, &response);
      stream->Write(response);
      ++stream_chunks;
    }
    return grpc::Status::OK;
  }

  grpc::Status Compile(grpc::ServerContext*, const v1::CompileRequest* request,
                       v1::CompileResponse* response) override {
    if (Has(request->program(), "fail")) return Failure();
    FillKernel(response->mutable_kernel());
    response->mutable_cost()->set_operations(request->validate_only() ? 1 : 2);
    return grpc::Status::OK;
  }

  grpc::Status Simplify(grpc::ServerContext*, const v1::SimplifyRequest* request,
                        v1::SimplifyResponse* response) override {
    if (Has(request->program(), "fail")) return Failure();
    for (const v1::Output& output : request->program().outputs()) {
      response->add_texts("simple " + output.text());
      response->mutable_program()->add_outputs()->set_name(output.name());
    }
    response->set_operations_before(5);
    response->set_operations_after(2);
    response->set_stop_reason(v1::STOP_REASON_FINISHED);
    response->set_guard_points(8);
    v1::AppliedRule* rule = response->add_applied_rules();
    rule->set_rule("pythagoras");
    rule->set_count(1);
    rule->set_before("sin(x)**2 + cos(x)**2");
    rule->set_after("1");
    return grpc::Status::OK;
  }

  grpc::Status Differentiate(grpc::ServerContext*, const v1::DifferentiateRequest* request,
                             v1::DifferentiateResponse* response) override {
    if (Has(request->program(), "fail")) return Failure();
    const std::string kind = v1::DerivativeKind_Name(request->kind());
    for (const std::string& name : request->wrt()) {
      response->add_texts(kind + " " + std::to_string(request->order()));
      response->mutable_program()->add_outputs()->set_name("d" + name);
      response->add_rows(0);
      response->add_columns(7);
    }
    if (request->sparse()) response->add_seeds("sparse");
    if (request->include_values()) response->add_seeds("values");
    if (request->unsimplified()) response->add_seeds("unsimplified");
    response->set_mode(v1::DERIVATIVE_MODE_REVERSE);
    response->set_operations_before(5);
    response->set_operations_after(2);
    response->set_stop_reason(v1::STOP_REASON_FINISHED);
    return grpc::Status::OK;
  }

  grpc::Status Render(grpc::ServerContext*, const v1::RenderRequest* request,
                      v1::RenderResponse* response) override {
    response->set_text(v1::Format_Name(request->format()) +
                       (request->simplified() ? " simplified" : ""));
    return grpc::Status::OK;
  }

  // One output of one argument for each range (x without one), three points.
  grpc::Status Analyze(grpc::ServerContext*, const v1::AnalyzeRequest* request,
                       v1::AnalyzeResponse* response) override {
    if (Has(request->program(), "fail")) return Failure();
    for (const v1::Range& range : request->ranges()) response->add_arguments(range.argument());
    if (request->ranges().empty()) response->add_arguments("x");
    for (v1::ErrorSummary* summary :
         {response->add_as_written(), response->add_simplified(), response->add_compiled()}) {
      summary->set_output("y0");
      summary->set_mean_bits(summary == &response->as_written(0) ? 20.25 : 0.5);
      summary->set_max_bits(40);
      for (int k = 0; k < response->arguments_size(); ++k) summary->add_worst_inputs(1e8);
      summary->set_expected(5e-5);
    }
    response->set_tier(v1::TIER_COMPILED);
    response->set_samples(request->samples());
    response->set_undefined(2);
    v1::OperationError* operation = response->add_operations();
    operation->set_text("sqrt(x + 1) - sqrt(x)");
    operation->set_mean_bits(20);
    operation->set_max_bits(40);
    for (const double x : {-1e9, 1e-9, 1e9}) {
      if (!request->want_points()) break;
      v1::PointErrors* point = response->add_points();
      for (int k = 0; k < response->arguments_size(); ++k) point->add_arguments(x);
      point->add_as_written(x > 0 ? 40 : 10);
      point->add_simplified(1);
      if (request->improve()) point->add_improved(0);
    }
    if (request->improve()) {
      response->mutable_improved()->add_texts("1/(sqrt(x + 1) + sqrt(x))");
      *response->mutable_improved()->add_errors() = response->compiled(0);
      response->mutable_improved()->set_candidates(9);
    }
    return grpc::Status::OK;
  }

  // Five functions, two a page.
  grpc::Status ListFunctions(grpc::ServerContext*, const v1::ListFunctionsRequest* request,
                             v1::ListFunctionsResponse* response) override {
    const int first = request->page_token().empty() ? 0 : std::stoi(request->page_token());
    for (int i = first; i < std::min(first + 2, 5); ++i) FillFunction(i, response->add_functions());
    if (first + 2 < 5) response->set_next_page_token(std::to_string(first + 2));
    return grpc::Status::OK;
  }

  grpc::Status GetFunction(grpc::ServerContext*, const v1::GetFunctionRequest* request,
                           v1::GetFunctionResponse* response) override {
    if (request->name() != "f1")
      return {grpc::StatusCode::NOT_FOUND, "no function is called " + request->name()};
    FillFunction(1, response->mutable_function());
    return grpc::Status::OK;
  }

  grpc::Status ListKernels(grpc::ServerContext*, const v1::ListKernelsRequest*,
                           v1::ListKernelsResponse* response) override {
    FillKernel(response->add_kernels());
    return grpc::Status::OK;
  }

  grpc::Status GetKernel(grpc::ServerContext*, const v1::GetKernelRequest* request,
                         v1::GetKernelResponse* response) override {
    if (request->name() != kKernel) return {grpc::StatusCode::NOT_FOUND, "unknown kernel"};
    FillKernel(response->mutable_kernel());
    return grpc::Status::OK;
  }

  grpc::Status DeleteKernel(grpc::ServerContext*, const v1::DeleteKernelRequest* request,
                            v1::DeleteKernelResponse*) override {
    if (request->name() != kKernel) return {grpc::StatusCode::NOT_FOUND, "unknown kernel"};
    return grpc::Status::OK;
  }

  grpc::Status GetServerInfo(grpc::ServerContext*, const v1::GetServerInfoRequest*,
                             v1::GetServerInfoResponse* response) override {
    response->set_version("9.8.7");
    response->set_cpu_target("x86-64-v3");
    v1::Limit* limit = response->add_limits();
    limit->set_name("max_message_bytes");
    limit->set_value(max_message_bytes);
    limit->set_doc("Bytes of one message");
    return grpc::Status::OK;
  }

  mutable std::mutex mutex;
  int evaluate_calls = 0;
  v1::EvaluateRequest last_request;
  bool last_had_deadline = false;
  std::atomic<int> stream_chunks = 0;
  int max_message_bytes = 0;
  std::string directory;
  std::string address;
  std::unique_ptr<grpc::Server> server;

 private:
  static grpc::Status EvaluateOne(const v1::EvaluateRequest& request,
                                  v1::EvaluateResponse* response) {
    if (Has(request.program(), "fail")) return Failure();
    if (Has(request.program(), "busy")) return Busy();
    Compute(request, response);
    return grpc::Status::OK;
  }

  static void FillFunction(int i, v1::Function* function) {
    function->set_name("f" + std::to_string(i));
    function->set_group(i < 3 ? "first group" : "second group");
    function->set_doc("does thing " + std::to_string(i));
    function->set_min_arity(1);
    function->set_max_arity(static_cast<uint32_t>(i == 4 ? 0 : 1 + i / 2));
    function->add_dtypes(v1::DATA_TYPE_FLOAT64);
    function->add_derivatives("2*r");
    v1::DialectNames* names = function->add_aliases();
    names->set_dialect("sympy");
    names->add_names("F");
    names->add_names("G");
  }

  static void FillKernel(v1::Kernel* kernel) {
    kernel->set_name(kKernel);
    kernel->add_arguments()->set_name("x");
    kernel->add_outputs("y0");
    kernel->set_c_bytes(1234);
    kernel->set_compile_seconds(0.03);
    kernel->set_hits(1000);
    kernel->set_last_used(1.7e9);
    v1::Artifact* artifact = kernel->add_artifacts();
    artifact->set_key("aa55");
    artifact->set_loaded(true);
  }
};

FakeServer::FakeServer(const Options& options) : impl_(std::make_unique<Impl>(options)) {}
FakeServer::~FakeServer() = default;

const std::string& FakeServer::address() const { return impl_->address; }

int FakeServer::evaluate_calls() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->evaluate_calls;
}

int FakeServer::stream_chunks() const { return impl_->stream_chunks; }

v1::EvaluateRequest FakeServer::last_request() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->last_request;
}

bool FakeServer::last_had_deadline() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->last_had_deadline;
}

}  // namespace formulary::client
