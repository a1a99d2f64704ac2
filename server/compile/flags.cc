#include "server/compile/flags.h"

#include "absl/strings/str_join.h"
#include "server/base/check.h"
#include "server/base/strings.h"

namespace formulary::compile {
namespace {

using base::StrCat;

constexpr const char* kUnitFlags[] = {
    "-std=gnu17",
    "-nostdinc",  // the text declares what it uses; spares the search for stdc-predef.h as well
    "-w",         // nobody reads warnings of generated text
    "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-fPIC", "-fvisibility=hidden",
    "-fno-ident", "-fno-asynchronous-unwind-tables",
    // A copying or clearing loop would become a call of memcpy or memset, which the loader refuses.
    "-fno-tree-loop-distribute-patterns",
    "-pipe",  // assembles while it compiles: 1 to 3 ms less
};

constexpr const char* kLinkFlags[] = {
    "-shared",
    "-nostdlib",
    "-fno-use-linker-plugin",  // there is nothing to optimise at link time: 1 ms less
    "-Wl,-Bsymbolic",
    "-Wl,-z,noseparate-code",
    "-Wl,-z,norelro",
    "-Wl,--build-id=none",
};

void AppendUnitFlags(TargetIsa isa, int opt_level, std::string_view symbol,
                     std::vector<std::string>* out) {
  ABSL_CHECK(opt_level >= 0 && opt_level <= kMaxOptLevel);
  out->push_back(StrCat("-O", opt_level));
  out->push_back(StrCat("-march=", TargetName(isa)));
  out->insert(out->end(), std::begin(kUnitFlags), std::end(kUnitFlags));
  out->push_back(StrCat("-DFY_KERNEL=", symbol));
}

void AppendLinkFlags(std::vector<std::string>* out) {
  out->insert(out->end(), std::begin(kLinkFlags), std::end(kLinkFlags));
}

void AppendFiles(std::string_view output, const std::vector<std::string>& inputs,
                 std::vector<std::string>* out) {
  out->push_back("-o");
  out->emplace_back(output);
  out->insert(out->end(), inputs.begin(), inputs.end());
}

}  // namespace

std::vector<std::string> CompileFlags(TargetIsa isa, int opt_level) {
  std::vector<std::string> flags;
  AppendUnitFlags(isa, opt_level, kSymbolPlaceholder, &flags);
  AppendLinkFlags(&flags);
  return flags;
}

std::string CompileFlagsText(TargetIsa isa, int opt_level) {
  return absl::StrJoin(CompileFlags(isa, opt_level), " ");
}

std::vector<std::string> SingleUnitArguments(TargetIsa isa, int opt_level, std::string_view symbol,
                                             std::string_view input, std::string_view output) {
  std::vector<std::string> arguments;
  AppendUnitFlags(isa, opt_level, symbol, &arguments);
  AppendLinkFlags(&arguments);
  AppendFiles(output, {std::string(input)}, &arguments);
  return arguments;
}

std::vector<std::string> UnitArguments(TargetIsa isa, int opt_level, std::string_view symbol,
                                       std::string_view input, std::string_view output) {
  std::vector<std::string> arguments;
  AppendUnitFlags(isa, opt_level, symbol, &arguments);
  arguments.push_back("-c");
  AppendFiles(output, {std::string(input)}, &arguments);
  return arguments;
}

std::vector<std::string> LinkArguments(const std::vector<std::string>& inputs,
                                       std::string_view output) {
  std::vector<std::string> arguments;
  AppendLinkFlags(&arguments);
  AppendFiles(output, inputs, &arguments);
  return arguments;
}

}  // namespace formulary::compile
