#include "client/cpp/client.h"

#include <utility>

#include "client/cpp/channel.h"
#include "client/cpp/status_macros.h"
#include "client/cpp/text.h"
#include "client/cpp/wire.h"

namespace formulary::client {
namespace {

constexpr char kCompile[] = "/formulary.v1.EvaluationService/Compile";
constexpr char kEvaluate[] = "/formulary.v1.EvaluationService/Evaluate";
constexpr char kBatchEvaluate[] = "/formulary.v1.EvaluationService/BatchEvaluate";
constexpr char kEvaluateStream[] = "/formulary.v1.EvaluationService/EvaluateStream";
constexpr char kCreateRegion[] = "/formulary.v1.EvaluationService/CreateRegion";
constexpr char kDeleteRegion[] = "/formulary.v1.EvaluationService/DeleteRegion";
constexpr char kSimplify[] = "/formulary.v1.SymbolicService/Simplify";
constexpr char kDifferentiate[] = "/formulary.v1.SymbolicService/Differentiate";
constexpr char kRender[] = "/formulary.v1.SymbolicService/Render";
constexpr char kAnalyze[] = "/formulary.v1.SymbolicService/Analyze";
constexpr char kListFunctions[] = "/formulary.v1.CatalogService/ListFunctions";
constexpr char kGetFunction[] = "/formulary.v1.CatalogService/GetFunction";
constexpr char kListKernels[] = "/formulary.v1.CatalogService/ListKernels";
constexpr char kGetKernel[] = "/formulary.v1.CatalogService/GetKernel";
constexpr char kDeleteKernel[] = "/formulary.v1.CatalogService/DeleteKernel";
constexpr char kGetServerInfo[] = "/formulary.v1.CatalogService/GetServerInfo";

template <typename Response, typename Request>
absl::StatusOr<Response> Call(Channel& channel, const char* method, const Request& request,
                              absl::Duration timeout) {
  ASSIGN_OR_RETURN(const Buffer answer,
                   channel.Call(method, Buffer(request.SerializeAsString()), timeout));
  Response response;
  if (!response.ParseFromString(answer.Flattened())) {
    return absl::InternalError("the server's answer is not the expected message");
  }
  return response;
}

// Parses the target's program into the field of a request that holds it.
absl::Status SetProgram(const Target& target, v1::Program* program) {
  RETURN_IF_ERROR(target.status());
  if (target.is_kernel())
    return absl::InvalidArgumentError("this call takes a program, not a kernel's name");
  if (!program->ParseFromString(*target.bytes()))
    return absl::InternalError("a program lost its encoding");
  return absl::OkStatus();
}

absl::Status CheckPlaces(const EvaluateOptions& options) {
  for (const NamedArray& place : options.output_places) {
    if (place.array.region() != nullptr) continue;
    return absl::InvalidArgumentError(
        Cat("the place of output \"", place.name, "\" is not in a SharedRegion"));
  }
  return absl::OkStatus();
}

// Asks for page after page; `rows` picks a page's rows.
template <typename Response, typename Request, typename Rows>
auto CallPaged(Channel& channel, const char* method, Request request, Rows rows,
               absl::Duration timeout)
    -> absl::StatusOr<std::vector<
        typename std::decay_t<decltype(*rows(std::declval<Response*>()))>::value_type>> {
  std::vector<typename std::decay_t<decltype(*rows(std::declval<Response*>()))>::value_type> all;
  while (true) {
    ASSIGN_OR_RETURN(Response page, Call<Response>(channel, method, request, timeout));
    for (auto& row : *rows(&page)) all.push_back(std::move(row));
    if (page.next_page_token().empty()) return all;
    if (page.next_page_token() == request.page_token()) {
      return absl::InternalError("the server repeats a page of its list");
    }
    request.set_page_token(page.next_page_token());
  }
}

}  // namespace

const Array* Result::Find(std::string_view name) const {
  for (const NamedArray& output : outputs) {
    if (output.name == name) return &output.array;
  }
  return nullptr;
}

Client::Client(std::shared_ptr<Channel> channel) : channel_(std::move(channel)) {}

absl::StatusOr<Client> Client::Connect(std::string_view address, const ConnectOptions& options) {
  if (address.empty()) return absl::InvalidArgumentError("the server's address is empty");
  return Client(Channel::Make(std::string(address), options));
}

absl::Status Client::WaitUntilConnected(absl::Duration timeout) const {
  if (channel_->WaitUntilConnected(timeout)) return absl::OkStatus();
  return absl::UnavailableError(Cat("no connection after ", absl::FormatDuration(timeout)));
}

absl::StatusOr<Result> Client::Evaluate(const Target& target, const std::vector<NamedArray>& inputs,
                                        const EvaluateOptions& options) const {
  RETURN_IF_ERROR(target.status());
  RETURN_IF_ERROR(CheckPlaces(options));
  ASSIGN_OR_RETURN(
      const Buffer answer,
      channel_->Call(kEvaluate, WriteEvaluateRequest(target, inputs, options), options.timeout));
  return ReadEvaluateResponse(answer, options.output_places);
}

absl::StatusOr<std::vector<absl::StatusOr<Result>>> Client::BatchEvaluate(
    absl::Span<const BatchItem> items, const CallOptions& options) const {
  std::vector<Buffer> requests;
  requests.reserve(items.size());
  for (const BatchItem& item : items) {
    RETURN_IF_ERROR(item.target.status());
    RETURN_IF_ERROR(CheckPlaces(item.options));
    requests.push_back(WriteEvaluateRequest(item.target, item.inputs, item.options));
  }
  ASSIGN_OR_RETURN(const Buffer answer,
                   channel_->Call(kBatchEvaluate, WriteBatchRequest(requests), options.timeout));
  ASSIGN_OR_RETURN(auto results, ReadBatchResponse(answer, items));
  if (results.size() != items.size()) {
    return absl::InternalError(
        Cat("the server answered ", results.size(), " of ", items.size(), " items"));
  }
  return results;
}

absl::StatusOr<StreamCall> Client::EvaluateStream(const Target& target,
                                                  const std::vector<NamedArray>& shared_inputs,
                                                  const EvaluateOptions& options) const {
  RETURN_IF_ERROR(target.status());
  if (!options.output_places.empty())
    return absl::InvalidArgumentError("a stream's outputs come in its answers, not in places");
  std::unique_ptr<RawStream> stream = channel_->OpenStream(kEvaluateStream, options.timeout);
  if (!stream->Write(WriteStreamStart(WriteEvaluateRequest(target, shared_inputs, options)))) {
    while (stream->Read().has_value()) continue;
    const absl::Status status = stream->Finish();
    return status.ok() ? absl::InternalError("the server ended the stream at once") : status;
  }
  return StreamCall(std::move(stream));
}

absl::StatusOr<v1::CompileResponse> Client::Compile(const Target& program,
                                                    const EvaluateOptions& options,
                                                    CompileAction action) const {
  v1::CompileRequest request;
  RETURN_IF_ERROR(SetProgram(program, request.mutable_program()));
  *request.mutable_options() = ToProto(options);
  request.set_validate_only(action == CompileAction::kValidate);
  return Call<v1::CompileResponse>(*channel_, kCompile, request, options.timeout);
}

absl::StatusOr<v1::SimplifyResponse> Client::Simplify(const Target& program,
                                                      const v1::Budget& budget,
                                                      const CallOptions& options) const {
  v1::SimplifyRequest request;
  RETURN_IF_ERROR(SetProgram(program, request.mutable_program()));
  *request.mutable_budget() = budget;
  return Call<v1::SimplifyResponse>(*channel_, kSimplify, request, options.timeout);
}

absl::StatusOr<v1::DifferentiateResponse> Client::Differentiate(
    const Target& program, const DifferentiateOptions& options) const {
  v1::DifferentiateRequest request;
  RETURN_IF_ERROR(SetProgram(program, request.mutable_program()));
  request.mutable_wrt()->Assign(options.wrt.begin(), options.wrt.end());
  request.set_kind(options.kind);
  request.set_order(options.order);
  request.set_include_values(options.include_values);
  request.set_sparse(options.sparse);
  request.set_unsimplified(options.unsimplified);
  return Call<v1::DifferentiateResponse>(*channel_, kDifferentiate, request, options.timeout);
}

absl::StatusOr<std::string> Client::Render(const Target& program, v1::Format format, RenderOf of,
                                           const CallOptions& options) const {
  v1::RenderRequest request;
  RETURN_IF_ERROR(SetProgram(program, request.mutable_program()));
  request.set_format(format);
  request.set_simplified(of == RenderOf::kSimplified);
  ASSIGN_OR_RETURN(v1::RenderResponse response,
                   Call<v1::RenderResponse>(*channel_, kRender, request, options.timeout));
  return std::move(*response.mutable_text());
}

absl::StatusOr<v1::AnalyzeResponse> Client::Analyze(const Target& program,
                                                    const AnalyzeOptions& options) const {
  v1::AnalyzeRequest request;
  RETURN_IF_ERROR(SetProgram(program, request.mutable_program()));
  for (const v1::Range& range : options.ranges) *request.add_ranges() = range;
  request.set_samples(options.samples);
  request.set_improve(options.improve);
  request.set_want_points(options.want_points);
  return Call<v1::AnalyzeResponse>(*channel_, kAnalyze, request, options.timeout);
}

absl::StatusOr<std::vector<v1::Function>> Client::ListFunctions(const CallOptions& options) const {
  return CallPaged<v1::ListFunctionsResponse>(
      *channel_, kListFunctions, v1::ListFunctionsRequest(),
      [](v1::ListFunctionsResponse* page) { return page->mutable_functions(); }, options.timeout);
}

absl::StatusOr<v1::Function> Client::GetFunction(std::string_view name,
                                                 const CallOptions& options) const {
  v1::GetFunctionRequest request;
  request.set_name(std::string(name));
  ASSIGN_OR_RETURN(
      v1::GetFunctionResponse response,
      Call<v1::GetFunctionResponse>(*channel_, kGetFunction, request, options.timeout));
  return std::move(*response.mutable_function());
}

absl::StatusOr<std::vector<v1::Kernel>> Client::ListKernels(const CallOptions& options) const {
  return CallPaged<v1::ListKernelsResponse>(
      *channel_, kListKernels, v1::ListKernelsRequest(),
      [](v1::ListKernelsResponse* page) { return page->mutable_kernels(); }, options.timeout);
}

absl::StatusOr<v1::Kernel> Client::GetKernel(std::string_view name,
                                             const CallOptions& options) const {
  v1::GetKernelRequest request;
  request.set_name(std::string(name));
  ASSIGN_OR_RETURN(v1::GetKernelResponse response,
                   Call<v1::GetKernelResponse>(*channel_, kGetKernel, request, options.timeout));
  return std::move(*response.mutable_kernel());
}

absl::Status Client::DeleteKernel(std::string_view name, const CallOptions& options) const {
  v1::DeleteKernelRequest request;
  request.set_name(std::string(name));
  return Call<v1::DeleteKernelResponse>(*channel_, kDeleteKernel, request, options.timeout)
      .status();
}

absl::StatusOr<v1::Region> Client::CreateRegion(uint64_t byte_size,
                                                const CallOptions& options) const {
  v1::CreateRegionRequest request;
  request.set_byte_size(byte_size);
  ASSIGN_OR_RETURN(
      v1::CreateRegionResponse response,
      Call<v1::CreateRegionResponse>(*channel_, kCreateRegion, request, options.timeout));
  return std::move(*response.mutable_region());
}

absl::Status Client::DeleteRegion(std::string_view name, const CallOptions& options) const {
  v1::DeleteRegionRequest request;
  request.set_name(std::string(name));
  return Call<v1::DeleteRegionResponse>(*channel_, kDeleteRegion, request, options.timeout)
      .status();
}

absl::StatusOr<v1::GetServerInfoResponse> Client::GetServerInfo(const CallOptions& options) const {
  return Call<v1::GetServerInfoResponse>(*channel_, kGetServerInfo, v1::GetServerInfoRequest(),
                                         options.timeout);
}

}  // namespace formulary::client
