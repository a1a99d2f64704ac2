#ifndef FORMULARY_CLIENT_CPP_CLIENT_H_
#define FORMULARY_CLIENT_CPP_CLIENT_H_

// A connection to a Formulary server. Start reading here:
//
//   absl::StatusOr<Client> client = Client::Connect("localhost:7433");
//   absl::StatusOr<Result> result = client->Evaluate("exp(-x**2/2)", {{"x", std::vector<double>{-1,
//   0, 1}}}); absl::Span<const double> y = result->outputs[0].array.As<double>();
//
// Every call blocks until the server answers. Failures are absl::Status with the server's code and
// message; GetErrorDetail (status.h) tells the stable reason and the field at fault. Codes a caller
// meets: INVALID_ARGUMENT the request is wrong; NOT_FOUND unknown kernel or function; UNIMPLEMENTED
// nothing computes it; RESOURCE_EXHAUSTED no capacity now, or a message over the server's limit;
// DEADLINE_EXCEEDED, CANCELLED; UNAVAILABLE no server, or it is draining (retried up to three times
// before it is returned); INTERNAL the server's (or this library's) fault.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "client/cpp/array.h"
#include "client/cpp/stream_call.h"
#include "client/cpp/target.h"
#include "formulary/v1/catalog_service.pb.h"
#include "formulary/v1/evaluation_service.pb.h"
#include "formulary/v1/symbolic_service.pb.h"

namespace formulary::client {

class Channel;  // channel.h

struct ConnectOptions {
  int64_t max_receive_bytes = -1;                 // largest answer accepted; -1: any
  int64_t retry_buffer_bytes = 64 * 1024 * 1024;  // requests up to this size can be retried
};

struct CallOptions {
  absl::Duration timeout = absl::InfiniteDuration();  // infinite: the server's default deadline
};

// When the compiled kernel is used; the numbers of formulary.v1.CompilationMode.
enum class Compilation : uint8_t {
  kAuto = 1,   // interpret until the kernel is there; never wait
  kWait = 2,   // wait for the compiled kernel
  kNever = 3,  // interpret only
};

struct EvaluateOptions {
  Compilation compilation = Compilation::kAuto;
  DType output_dtype = DType::kUnspecified;  // unspecified: the type of each expression
  bool want_report = false;
  absl::Duration timeout = absl::InfiniteDuration();  // infinite: the server's default deadline
  // Outputs that are written to shared memory: arrays of a SharedRegion (region.h) with the bytes
  // of the outputs of those names. They must overlap neither one another nor the inputs.
  std::vector<NamedArray> output_places = {};
};

// What one evaluation gave.
struct Result {
  std::vector<NamedArray> outputs;  // in the program's order, of the broadcast shape
  v1::EvaluationReport report;      // empty unless it was wanted

  // The output of that name; null when there is none.
  const Array* Find(std::string_view name) const;
};

// Which derivatives, of which every output has its own.
struct DifferentiateOptions {
  v1::DerivativeKind kind = v1::DERIVATIVE_KIND_UNSPECIFIED;  // gradient; order when order > 1
  std::vector<std::string> wrt;  // arguments; empty: all that can be differentiated by
  uint32_t order = 0;            // 0: the kind's own
  bool include_values = false;   // the outputs themselves come first
  bool sparse = false;           // leaves out what is 0 everywhere, and half of a Hessian
  bool unsimplified = false;
  absl::Duration timeout = absl::InfiniteDuration();  // infinite: the server's default deadline
};

// One item of a batch.
struct BatchItem {
  Target target;
  std::vector<NamedArray> inputs;
  EvaluateOptions options;  // timeout is the batch's, not the item's
};

// Thread-safe; copies share the connection.
class Client {
 public:
  // HOST:PORT, unix:/path/of/socket, or any other gRPC target; without TLS. Connects when the first
  // call needs it and again whenever the connection is lost. INVALID_ARGUMENT for an empty address.
  static absl::StatusOr<Client> Connect(std::string_view address,
                                        const ConnectOptions& options = {});

