#ifndef FORMULARY_CLIENT_CLI_ENUM_TEXT_H_
#define FORMULARY_CLIENT_CLI_ENUM_TEXT_H_

// The contract's enumerations as the words that the command line prints and reads: the value's own
// name without its prefix, in small letters.

#include <cctype>
#include <string>
#include <string_view>

#include "formulary/v1/evaluation_service.pb.h"
#include "formulary/v1/symbolic_service.pb.h"

namespace formulary::cli {

// TIER_COMPILED without "TIER_" -> compiled. An unknown number is "?".
inline std::string EnumWord(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return "?";
  std::string word(name.substr(prefix.size()));
  for (char& c : word) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return word;
}

inline std::string TierText(v1::Tier tier) { return EnumWord(v1::Tier_Name(tier), "TIER_"); }
inline std::string CacheText(v1::CacheOutcome outcome) {
  return EnumWord(v1::CacheOutcome_Name(outcome), "CACHE_OUTCOME_");
}
inline std::string StopReasonText(v1::StopReason reason) {
  return EnumWord(v1::StopReason_Name(reason), "STOP_REASON_");
}
inline std::string DerivativeModeText(v1::DerivativeMode mode) {
  return EnumWord(v1::DerivativeMode_Name(mode), "DERIVATIVE_MODE_");
}
inline std::string DerivativeKindText(v1::DerivativeKind kind) {
  return EnumWord(v1::DerivativeKind_Name(kind), "DERIVATIVE_KIND_");
}
inline std::string DataTypeText(v1::DataType dtype) {
  return EnumWord(v1::DataType_Name(dtype), "DATA_TYPE_");
}

}  // namespace formulary::cli

#endif  // FORMULARY_CLIENT_CLI_ENUM_TEXT_H_
