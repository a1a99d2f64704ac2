#ifndef FORMULARY_SERVER_SERVICE_REACTORS_H_
#define FORMULARY_SERVER_SERVICE_REACTORS_H_

// Calls over gRPC's callback API: what comes between gRPC's threads and the services, for every
// method alike: deadlines, cancellation, admission of the request's bytes, the one status mapping,
// metrics. For server.cc. A reactor never blocks.

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>

#include "absl/functional/function_ref.h"
#include "server/base/timer_queue.h"
#include "server/engine/options.h"
#include "server/service/call.h"
#include "server/service/evaluate_one.h"
#include "server/service/method.h"
#include "server/service/metrics.h"
#include "server/service/open_calls.h"

namespace formulary::service {

// What every call needs; lives as long as the server. Immutable.
struct RpcContext {
  const ServiceContext* service;
  Metrics* metrics;
  base::TimerQueue* timers;
  OpenCalls* open_calls;
  const std::atomic<bool>* draining;  // true: new calls are told UNAVAILABLE
};

using StreamReactor = grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;

// Starts a unary call; `handler` is called before this returns, unless the call is refused. The
// reactor owns itself.
grpc::ServerUnaryReactor* StartUnary(const RpcContext& rpc, Method method,
                                     grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request, grpc::ByteBuffer* response,
                                     absl::FunctionRef<void(CallPtr)> handler);

// Starts an EvaluateStream call. A stream whose client neither sends nor takes anything for
// max_deadline_seconds ends with DEADLINE_EXCEEDED.
StreamReactor* StartEvaluateStream(const RpcContext& rpc, grpc::CallbackServerContext* context);

// The deadline a call gets: the client's, or default_deadline_seconds when it has none, and never
// later than max_deadline_seconds from now.
struct ClientDeadline {
  bool given = false;
  absl::Duration remaining;  // when given
};
base::Deadline EffectiveDeadline(const ClientDeadline& client, const engine::Options& options);

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_REACTORS_H_
