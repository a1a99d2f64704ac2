#include "server/service/encode_catalog.h"

#include <algorithm>
#include <string>

#include "server/base/strings.h"
#include "server/service/encode_program.h"

namespace formulary::service {
namespace {

constexpr v1::DataType kFloats[] = {v1::DATA_TYPE_FLOAT64, v1::DATA_TYPE_FLOAT32};
constexpr v1::DataType kNumbers[] = {v1::DATA_TYPE_FLOAT64, v1::DATA_TYPE_FLOAT32,
                                     v1::DATA_TYPE_INT64};
constexpr v1::DataType kAll[] = {v1::DATA_TYPE_FLOAT64, v1::DATA_TYPE_FLOAT32, v1::DATA_TYPE_INT64,
                                 v1::DATA_TYPE_BOOL};

absl::Span<const v1::DataType> DTypesOf(expr::Typing typing) {
  switch (typing) {
    case expr::Typing::kFloat:
      return kFloats;
    case expr::Typing::kArithmetic:
    case expr::Typing::kPower:
      return kNumbers;
    case expr::Typing::kCompare:
    case expr::Typing::kLogic:
    case expr::Typing::kPiecewise:
    case expr::Typing::kChoose:
      return kAll;
  }
  return kFloats;
}

std::string ModesText(expr::ModeSet modes) {
  struct ModeRow {
    expr::Numerics mode;
    std::string_view name;
  };
  constexpr ModeRow kModes[] = {{expr::Numerics::kStrict, "strict"},
                                {expr::Numerics::kStable, "stable"},
                                {expr::Numerics::kFast, "fast"}};
  std::string text;
  for (const ModeRow& row : kModes) {
    if (expr::Holds(modes, row.mode)) base::StrAppend(&text, text.empty() ? "" : ", ", row.name);
  }
  return text;
}

void AddAliases(const expr::FunctionRow& row, v1::Function* function) {
  for (const expr::DialectNames& names : expr::AliasesOf(row)) {
    v1::DialectNames* sent = function->add_aliases();
    sent->set_dialect(std::string(names.dialect));
    for (const std::string_view name : names.names) sent->add_names(std::string(name));
  }
  if (row.latex.empty()) return;
  v1::DialectNames* latex = function->add_aliases();
  latex->set_dialect("latex");
  latex->add_names(std::string(row.latex));
}

void AddAccuracy(const expr::FunctionRow& row, v1::DataType dtype, double max_ulp,
                 double strict_max_ulp, v1::Function* function) {
  v1::Accuracy* accuracy = function->add_accuracy();
  accuracy->set_dtype(dtype);
  accuracy->set_max_ulp(max_ulp);
  accuracy->set_strict_max_ulp(strict_max_ulp);
  accuracy->set_region(std::string(row.region));
  accuracy->set_amplitude(std::string(row.amplitude));
}

}  // namespace

v1::Function EncodeFunction(const expr::FunctionRow& row) {
  v1::Function function;
  function.set_name(std::string(row.name));
  AddAliases(row, &function);
  function.set_min_arity(row.min_arity);
  function.set_max_arity(row.max_arity);
  for (const v1::DataType dtype : DTypesOf(row.typing)) function.add_dtypes(dtype);
  function.set_domain(std::string(row.domain));
  for (const std::string_view partial : row.partials) {
    if (!partial.empty()) function.add_derivatives(std::string(partial));
  }
  function.set_expansion(std::string(row.expansion));
  if (row.routine != nullptr) {
    const auto& bound = row.routine->accuracy;
    const auto& strict = row.routine->strict_accuracy;
    AddAccuracy(row, v1::DATA_TYPE_FLOAT64, bound.ulp_f64, strict.ulp_f64, &function);
    AddAccuracy(row, v1::DATA_TYPE_FLOAT32, bound.ulp_f32, strict.ulp_f32, &function);
  }
  function.set_doc(std::string(row.doc));
  function.set_example(std::string(row.example));
  function.set_example_value(row.example_value);
  function.set_nanoseconds(row.nanoseconds);
  function.set_group(std::string(row.group));
  for (const expr::Identity& identity : row.identities) {
    if (identity.id.empty()) continue;
    const std::string condition =
        identity.condition.empty() ? "" : base::StrCat(" where ", identity.condition);
    function.add_identities(base::StrCat(identity.id, ": ", identity.left, " -> ", identity.right,
                                         condition, " (", ModesText(identity.modes), ")"));
  }
  return function;
}

v1::Kernel EncodeKernel(const engine::KernelInfo& kernel) {
  v1::Kernel sent;
  sent.set_name(kernel.name);
  for (const expr::Argument& argument : kernel.arguments)
    *sent.add_arguments() = EncodeArgument(argument);
  for (const std::string& output : kernel.outputs) sent.add_outputs(output);
  sent.set_c_bytes(kernel.c_bytes);
  sent.set_compile_seconds(kernel.compile_seconds);
  sent.set_hits(kernel.hits);
  sent.set_last_used(kernel.last_used);
  for (const engine::ArtifactInfo& artifact : kernel.artifacts) {
    v1::Artifact* result = sent.add_artifacts();
    result->set_key(artifact.key);
    result->set_bytes(artifact.bytes);
    result->set_loaded(artifact.loaded);
    result->set_target(artifact.target);
  }
  return sent;
}

v1::GetServerInfoResponse EncodeServerInfo(const engine::Facts& facts,
                                           const engine::Options& options) {
  v1::GetServerInfoResponse info;
  info.set_version(facts.version);
  for (const engine::LimitRow& row : engine::LimitRows()) {
    v1::Limit* limit = info.add_limits();
    limit->set_name(std::string(row.name));
    limit->set_value(options.*row.member);
    limit->set_doc(std::string(row.doc));
  }
  info.set_functions(static_cast<uint32_t>(expr::Rows().size()));
  info.set_cpu_target(facts.cpu_target);
  info.set_sandbox_level(facts.sandbox_level);
  info.set_compiler(facts.compiler);
  info.set_threads(static_cast<uint32_t>(facts.threads));
  return info;
}

}  // namespace formulary::service