  // OK as soon as there is a connection; UNAVAILABLE when there is none after `timeout`.
  absl::Status WaitUntilConnected(absl::Duration timeout) const;

  // Evaluates in one call. Inputs broadcast by NumPy's rules; their elements are sent from where
  // they lie and may be released as soon as the call returns (Arrays see to that themselves).
  absl::StatusOr<Result> Evaluate(const Target& target, const std::vector<NamedArray>& inputs,
                                  const EvaluateOptions& options = {}) const;

  // Evaluates the items in parallel on the server, in one call; one bad item spoils no other. The
  // results stand in the order of the items.
  absl::StatusOr<std::vector<absl::StatusOr<Result>>> BatchEvaluate(
      absl::Span<const BatchItem> items, const CallOptions& options = {}) const;

  // Opens a stream of chunks; `shared_inputs` belong to each of them. The timeout is the whole
  // stream's.
  absl::StatusOr<StreamCall> EvaluateStream(const Target& target,
                                            const std::vector<NamedArray>& shared_inputs,
                                            const EvaluateOptions& options = {}) const;

  // Compiles (with kValidate: only checks, and predicts the cost). kWait returns with the kernel
  // built.
  enum class CompileAction : uint8_t { kCompile, kValidate };
  absl::StatusOr<v1::CompileResponse> Compile(const Target& program,
                                              const EvaluateOptions& options = {},
                                              CompileAction action = CompileAction::kCompile) const;

  absl::StatusOr<v1::SimplifyResponse> Simplify(const Target& program,
                                                const v1::Budget& budget = {},
                                                const CallOptions& options = {}) const;

  // A program of derivatives. INVALID_ARGUMENT for a name that is no argument, or an argument of
  // integers; UNIMPLEMENTED names the function that has no derivative.
  absl::StatusOr<v1::DifferentiateResponse> Differentiate(
      const Target& program, const DifferentiateOptions& options = {}) const;

  // The program in a notation, as sent or simplified. C is always what would be compiled.
  enum class RenderOf : uint8_t { kAsSent, kSimplified };
  absl::StatusOr<std::string> Render(const Target& program, v1::Format format, RenderOf of,
                                     const CallOptions& options = {}) const;

  // Errors of the program's outputs against exact values, over points drawn from `ranges`.
  struct AnalyzeOptions {
    std::vector<v1::Range> ranges;  // of arguments without one: by their assumptions
    uint32_t samples = 0;           // 0: the server's default
    bool improve = false;           // search for a more accurate program
    bool want_points = false;       // the errors at each point
    absl::Duration timeout = absl::InfiniteDuration();
  };
  absl::StatusOr<v1::AnalyzeResponse> Analyze(const Target& program,
                                              const AnalyzeOptions& options) const;

  // The function catalogue in name order, and one row of it by name or alias.
  absl::StatusOr<std::vector<v1::Function>> ListFunctions(const CallOptions& options = {}) const;
  absl::StatusOr<v1::Function> GetFunction(std::string_view name,
                                           const CallOptions& options = {}) const;

  // The kernels the server knows, in name order; names are kernels/<64 hex digits>.
  absl::StatusOr<std::vector<v1::Kernel>> ListKernels(const CallOptions& options = {}) const;
  absl::StatusOr<v1::Kernel> GetKernel(std::string_view name,
                                       const CallOptions& options = {}) const;
  absl::Status DeleteKernel(std::string_view name, const CallOptions& options = {}) const;

  // Memory shared with a server on this machine; SharedRegion (region.h) maps it and gives it back.
  absl::StatusOr<v1::Region> CreateRegion(uint64_t byte_size,
                                          const CallOptions& options = {}) const;
  absl::Status DeleteRegion(std::string_view name, const CallOptions& options = {}) const;

  // Version, limits in force, CPU target, sandbox level.
  absl::StatusOr<v1::GetServerInfoResponse> GetServerInfo(const CallOptions& options = {}) const;

 private:
  explicit Client(std::shared_ptr<Channel> channel);

  std::shared_ptr<Channel> channel_;
};

}  // namespace formulary::client

#endif  // FORMULARY_CLIENT_CPP_CLIENT_H_
