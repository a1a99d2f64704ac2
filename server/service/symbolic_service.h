#ifndef FORMULARY_SERVER_SERVICE_SYMBOLIC_SERVICE_H_
#define FORMULARY_SERVER_SERVICE_SYMBOLIC_SERVICE_H_

// formulary.v1.SymbolicService over bytes. Called by the reactors on gRPC's threads; all work is
// done on the pool.

#include "server/service/call.h"
#include "server/service/evaluate_one.h"

namespace formulary::service {

// Thread-safe. Every function answers its call exactly once.
class SymbolicService {
 public:
  // A text of an answer that would be longer is left empty: a program says more than a megabyte of
  // text.
  static constexpr size_t kMaxTextBytes = size_t{1} << 20;

  explicit SymbolicService(const ServiceContext* context) : context_(*context) {}

  void Simplify(CallPtr call) const;
  void Differentiate(CallPtr call) const;
  void Render(CallPtr call) const;
  void Analyze(CallPtr call) const;

 private:
  const ServiceContext& context_;
};

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_SYMBOLIC_SERVICE_H_
