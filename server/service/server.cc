#include "server/service/server.h"

#include <google/protobuf/stubs/logging.h>
#include <grpc/grpc.h>
#include <grpc/support/log.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <limits>
#include <thread>
#include <utility>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "server/base/log.h"
#include "server/base/mutex.h"
#include "server/base/short_slices.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/base/timer_queue.h"
#include "server/service/byte_budget.h"
#include "server/service/grpc_services.h"
#include "server/service/http_server.h"
#include "server/service/limits.h"
#include "server/service/listen_address.h"
#include "server/service/metrics.h"
#include "server/service/reactors.h"
#include "server/service/regions.h"

namespace formulary::service {
namespace {

// gRPC's own complaints go where ours go, and in the same form.
void LogFromGrpc(gpr_log_func_args* args) {
  const base::Severity severity =
      args->severity == GPR_LOG_SEVERITY_ERROR ? base::Severity::kWarning : base::Severity::kDebug;
  base::Log(severity, "grpc", {{"message", args->message}});
}

struct ChannelArgument {
  const char* name;
  int value;
};
// What a stranger on the port may do at most; times in milliseconds.
constexpr ChannelArgument kChannelArguments[] = {
    {GRPC_ARG_ALLOW_REUSEPORT, 0},  // two servers on one port are an error
    {"grpc.server_handshake_timeout_ms", 5'000},
    {GRPC_ARG_MAX_CONCURRENT_STREAMS, 256},
    {GRPC_ARG_MAX_CONNECTION_IDLE_MS, 300'000},
    {GRPC_ARG_KEEPALIVE_TIME_MS, 60'000},
    {GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000},
    {GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 30'000},
    {GRPC_ARG_MAX_METADATA_SIZE, 8'192},
};

void Harden(const engine::Options& options, grpc::ServerBuilder* builder) {
  constexpr size_t kMostInt = std::numeric_limits<int>::max();
  builder->SetMaxReceiveMessageSize(
      static_cast<int>(std::min(kMostInt, ToCount(options.max_message_bytes))));
  builder->SetMaxSendMessageSize(-1);  // answers are bounded by max_inflight_bytes
  // A compressed request would be inflated before its size is known.
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  for (const ChannelArgument& argument : kChannelArguments)
    builder->AddChannelArgument(argument.name, argument.value);
  grpc::ResourceQuota quota("formulary");
  quota.Resize(std::max(size_t{512} << 20, ToCount(options.max_inflight_bytes)));
  builder->SetResourceQuota(quota);
}

constexpr absl::Duration kLameDuck = absl::Milliseconds(500);

// When every call has been answered, clients have this long to see that and go. One that polls its
// connection only now and then would keep the server waiting for seconds.
constexpr absl::Duration kIdleConnectionTime = absl::Milliseconds(500);

// Something that happens once. Thread-safe.
class Ending {
 public:
  void Set() {
    base::MutexLock lock(&mutex_);
    set_ = true;
    changed_.NotifyAll();
  }
  // False when it has not happened by the deadline.
  bool Wait(base::Deadline deadline) {
    base::MutexLock lock(&mutex_);
    while (!set_) {
      if (!changed_.WaitUntil(&mutex_, deadline.at())) return set_;
    }
    return true;
  }

 private:
  base::Mutex mutex_;
  base::CondVar changed_;
  bool set_ ABSL_GUARDED_BY(mutex_) = false;
};

class ServerImpl final : public Server {
 public:
  ServerImpl(engine::Engine* engine, bool shares_memory)
      : engine_(*engine),
        budget_(ToCount(engine->options().max_inflight_bytes)),
        regions_(shares_memory ? std::make_unique<Regions>(OptionsOf(*engine), &timers_) : nullptr),
        service_context_(engine, &budget_, regions_.get()),
        metrics_(engine, &budget_),
        rpc_context_{.service = &service_context_,
                     .metrics = &metrics_,
                     .timers = &timers_,
                     .open_calls = &open_calls_,
                     .draining = &draining_},
        services_(MakeGrpcServices(&rpc_context_)) {}

  ~ServerImpl() override { Drain(absl::ZeroDuration()); }

  absl::Status StartGrpc(const std::string& listen);
  absl::Status StartHttp(const std::string& listen);
  void BecomeReady();

  const std::string& grpc_address() const override { return grpc_address_; }
  const std::string& http_address() const override { return http_address_; }
  void Drain(absl::Duration limit) override;

 private:
  HttpResponse Respond(std::string_view path) const;
  void SetHealth(bool serving);

  static RegionOptions OptionsOf(const engine::Engine& engine) {
    const engine::Options& options = engine.options();
    return {.max_bytes = ToCount(options.max_region_bytes),
            .max_regions = ToCount(options.max_regions),
            .lease = absl::Seconds(options.region_lease_seconds)};
  }

  engine::Engine& engine_;
  ByteBudget budget_;
  const std::unique_ptr<Regions> regions_;  // may be null; before the timers, which speak to it
  const ServiceContext service_context_;
  Metrics metrics_;
  base::TimerQueue timers_;
  OpenCalls open_calls_;
  std::atomic<bool> draining_{false};
  const RpcContext rpc_context_;
  const std::vector<std::unique_ptr<grpc::Service>> services_;
  std::unique_ptr<grpc::Server> grpc_;
  std::string grpc_address_;
  std::string http_address_;
  std::atomic<bool> ready_{false};
  std::atomic<bool> drained_{false};
  std::unique_ptr<HttpServer> http_;  // last: its thread reads the fields above
};

absl::Status ServerImpl::StartGrpc(const std::string& listen) {
  ASSIGN_OR_RETURN(const ListenAddress address, ParseListenAddress(listen));
  // gRPC takes over a Unix socket that is in use, and half of a host of two addresses; both are
  // errors here.
  if (address.is_unix() || address.port != 0) RETURN_IF_ERROR(CheckFree(address));
  const std::string target = address.is_unix() || !address.host.empty()
                                 ? address.Text(address.port)
                                 : base::StrCat("[::]:", address.port);
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  Harden(engine_.options(), &builder);
  int port = 0;
  builder.AddListeningPort(target, grpc::InsecureServerCredentials(), &port);
  for (const std::unique_ptr<grpc::Service>& service : services_)
    builder.RegisterService(service.get());
  grpc_ = builder.BuildAndStart();
  if (grpc_ == nullptr || port == 0)
    return absl::UnavailableError(base::StrCat("cannot listen on ", address.Text(address.port)));
  grpc_address_ = address.Text(static_cast<uint16_t>(port));
  return absl::OkStatus();
}

absl::Status ServerImpl::StartHttp(const std::string& listen) {
  if (listen.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const ListenAddress address, ParseListenAddress(listen));
  if (address.is_unix())
    return absl::InvalidArgumentError("HTTP listens on HOST:PORT, not on a Unix socket");
  ASSIGN_OR_RETURN(
      http_, HttpServer::Start(address, [this](std::string_view path) { return Respond(path); }));
  http_address_ = address.Text(http_->port());
  return absl::OkStatus();
}

HttpResponse ServerImpl::Respond(std::string_view path) const {
  if (path == "/metrics")
    return {.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = metrics_.Text()};
  if (path == "/healthz") return {.body = "ok\n"};
  if (path != "/readyz") return {.status = 404, .body = "not found\n"};
  if (ready_) return {.body = "ready\n"};
  return {.status = 503, .body = "draining\n"};
}

void ServerImpl::SetHealth(bool serving) {
  grpc::HealthCheckServiceInterface* const health = grpc_->GetHealthCheckService();
  if (health == nullptr) return;
  health->SetServingStatus(serving);  // "", and every service that is known already
  for (const std::string& name : GrpcServiceNames()) health->SetServingStatus(name, serving);
}

void ServerImpl::BecomeReady() {
  SetHealth(true);
  ready_ = true;
}

void ServerImpl::Drain(absl::Duration limit) {
  if (drained_.exchange(true) || grpc_ == nullptr) return;
  ready_ = false;
  draining_ = true;
  SetHealth(false);
  const base::Deadline deadline = base::Deadline::After(limit);
  Ending ended;
  // New calls are told UNAVAILABLE for a while before connections close: a call that meets a
  // closing connection is told CANCELLED by gRPC, which clients do not take for an invitation to go
  // elsewhere.
  ended.Wait(std::min(deadline, base::Deadline::After(kLameDuck)));
  std::thread shutdown([&] {
    // Waits for the calls in flight; at the deadline it cancels them and waits on.
    grpc_->Shutdown(std::chrono::system_clock::now() + absl::ToChronoNanoseconds(limit));
    ended.Set();
  });
  if (open_calls_.WaitUntilNone(deadline) &&
      !ended.Wait(std::min(deadline, base::Deadline::After(kIdleConnectionTime)))) {
    grpc_server_cancel_all_calls(grpc_->c_server());  // there are none: this closes the connections
  }
  ended.Wait(deadline);
  // Calls that are left wait for the engine, which now answers them all.
  engine_.Shutdown();
  shutdown.join();
}

}  // namespace

// gRPC 1.51's shutdown of its library, which runs when its last object goes, can stall for ten
// seconds after large messages. One reference that is never given back keeps it from running at
// all.
static void KeepGrpcInitialized() {
  static const bool initialized = (grpc_init(), true);
  static_cast<void>(initialized);
}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options,
                                                      engine::Engine* engine) {
  const base::ShortSlices for_threads_of_grpc;
  KeepGrpcInitialized();
  // Debian's Abseil looks for cycles in the order of locks at each of gRPC's, under a lock of its
  // own that all threads share: up to 5% of a small call.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  gpr_set_log_function(&LogFromGrpc);
  google::protobuf::SetLogHandler(nullptr);  // what a client sends is no news for our log
  bool shares_memory = options.shared_memory == SharedMemoryUse::kOn;
  if (options.shared_memory == SharedMemoryUse::kAuto) {
    ASSIGN_OR_RETURN(const ListenAddress address, ParseListenAddress(options.listen));
    shares_memory = address.is_local();
  }
  auto server = std::make_unique<ServerImpl>(engine, shares_memory);
  RETURN_IF_ERROR(server->StartGrpc(options.listen));
  RETURN_IF_ERROR(server->StartHttp(options.http_listen));
  server->BecomeReady();
  return server;
}

}  // namespace formulary::service
