#ifndef FORMULARY_SERVER_SERVICE_GRPC_SERVICES_H_
#define FORMULARY_SERVER_SERVICE_GRPC_SERVICES_H_

// The generated gRPC services over ours. Every method is raw (bytes in, bytes out), so that
// malformed messages get our INVALID_ARGUMENT and arrays are never copied by protobuf. For
// server.cc.

#include <grpcpp/impl/codegen/service_type.h>

#include <memory>
#include <vector>

#include "server/service/reactors.h"

namespace formulary::service {

// All services of the server; both arguments must outlive them.
std::vector<std::unique_ptr<grpc::Service>> MakeGrpcServices(const RpcContext* rpc);

// Their full names, for health.
std::vector<std::string> GrpcServiceNames();

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_GRPC_SERVICES_H_
