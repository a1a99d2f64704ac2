#include "client/cpp/channel.h"

#include <grpc/grpc.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/impl/client_unary_call.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/sync_stream.h>

#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "client/cpp/client.h"
#include "client/cpp/status_from_grpc.h"

namespace formulary::client {
namespace {

// Only UNAVAILABLE is safe to repeat blindly: the server did not take the request on.
constexpr char kServiceConfig[] = R"({"methodConfig":[{"name":[{}],"retryPolicy":{
  "maxAttempts":4,"initialBackoff":"0.02s","maxBackoff":"0.5s","backoffMultiplier":2,
  "retryableStatusCodes":["UNAVAILABLE"]}}]})";

// Pieces below this size are copied: a reference costs more.
constexpr size_t kCopyBytes = 512;

using Owner = std::shared_ptr<const void>;

grpc::Slice ToSlice(const Buffer::Piece& piece) {
  if (piece.size < kCopyBytes) return grpc::Slice(piece.data, piece.size);
  if (piece.owner == nullptr) return grpc::Slice(piece.data, piece.size, grpc::Slice::STATIC_SLICE);
  auto owner = std::make_unique<Owner>(piece.owner);
  // The slice is only read; gRPC's signature has no const.
  return grpc::Slice(
      const_cast<char*>(piece.data), piece.size,
      [](void* held) { std::unique_ptr<Owner>(static_cast<Owner*>(held)).reset(); },
      owner.release());
}

grpc::ByteBuffer ToByteBuffer(const Buffer& message) {
  std::vector<grpc::Slice> slices;
  slices.reserve(message.pieces().size());
  for (const Buffer::Piece& piece : message.pieces()) slices.push_back(ToSlice(piece));
  return grpc::ByteBuffer(slices.data(), slices.size());
}

absl::StatusOr<Buffer> FromByteBuffer(const grpc::ByteBuffer& bytes) {
  auto slices = std::make_shared<std::vector<grpc::Slice>>();
  if (bytes.Valid() && !bytes.Dump(slices.get()).ok()) {
    return absl::InternalError("the answer could not be decompressed");
  }
  Buffer message;
  for (const grpc::Slice& slice : *slices) {
    message.Append({reinterpret_cast<const char*>(slice.begin()), slice.size(), slices});
  }
  return message;
}

void SetDeadline(absl::Duration timeout, grpc::ClientContext* context) {
  if (timeout == absl::InfiniteDuration()) return;
  context->set_deadline(absl::ToChronoTime(absl::Now() + timeout));
}

class GrpcStream final : public RawStream {
 public:
  GrpcStream(std::shared_ptr<grpc::Channel> channel, const char* method, absl::Duration timeout)
      : channel_(std::move(channel)) {
    SetDeadline(timeout, &context_);
    stream_.reset(
        grpc::internal::ClientReaderWriterFactory<grpc::ByteBuffer, grpc::ByteBuffer>::Create(
            channel_.get(),
            grpc::internal::RpcMethod(method, nullptr, grpc::internal::RpcMethod::BIDI_STREAMING),
            &context_));
  }

  ~GrpcStream() override {
    if (finished_) return;
    context_.TryCancel();
    grpc::ByteBuffer rest;
    while (stream_->Read(&rest)) rest.Clear();
    stream_->Finish().ok();  // CANCELLED, as asked
  }

  bool Write(const Buffer& message) override { return stream_->Write(ToByteBuffer(message)); }
  void WritesDone() override { stream_->WritesDone(); }
  void Cancel() override { context_.TryCancel(); }

  std::optional<Buffer> Read() override {
    grpc::ByteBuffer bytes;
    if (!stream_->Read(&bytes)) return std::nullopt;
    absl::StatusOr<Buffer> message = FromByteBuffer(bytes);
    if (!message.ok()) context_.TryCancel();
    return message.ok() ? *std::move(message) : Buffer();
  }

  absl::Status Finish() override {
    finished_ = true;
    return StatusFromGrpc(stream_->Finish());
  }

 private:
  std::shared_ptr<grpc::Channel> channel_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer>> stream_;
  bool finished_ = false;
};

class GrpcChannel final : public Channel {
 public:
  explicit GrpcChannel(std::shared_ptr<grpc::Channel> channel) : channel_(std::move(channel)) {}

  absl::StatusOr<Buffer> Call(const char* method, const Buffer& request,
                              absl::Duration timeout) override {
    grpc::ClientContext context;
    SetDeadline(timeout, &context);
    grpc::ByteBuffer answer;
    // What the generated stubs call, with bytes in place of messages: waits on this thread, no
    // hand-over.
    const grpc::Status status =
        grpc::internal::BlockingUnaryCall<grpc::ByteBuffer, grpc::ByteBuffer>(
            channel_.get(),
            grpc::internal::RpcMethod(method, nullptr, grpc::internal::RpcMethod::NORMAL_RPC),
            &context, ToByteBuffer(request), &answer);
    if (!status.ok()) return StatusFromGrpc(status);
    return FromByteBuffer(answer);
  }

  std::unique_ptr<RawStream> OpenStream(const char* method, absl::Duration timeout) override {
    return std::make_unique<GrpcStream>(channel_, method, timeout);
  }

  bool WaitUntilConnected(absl::Duration timeout) override {
    return channel_->WaitForConnected(absl::ToChronoTime(absl::Now() + timeout));
  }

 private:
  std::shared_ptr<grpc::Channel> channel_;
};

// Keeps gRPC's library initialised until the process ends. Its shutdown, which otherwise comes with
// the last channel, was seen to wait 10 s for a poller of its own after messages of some hundred
// kilobytes.
void KeepGrpcInitialized() {
  static const bool initialized = (grpc_init(), true);
  static_cast<void>(initialized);
}

// An http_proxy in the environment must not stand between a client and its own machine.
bool IsLocal(std::string_view address) {
  return address.starts_with("unix:") || address.starts_with("localhost:") ||
         address.starts_with("127.") || address.starts_with("[::1]");
}

}  // namespace

std::shared_ptr<Channel> Channel::Make(const std::string& address, const ConnectOptions& options) {
  KeepGrpcInitialized();
  grpc::ChannelArguments arguments;
  arguments.SetServiceConfigJSON(kServiceConfig);
  arguments.SetMaxSendMessageSize(-1);
  arguments.SetMaxReceiveMessageSize(static_cast<int>(options.max_receive_bytes));
  arguments.SetInt(GRPC_ARG_PER_RPC_RETRY_BUFFER_SIZE,
                   static_cast<int>(options.retry_buffer_bytes));
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 5000);
  if (IsLocal(address)) arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return std::make_shared<GrpcChannel>(
      grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
}

}  // namespace formulary::client
