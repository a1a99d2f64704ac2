#ifndef FORMULARY_SERVER_SERVICE_EVALUATION_SERVICE_H_
#define FORMULARY_SERVER_SERVICE_EVALUATION_SERVICE_H_

// Compile, Evaluate, BatchEvaluate and the regions of formulary.v1.EvaluationService, over bytes.
// (EvaluateStream is evaluate_stream.h.) Called by the reactors on gRPC's threads, so nothing here
// blocks or takes long.

#include "server/service/call.h"
#include "server/service/evaluate_one.h"

namespace formulary::service {

// Thread-safe. Every function answers its call exactly once.
class EvaluationService {
 public:
  explicit EvaluationService(const ServiceContext* context) : context_(*context) {}

  void Compile(CallPtr call) const;
  void Evaluate(CallPtr call) const;
  // Items run in parallel, a bounded number at a time; each answers for itself.
  void BatchEvaluate(CallPtr call) const;
  void CreateRegion(CallPtr call) const;
  void DeleteRegion(CallPtr call) const;

 private:
  const ServiceContext& context_;
};

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_EVALUATION_SERVICE_H_
