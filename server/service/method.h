#ifndef FORMULARY_SERVER_SERVICE_METHOD_H_
#define FORMULARY_SERVER_SERVICE_METHOD_H_

// The methods of the server, as metrics name them: the one list of them.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace formulary::service {

enum class Method : uint8_t {
  kCompile,
  kEvaluate,
  kBatchEvaluate,
  kEvaluateStream,
  kCreateRegion,
  kDeleteRegion,
  kSimplify,
  kDifferentiate,
  kRender,
  kAnalyze,
  kListFunctions,
  kGetFunction,
  kListKernels,
  kGetKernel,
  kDeleteKernel,
  kGetServerInfo,
};

inline constexpr auto kMethodNames = std::to_array<std::string_view>({
    "EvaluationService/Compile",
    "EvaluationService/Evaluate",
    "EvaluationService/BatchEvaluate",
    "EvaluationService/EvaluateStream",
    "EvaluationService/CreateRegion",
    "EvaluationService/DeleteRegion",
    "SymbolicService/Simplify",
    "SymbolicService/Differentiate",
    "SymbolicService/Render",
    "SymbolicService/Analyze",
    "CatalogService/ListFunctions",
    "CatalogService/GetFunction",
    "CatalogService/ListKernels",
    "CatalogService/GetKernel",
    "CatalogService/DeleteKernel",
    "CatalogService/GetServerInfo",
});

inline constexpr size_t kMethodCount = kMethodNames.size();
static_assert(kMethodCount == static_cast<size_t>(Method::kGetServerInfo) + 1);

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_METHOD_H_
