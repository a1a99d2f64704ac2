#ifndef FORMULARY_SERVER_SERVICE_CATALOG_SERVICE_H_
#define FORMULARY_SERVER_SERVICE_CATALOG_SERVICE_H_

// formulary.v1.CatalogService over bytes: what the server knows. Functions and facts are answered
// where the call came in; kernels, which may touch the disk, on the pool.

#include "server/service/call.h"
#include "server/service/evaluate_one.h"

namespace formulary::service {

// Thread-safe. Every function answers its call exactly once.
class CatalogService {
 public:
  // Kernels on a page that states no size, and the most on any.
  static constexpr int kKernelPageSize = 1000;

  explicit CatalogService(const ServiceContext* context) : context_(*context) {}

  void ListFunctions(CallPtr call) const;
  void GetFunction(CallPtr call) const;
  void ListKernels(CallPtr call) const;
  void GetKernel(CallPtr call) const;
  void DeleteKernel(CallPtr call) const;
  void GetServerInfo(CallPtr call) const;

 private:
  const ServiceContext& context_;
};

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_CATALOG_SERVICE_H_
