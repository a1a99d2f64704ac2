#ifndef FORMULARY_SERVER_SERVICE_ENCODE_CATALOG_H_
#define FORMULARY_SERVER_SERVICE_ENCODE_CATALOG_H_

// Catalogue rows, kernels and facts of the server as formulary.v1 messages. For the services.

#include "formulary/v1/catalog_service.pb.h"
#include "server/engine/engine.h"
#include "server/expr/catalogue.h"

namespace formulary::service {

v1::Function EncodeFunction(const expr::FunctionRow& row);
v1::Kernel EncodeKernel(const engine::KernelInfo& kernel);
// Facts, and every row of LimitRows with its value in force.
v1::GetServerInfoResponse EncodeServerInfo(const engine::Facts& facts,
                                           const engine::Options& options);

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_ENCODE_CATALOG_H_
