#include "server/service/reactors.h"

#include <grpcpp/server_context.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "server/base/clock.h"
#include "server/base/error.h"
#include "server/base/strings.h"
#include "server/service/byte_buffer.h"
#include "server/service/evaluate_stream.h"
#include "server/service/status.h"

namespace formulary::service {
namespace {

ClientDeadline DeadlineOf(const grpc::CallbackServerContext& context) {
  const absl::Duration remaining =
      absl::FromChrono(context.deadline() - std::chrono::system_clock::now());
  // gRPC shows a call without a deadline as one that ends in centuries.
  return {.given = remaining < absl::Hours(24 * 365), .remaining = remaining};
}

// Cancelled because the deadline has passed is DEADLINE_EXCEEDED, as the client sees it.
absl::Status Told(const absl::Status& status, const base::Deadline& deadline) {
  if (status.code() != absl::StatusCode::kCancelled || !deadline.expired()) return status;
  return absl::DeadlineExceededError("the deadline has passed");
}

// Measures one call. One thread at a time.
class CallTimer {
 public:
  CallTimer(Metrics* metrics, Method method)
      : metrics_(*metrics), method_(method), start_(base::Clock::Real()->Now()) {
    metrics_.CallStarted();
  }
  void End(const grpc::Status& status) {
    const absl::Duration elapsed = base::Elapsed(start_, base::Clock::Real()->Now());
    metrics_.CallEnded(method_, status.error_code(), absl::ToDoubleSeconds(elapsed));
  }

 private:
  Metrics& metrics_;
  const Method method_;
  const base::SteadyTime start_;
};

absl::Status CheckServing(const RpcContext& rpc) {
  if (!rpc.draining->load(std::memory_order_relaxed)) return absl::OkStatus();
  return base::MakeError(absl::StatusCode::kUnavailable, "the server is draining",
                         {.reason = "DRAINING"});
}

class UnaryReactor final : public grpc::ServerUnaryReactor, public Call {
 public:
  UnaryReactor(const RpcContext& rpc, Method method, CallTerms terms, grpc::ByteBuffer* response)
      : Call(std::move(terms)),
        open_calls_(*rpc.open_calls),
        timer_(rpc.metrics, method),
        received_(rpc.service->budget),
        response_(response) {}

  // Owns itself from here to OnDone.
  void Start(const RpcContext& rpc, std::shared_ptr<UnaryReactor> self,
             const grpc::ByteBuffer& request, absl::FunctionRef<void(CallPtr)> handler) {
    self_ = self;
    open_calls_.Enter();
    absl::Status status = CheckServing(rpc);
    if (status.ok()) status = terms().Check();
    if (status.ok()) status = received_.Grow(request.Length());
    if (!status.ok()) return Finish(status);
    set_request(FromByteBuffer(request));
    handler(std::move(self));
  }

  void Finish(absl::StatusOr<Outgoing> answer) override {
    grpc::Status status;
    if (answer.ok()) {
      *response_ = ToByteBuffer(*std::move(answer));
    } else {
      status = ToGrpcStatus(Told(answer.status(), terms().deadline));
    }
    timer_.End(status);
    grpc::ServerUnaryReactor::Finish(status);  // OnDone may have run when this returns
  }

  void OnCancel() override { terms().cancel->store(true); }

  void OnDone() override {
    received_.Shrink(received_.bytes());
    ReleaseKept();
    open_calls_.Leave();
    const std::shared_ptr<UnaryReactor> self = std::move(self_);
  }

  // OnCancel and OnDone never block, and waking another thread for them takes longer than the rest
  // of a small call.
  bool InternalInlineable() override { return true; }

