#include "tests/bench/grpc_echo.h"

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/impl/client_unary_call.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/sync_stream.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
#include <thread>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "formulary/v1/evaluation_service.grpc.pb.h"
#include "server/base/mutex.h"
#include "tests/bench/figures.h"

namespace formulary::bench {
namespace {

constexpr char kMethod[] = "/formulary.v1.EvaluationService/Evaluate";
constexpr char kStreamMethod[] = "/formulary.v1.EvaluationService/EvaluateStream";
// Messages of a stream that the echo holds at a time: as many as formularyd does.
constexpr size_t kStreamWindow = 4;
// gRPC 1.51 now and then takes a connection under way for one refused (it looks at errno after
// other calls have changed it: grpc/grpc pull request 35064), and tries again a second later.
constexpr std::chrono::seconds kConnectLimit{20};

// The first bytes of a message, in the slices it came in.
grpc::Status Prefix(const grpc::ByteBuffer& message, size_t bytes, grpc::ByteBuffer* prefix) {
  std::vector<grpc::Slice> slices;
  const grpc::Status status = message.Dump(&slices);
  std::vector<grpc::Slice> kept;
  for (const grpc::Slice& slice : slices) {
    if (bytes == 0) break;
    const size_t size = std::min(bytes, slice.size());
    kept.push_back(slice.sub(0, size));
    bytes -= size;
  }
  *prefix = grpc::ByteBuffer(kept.data(), kept.size());
  return status;
}

// One stream of the echo. Reads and writes are reported on different threads.
class EchoStream final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  explicit EchoStream(size_t answer_bytes) : answer_bytes_(answer_bytes) { StartRead(&read_); }

  void OnReadDone(bool ok) override {
    base::MutexLock lock(&mutex_);
    reading_ = false;
    if (!ok) {
      read_all_ = true;
    } else if (!started_) {
      started_ = true;
    } else if (!Prefix(read_, answer_bytes_, &answers_.emplace_back()).ok()) {
      answers_.pop_back();
    }
    Advance();
  }
  void OnWriteDone(bool ok) override {
    base::MutexLock lock(&mutex_);
    writing_ = false;
    answers_.pop_front();
    read_all_ |= !ok;
    Advance();
  }
  void OnDone() override { delete this; }

 private:
  void Advance() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (finished_) return;
    if (!writing_ && !answers_.empty()) {
      writing_ = true;
      StartWrite(&answers_.front());
    } else if (answers_.empty() && read_all_) {
      finished_ = true;
      return Finish(grpc::Status::OK);
    }
    if (!reading_ && !read_all_ && answers_.size() < kStreamWindow) {
      reading_ = true;
      StartRead(&read_);
    }
  }

  const size_t answer_bytes_;
  base::Mutex mutex_;
  grpc::ByteBuffer read_ ABSL_GUARDED_BY(mutex_);
  std::deque<grpc::ByteBuffer> answers_ ABSL_GUARDED_BY(mutex_);  // the front one is being written
  bool started_ ABSL_GUARDED_BY(mutex_) = false;
  bool reading_ ABSL_GUARDED_BY(mutex_) = true;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool read_all_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

using EchoBase = v1::EvaluationService::WithRawCallbackMethod_Evaluate<
    v1::EvaluationService::WithRawCallbackMethod_EvaluateStream<v1::EvaluationService::Service>>;

class EchoService final : public EchoBase {
 public:
  explicit EchoService(size_t answer_bytes) : answer_bytes_(answer_bytes) {}

  grpc::ServerUnaryReactor* Evaluate(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response) override {
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(Prefix(*request, answer_bytes_, response));
    return reactor;
  }
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* EvaluateStream(
      grpc::CallbackServerContext*) override {
    return new EchoStream(answer_bytes_);
  }

 private:
  const size_t answer_bytes_;
};

}  // namespace

int ServeEcho(size_t answer_bytes) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);  // as formularyd does
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
  if (!impl_->channel->WaitForConnected(std::chrono::system_clock::now() + kConnectLimit))
    Die(absl::UnavailableError("no connection to " + address));
}

RawCaller::RawCaller(RawCaller&&) noexcept = default;
RawCaller::~RawCaller() = default;

namespace {

absl::Status FromGrpc(const grpc::Status& status) {
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

grpc::ByteBuffer Borrowed(std::string_view bytes) {
  const grpc::Slice slice(bytes.data(), bytes.size(), grpc::Slice::STATIC_SLICE);
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace

absl::StatusOr<size_t> RawCaller::Evaluate(std::string_view request) {
  grpc::ClientContext context;
  impl_->answer.Clear();
  const grpc::Status status = grpc::internal::BlockingUnaryCall<grpc::ByteBuffer, grpc::ByteBuffer>(
      impl_->channel.get(),
      grpc::internal::RpcMethod(kMethod, nullptr, grpc::internal::RpcMethod::NORMAL_RPC), &context,
      Borrowed(request), &impl_->answer);
  if (!status.ok()) return FromGrpc(status);
  return impl_->answer.Length();
}

absl::Status RawCaller::EvaluateStream(const Stream& stream) {
  grpc::ClientContext context;
  const std::unique_ptr<grpc::ClientReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer>> call(
      grpc::internal::ClientReaderWriterFactory<grpc::ByteBuffer, grpc::ByteBuffer>::Create(
          impl_->channel.get(),
          grpc::internal::RpcMethod(kStreamMethod, nullptr,
                                    grpc::internal::RpcMethod::BIDI_STREAMING),
          &context));
  std::thread writer([&] {
    bool going = call->Write(Borrowed(stream.start));
    for (int64_t i = 0; going && i < stream.chunks; ++i)
      going = call->Write(Borrowed(stream.chunk));
    call->WritesDone();
  });
  int64_t answers = 0;
  bool of_size = true;
  for (grpc::ByteBuffer answer; call->Read(&answer);) {
    of_size = of_size && answer.Length() == stream.answer_bytes;
    ++answers;
    if (stream.maybe_answered != nullptr) stream.maybe_answered(answers);
  }
  writer.join();
  const grpc::Status status = call->Finish();
  if (!status.ok()) return FromGrpc(status);
  return of_size && answers == stream.chunks
             ? absl::OkStatus()
             : absl::InternalError("an answer of another size, or not one for each chunk");
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
