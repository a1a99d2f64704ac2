#include "tests/e2e/client.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/impl/client_unary_call.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/sync_stream.h>

#include <chrono>
#include <ostream>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace formulary::testing {
namespace {

using grpc::internal::RpcMethod;

grpc::ByteBuffer ToBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

std::string FromBuffer(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Valid() || !buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices)
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return bytes;
}

CallStatus FromGrpc(const grpc::Status& status) {
  CallStatus result = TakeApart(status.error_details());
  result.code = status.error_code();
  result.message = status.error_message();
  return result;
}

void SetDeadline(double seconds, grpc::ClientContext* context) {
  if (seconds == 0) return;
  context->set_deadline(std::chrono::system_clock::now() +
                        std::chrono::microseconds(static_cast<int64_t>(seconds * 1e6)));
}

class GrpcByteStream final : public ByteStream {
 public:
  GrpcByteStream(grpc::Channel* channel, const std::string& method, double timeout_seconds)
      : method_("/" + method) {
    SetDeadline(timeout_seconds, &context_);
    stream_.reset(
        grpc::internal::ClientReaderWriterFactory<grpc::ByteBuffer, grpc::ByteBuffer>::Create(
            channel, RpcMethod(method_.c_str(), nullptr, RpcMethod::BIDI_STREAMING), &context_));
  }
  ~GrpcByteStream() override {
    if (!finished_) context_.TryCancel();
    if (!finished_) Finish();
  }
  bool Write(const std::string& bytes) override { return stream_->Write(ToBuffer(bytes)); }
  bool Read(std::string* bytes) override {
    grpc::ByteBuffer buffer;
    if (!stream_->Read(&buffer)) return false;
    *bytes = FromBuffer(buffer);
    return true;
  }
  void WritesDone() override { stream_->WritesDone(); }
  CallStatus Finish() override {
    finished_ = true;
    return FromGrpc(stream_->Finish());
  }

 private:
  const std::string method_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer>> stream_;
  bool finished_ = false;
};

}  // namespace

std::ostream& operator<<(std::ostream& out, const CallStatus& status) {
  out << "code " << status.code << " " << status.reason << " \"" << status.message << "\"";
  for (const std::string& field : status.fields) out << " field " << field;
  return out;
}

CallStatus TakeApart(const std::string& rpc_status) {
  CallStatus result;
  google::rpc::Status status;
  if (!status.ParseFromString(rpc_status)) return result;
  result.code = status.code();
  result.message = status.message();
  google::rpc::ErrorInfo info;
  google::rpc::BadRequest bad;
  google::rpc::RetryInfo retry;
  for (const google::protobuf::Any& any : status.details()) {
    if (any.UnpackTo(&info)) {
      result.reason = info.reason();
      result.domain = info.domain();
      result.metadata.insert(info.metadata().begin(), info.metadata().end());
    } else if (any.UnpackTo(&bad)) {
      for (const auto& violation : bad.field_violations())
        result.fields.push_back(violation.field());
    } else if (any.UnpackTo(&retry)) {
      result.retry_seconds =
          static_cast<double>(retry.retry_delay().seconds()) + retry.retry_delay().nanos() * 1e-9;
    }
  }
  return result;
}

struct Client::Connection {
  std::shared_ptr<grpc::Channel> channel;
};

Client::Client(const std::string& address) : connection_(std::make_unique<Connection>()) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // a connection of its own
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  connection_->channel =
      grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

Client::~Client() = default;

Reply<std::string> Client::CallBytes(const std::string& method, const std::string& request,
                                     const CallSettings& settings) const {
  grpc::ClientContext context;
  SetDeadline(settings.timeout_seconds, &context);
  if (settings.gzip) context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  grpc::ByteBuffer response;
  const std::string path = "/" + method;
  const grpc::Status status = grpc::internal::BlockingUnaryCall<grpc::ByteBuffer, grpc::ByteBuffer>(
      connection_->channel.get(), RpcMethod(path.c_str(), nullptr, RpcMethod::NORMAL_RPC), &context,
      ToBuffer(request), &response);
  return {.status = FromGrpc(status), .message = status.ok() ? FromBuffer(response) : ""};
}

std::unique_ptr<ByteStream> Client::Stream(const std::string& method,
                                           double timeout_seconds) const {
  return std::make_unique<GrpcByteStream>(connection_->channel.get(), method, timeout_seconds);
}

}  // namespace formulary::testing