 private:
  OpenCalls& open_calls_;
  CallTimer timer_;
  ByteBudget::Reservation received_;
  grpc::ByteBuffer* const response_;
  std::shared_ptr<UnaryReactor> self_;
};

class BidiReactor final : public StreamReactor,
                          public StreamTransport,
                          public std::enable_shared_from_this<BidiReactor> {
 public:
  BidiReactor(const RpcContext& rpc, grpc::CallbackServerContext* context)
      : rpc_(rpc), context_(context), timer_(rpc.metrics, Method::kEvaluateStream) {}

  void Start() {
    self_ = shared_from_this();
    rpc_.open_calls->Enter();
    const engine::Options& options = rpc_.service->engine->options();
    const ClientDeadline client = DeadlineOf(*context_);
    cancel_ = std::make_shared<std::atomic<bool>>(false);
    if (client.given) deadline_ = base::Deadline::After(client.remaining);
    stall_limit_ = absl::Seconds(options.max_deadline_seconds);
    StreamOptions stream{
        .deadline = deadline_,
        .chunk_deadline = absl::Seconds(client.given ? options.max_deadline_seconds
                                                     : options.default_deadline_seconds),
        .cancel = cancel_};
    stream_ = std::make_shared<EvaluateStream>(rpc_.service, this, std::move(stream));
    Watch(stream_->progress());
    if (const absl::Status serving = CheckServing(rpc_); !serving.ok()) {
      stream_->Abort(serving);
    } else if (deadline_.expired()) {
      stream_->Abort(absl::DeadlineExceededError("the deadline has passed"));
    } else {
      stream_->Start();
    }
  }

  // StreamTransport
  void StartRead() override { StreamReactor::StartRead(&read_); }
  void StartWrite(Outgoing message) override {
    write_ = ToByteBuffer(std::move(message));
    StreamReactor::StartWrite(&write_);
  }
  void Finish(const absl::Status& status) override {
    const grpc::Status told = ToGrpcStatus(Told(status, deadline_));
    timer_.End(told);
    StreamReactor::Finish(told);
  }

  // StreamReactor
  void OnReadDone(bool ok) override {
    std::optional<Incoming> message;
    if (ok) message = FromByteBuffer(read_);
    read_.Clear();
    stream_->OnRead(std::move(message));
  }
  void OnWriteDone(bool ok) override {
    write_.Clear();
    stream_->OnWrite(ok);
  }
  void OnCancel() override {
    cancel_->store(true);
    stream_->Abort(absl::CancelledError("the call was cancelled"));
  }
  void OnDone() override {
    rpc_.timers->Cancel(watch_);
    {
      base::MutexLock lock(&context_mutex_);
      context_ = nullptr;  // gRPC's, and gone after this
    }
    rpc_.open_calls->Leave();
    const std::shared_ptr<BidiReactor> self = std::move(self_);
  }

 private:
  // Looks again when the stall limit has passed, and ends a stream that has not moved since.
  void Watch(uint64_t progress) {
    watch_ = rpc_.timers->Schedule(base::Deadline::After(stall_limit_).at(),
                                   [weak = weak_from_this(), progress] {
                                     const std::shared_ptr<BidiReactor> self = weak.lock();
                                     if (self != nullptr) self->CheckProgress(progress);
                                   });
  }
  void CheckProgress(uint64_t before) {
    const uint64_t now = stream_->progress();
    if (now != before) return Watch(now);
    const absl::Status status = absl::DeadlineExceededError(base::StrCat(
        "the stream stood still for ", absl::ToDoubleSeconds(stall_limit_), " seconds"));
    // A write that the client does not take only ends with the call.
    if (stream_->Abort(status) == EvaluateStream::Aborting::kEnded) return;
    base::MutexLock lock(&context_mutex_);
    if (context_ != nullptr) context_->TryCancel();
  }

  const RpcContext& rpc_;
  base::Mutex context_mutex_;
  grpc::CallbackServerContext* context_ ABSL_GUARDED_BY(context_mutex_);
  CallTimer timer_;
  base::Deadline deadline_;
  absl::Duration stall_limit_;
  std::shared_ptr<std::atomic<bool>> cancel_;
  std::shared_ptr<EvaluateStream> stream_;
  std::atomic<base::TimerQueue::Id> watch_{0};
  grpc::ByteBuffer read_;
  grpc::ByteBuffer write_;
  std::shared_ptr<BidiReactor> self_;
};

}  // namespace

base::Deadline EffectiveDeadline(const ClientDeadline& client, const engine::Options& options) {
  const absl::Duration most = absl::Seconds(options.max_deadline_seconds);
  const absl::Duration wanted =
      client.given ? client.remaining : absl::Seconds(options.default_deadline_seconds);
  return base::Deadline::After(std::min(wanted, most));
}

grpc::ServerUnaryReactor* StartUnary(const RpcContext& rpc, Method method,
                                     grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request, grpc::ByteBuffer* response,
                                     absl::FunctionRef<void(CallPtr)> handler) {
  CallTerms terms{
      .deadline = EffectiveDeadline(DeadlineOf(*context), rpc.service->engine->options()),
      .cancel = std::make_shared<std::atomic<bool>>(false)};
  auto reactor = std::make_shared<UnaryReactor>(rpc, method, std::move(terms), response);
  UnaryReactor* const borrowed = reactor.get();
  borrowed->Start(rpc, std::move(reactor), *request, handler);
  return borrowed;
}

StreamReactor* StartEvaluateStream(const RpcContext& rpc, grpc::CallbackServerContext* context) {
  const auto reactor = std::make_shared<BidiReactor>(rpc, context);
  reactor->Start();
  return reactor.get();
}

}  // namespace formulary::service
