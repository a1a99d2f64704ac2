#ifndef FORMULARY_SERVER_SERVICE_ANALYZE_MESSAGES_H_
#define FORMULARY_SERVER_SERVICE_ANALYZE_MESSAGES_H_

// AnalyzeRequest and AnalyzeResponse from and to the engine's values. Called by
// symbolic_service.cc.

#include <string>

#include "absl/status/statusor.h"
#include "formulary/v1/symbolic_service.pb.h"
#include "server/engine/accuracy.h"
#include "server/service/limits.h"
#include "server/service/message.h"

namespace formulary::service {

// Without the call's terms. Names of ranges shadow constants.
absl::StatusOr<engine::AnalyzeCall> DecodeAnalyzeRequest(const Incoming& message,
                                                         const RequestLimits& limits);

absl::StatusOr<v1::AnalyzeResponse> EncodeAccuracyReport(const engine::AccuracyReport& report);

// Each output as text; one that would be longer than SymbolicService::kMaxTextBytes is empty.
absl::Status AddTexts(const expr::Program& program,
                      google::protobuf::RepeatedPtrField<std::string>* texts);

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_ANALYZE_MESSAGES_H_
