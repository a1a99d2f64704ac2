#include "tests/bench/grpc_echo.h"

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/impl/client_unary_call.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/byte_buffer.h>
#include <malloc.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "formulary/v1/evaluation_service.grpc.pb.h"
#include "server/base/strings.h"

namespace formulary::bench {
namespace {

constexpr char kMethod[] = "/formulary.v1.EvaluationService/Evaluate";

class EchoService final
    : public v1::EvaluationService::WithRawCallbackMethod_Evaluate<v1::EvaluationService::Service> {
 public:
  explicit EchoService(size_t answer_bytes) : answer_bytes_(answer_bytes) {}

  grpc::ServerUnaryReactor* Evaluate(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response) override {
    std::vector<grpc::Slice> slices;
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    const grpc::Status status = request->Dump(&slices);
    size_t left = answer_bytes_;
    std::vector<grpc::Slice> answer;
    for (const grpc::Slice& slice : slices) {
      if (left == 0) break;
      const size_t size = std::min(left, slice.size());
      answer.push_back(slice.sub(0, size));
      left -= size;
    }
    *response = grpc::ByteBuffer(answer.data(), answer.size());
    reactor->Finish(status);
    return reactor;
  }

 private:
  const size_t answer_bytes_;
};

}  // namespace

void KeepPages() {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 512 << 20);
  mallopt(M_TOP_PAD, 16 << 20);
}

int ServeEcho(size_t answer_bytes) {
  EchoService service(answer_bytes);
  grpc::ServerBuilder builder;
  builder.SetMaxReceiveMessageSize(-1);
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  std::printf("listening grpc=127.0.0.1:%d\n", port);
  std::fflush(stdout);
  server->Wait();
  return 0;
}

struct RawCaller::Impl {
  std::shared_ptr<grpc::Channel> channel;
  grpc::ByteBuffer answer;
};

RawCaller::RawCaller(const std::string& address) : impl_(std::make_unique<Impl>()) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  // A connection of its own, shared with no other channel of this process.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  impl_->channel =
      grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

RawCaller::RawCaller(RawCaller&&) noexcept = default;
RawCaller::~RawCaller() = default;

absl::StatusOr<size_t> RawCaller::Evaluate(std::string_view request) {
  const grpc::Slice slice(request.data(), request.size(), grpc::Slice::STATIC_SLICE);
  grpc::ClientContext context;
  impl_->answer.Clear();
  const grpc::Status status = grpc::internal::BlockingUnaryCall<grpc::ByteBuffer, grpc::ByteBuffer>(
      impl_->channel.get(),
      grpc::internal::RpcMethod(kMethod, nullptr, grpc::internal::RpcMethod::NORMAL_RPC), &context,
      grpc::ByteBuffer(&slice, 1), &impl_->answer);
  if (!status.ok()) {
    return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  }
  return impl_->answer.Length();
}

std::string RawCaller::last_answer() const {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!impl_->answer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices)
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return bytes;
}

}  // namespace formulary::bench
