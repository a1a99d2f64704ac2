#include "server/service/grpc_services.h"

#include "formulary/v1/catalog_service.grpc.pb.h"
#include "formulary/v1/evaluation_service.grpc.pb.h"
#include "formulary/v1/symbolic_service.grpc.pb.h"
#include "server/service/catalog_service.h"
#include "server/service/evaluation_service.h"
#include "server/service/symbolic_service.h"

namespace formulary::service {
namespace {

using Context = grpc::CallbackServerContext;
using Bytes = grpc::ByteBuffer;
using Unary = grpc::ServerUnaryReactor;

// One raw method: the name that gRPC calls, answered by the service's function of that name.
#define FORMULARY_UNARY_METHOD(name)                                              \
  Unary* name(Context* context, const Bytes* request, Bytes* response) override { \
    return StartUnary(rpc_, Method::k##name, context, request, response,          \
                      [this](CallPtr call) { service_.name(std::move(call)); });  \
  }

using EvaluationBase = v1::EvaluationService::WithRawCallbackMethod_Compile<
    v1::EvaluationService::WithRawCallbackMethod_Evaluate<
        v1::EvaluationService::WithRawCallbackMethod_BatchEvaluate<
            v1::EvaluationService::WithRawCallbackMethod_EvaluateStream<
                v1::EvaluationService::WithRawCallbackMethod_CreateRegion<
                    v1::EvaluationService::WithRawCallbackMethod_DeleteRegion<
                        v1::EvaluationService::Service>>>>>>;

class GrpcEvaluation final : public EvaluationBase {
 public:
  explicit GrpcEvaluation(const RpcContext* rpc) : rpc_(*rpc), service_(rpc->service) {}

  FORMULARY_UNARY_METHOD(Compile)
  FORMULARY_UNARY_METHOD(Evaluate)
  FORMULARY_UNARY_METHOD(BatchEvaluate)
  FORMULARY_UNARY_METHOD(CreateRegion)
  FORMULARY_UNARY_METHOD(DeleteRegion)
  StreamReactor* EvaluateStream(Context* context) override {
    return StartEvaluateStream(rpc_, context);
  }

 private:
  const RpcContext& rpc_;
  const EvaluationService service_;
};

using SymbolicBase = v1::SymbolicService::WithRawCallbackMethod_Simplify<
    v1::SymbolicService::WithRawCallbackMethod_Differentiate<
        v1::SymbolicService::WithRawCallbackMethod_Render<
            v1::SymbolicService::WithRawCallbackMethod_Analyze<v1::SymbolicService::Service>>>>;

class GrpcSymbolic final : public SymbolicBase {
 public:
  explicit GrpcSymbolic(const RpcContext* rpc) : rpc_(*rpc), service_(rpc->service) {}

  FORMULARY_UNARY_METHOD(Simplify)
  FORMULARY_UNARY_METHOD(Differentiate)
  FORMULARY_UNARY_METHOD(Render)
  FORMULARY_UNARY_METHOD(Analyze)

 private:
  const RpcContext& rpc_;
  const SymbolicService service_;
};

using CatalogBase = v1::CatalogService::WithRawCallbackMethod_ListFunctions<
    v1::CatalogService::WithRawCallbackMethod_GetFunction<
        v1::CatalogService::WithRawCallbackMethod_ListKernels<
            v1::CatalogService::WithRawCallbackMethod_GetKernel<
                v1::CatalogService::WithRawCallbackMethod_DeleteKernel<
                    v1::CatalogService::WithRawCallbackMethod_GetServerInfo<
                        v1::CatalogService::Service>>>>>>;

class GrpcCatalog final : public CatalogBase {
 public:
  explicit GrpcCatalog(const RpcContext* rpc) : rpc_(*rpc), service_(rpc->service) {}

  FORMULARY_UNARY_METHOD(ListFunctions)
  FORMULARY_UNARY_METHOD(GetFunction)
  FORMULARY_UNARY_METHOD(ListKernels)
  FORMULARY_UNARY_METHOD(GetKernel)
  FORMULARY_UNARY_METHOD(DeleteKernel)
  FORMULARY_UNARY_METHOD(GetServerInfo)

 private:
  const RpcContext& rpc_;
  const CatalogService service_;
};

#undef FORMULARY_UNARY_METHOD

}  // namespace

std::vector<std::unique_ptr<grpc::Service>> MakeGrpcServices(const RpcContext* rpc) {
  std::vector<std::unique_ptr<grpc::Service>> services;
  services.push_back(std::make_unique<GrpcEvaluation>(rpc));
  services.push_back(std::make_unique<GrpcSymbolic>(rpc));
  services.push_back(std::make_unique<GrpcCatalog>(rpc));
  return services;
}

std::vector<std::string> GrpcServiceNames() {
  return {v1::EvaluationService::service_full_name(), v1::SymbolicService::service_full_name(),
          v1::CatalogService::service_full_name()};
}

}  // namespace formulary::service
