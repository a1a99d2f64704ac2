// formulary functions, formulary kernels, formulary info

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "absl/time/time.h"
#include "client/cli/commands.h"
#include "client/cli/enum_text.h"
#include "client/cli/json.h"
#include "client/cli/number_text.h"
#include "client/cli/table.h"
#include "client/cpp/status_macros.h"
#include "client/cpp/text.h"

namespace formulary::cli {
namespace {

using client::Cat;

// A message as one line of JSON with the contract's field names, defaults included.
std::string JsonText(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string text;
  // The messages here hold nothing that JSON cannot say.
  google::protobuf::util::MessageToJsonString(message, &text, options).ok();
  return text;
}

template <typename Messages>
void PrintJsonList(const Messages& messages, std::ostream& out) {
  out << "[";
  const char* separator = "\n";
  for (const auto& message : messages) {
    out << separator << JsonText(message);
    separator = ",\n";
  }
  out << "\n]\n";
}

std::string ArityText(const v1::Function& function) {
  if (function.max_arity() == 0) return Cat(function.min_arity(), " or more");
  if (function.min_arity() == function.max_arity()) return Cat(function.min_arity());
  return Cat(function.min_arity(), " to ", function.max_arity());
}

// exp(a), atan2(a, b), add(a, ...)
std::string Signature(const v1::Function& function) {
  std::string operands;
  for (uint32_t i = 0; i < function.min_arity() && i < 26; ++i) {
    operands += Cat(i == 0 ? "" : ", ", static_cast<char>('a' + i));
  }
  if (function.max_arity() != function.min_arity()) operands += operands.empty() ? "..." : ", ...";
  return Cat(function.name(), "(", operands, ")");
}

int TableWidth(const Io& io) { return io.terminal.out_is_terminal ? io.terminal.width : 0; }

// By group, groups in the order of their first function.
void PrintFunctionTable(const std::vector<v1::Function>& functions, Io& io) {
  std::vector<std::string> groups;
  std::map<std::string, std::vector<const v1::Function*>> members;
  size_t width = 0;
  for (const v1::Function& function : functions) {
    if (members[function.group()].empty()) groups.push_back(function.group());
    members[function.group()].push_back(&function);
    width = std::max(width, Signature(function).size());
  }
  const char* separator = "";
  for (const std::string& group : groups) {
    io.out << separator << (group.empty() ? "other" : group) << '\n';
    separator = "\n";
    Table table({{""}, {""}, {""}});
    for (const v1::Function* function : members[group]) {
      // All groups' columns in line.
      std::string signature = Signature(*function);
      signature.append(width - signature.size(), ' ');
      table.AddRow({"", signature, function->doc()});
    }
    table.Print(io.out, TableWidth(io));
  }
  io.out << '\n' << functions.size() << " functions; formulary functions NAME shows one in full\n";
}

// Adds the row unless it says nothing.
void AddFact(std::string_view name, std::string_view value, Table* table) {
  if (!value.empty()) table->AddRow({std::string(name), std::string(value)});
}

std::string AccuracyText(const v1::Accuracy& accuracy) {
  return Cat(DataTypeText(accuracy.dtype()), ": ", NumberText(accuracy.max_ulp(), 3),
             " ulp (strict ", NumberText(accuracy.strict_max_ulp(), 3), ")",
             accuracy.region().empty() ? "" : " where ", accuracy.region(),
             accuracy.amplitude().empty() ? "" : ", relative to at least ", accuracy.amplitude());
}

void PrintFunction(const v1::Function& function, Io& io) {
  io.out << Signature(function) << "  " << function.doc() << "\n\n";
  Table table({{""}, {""}});
  AddFact("group", function.group(), &table);
  for (const v1::DialectNames& dialect : function.aliases()) {
    std::string names;
    for (const std::string& name : dialect.names()) names += Cat(names.empty() ? "" : ", ", name);
    AddFact(Cat("in ", dialect.dialect()), names, &table);
  }
  AddFact("operands", ArityText(function), &table);
  std::string dtypes;
  for (const int dtype : function.dtypes()) {
    dtypes += Cat(dtypes.empty() ? "" : ", ", DataTypeText(static_cast<v1::DataType>(dtype)));
  }
  AddFact("types", dtypes, &table);
  AddFact("domain", function.domain(), &table);
  for (int i = 0; i < function.derivatives_size(); ++i) {
    AddFact(Cat("d/d", static_cast<char>('a' + i)), function.derivatives(i), &table);
  }
  AddFact("computed as", function.expansion(), &table);
  for (const v1::Accuracy& accuracy : function.accuracy())
    AddFact("accuracy", AccuracyText(accuracy), &table);
  for (const std::string& identity : function.identities()) AddFact("identity", identity, &table);
  if (function.nanoseconds() > 0) {
    AddFact("cost", Cat(NumberText(function.nanoseconds(), 3), " ns an element"), &table);
  }
  if (!function.example().empty()) {
    AddFact("example", Cat(function.example(), " = ", NumberText(function.example_value())),
            &table);
  }
  table.Print(io.out);
}

std::string LastUsedText(double seconds) {
  if (seconds <= 0) return "never";
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", absl::UnixEpoch() + absl::Seconds(seconds),
                          absl::UTCTimeZone());
}

std::string ArgumentList(const v1::Kernel& kernel) {
  std::string list;
  for (const v1::Argument& argument : kernel.arguments())
    list += Cat(list.empty() ? "" : ", ", argument.name());
  return list;
}

void PrintKernelTable(const std::vector<v1::Kernel>& kernels, Io& io) {
  Table table({{"kernel"},
               {"artefacts", Align::kRight},
               {"C", Align::kRight},
               {"compile", Align::kRight},
               {"hits", Align::kRight},
               {"last used (UTC)"},
               {"arguments"}});
  for (const v1::Kernel& kernel : kernels) {
    table.AddRow({kernel.name().substr(0, std::string("kernels/").size() + 12),
                  Cat(kernel.artifacts_size()), BytesText(static_cast<double>(kernel.c_bytes())),
                  kernel.compile_seconds() > 0 ? DurationText(kernel.compile_seconds()) : "stored",
                  GroupedDigits(kernel.hits()), LastUsedText(kernel.last_used()),
                  ArgumentList(kernel)});
  }
  if (!kernels.empty()) table.Print(io.out, TableWidth(io));
  io.out << kernels.size() << (kernels.size() == 1 ? " kernel\n" : " kernels\n");
}

void PrintKernel(const v1::Kernel& kernel, Io& io) {
  Table table({{""}, {""}});
  AddFact("kernel", kernel.name(), &table);
  AddFact("arguments", ArgumentList(kernel), &table);
  std::string outputs;
  for (const std::string& output : kernel.outputs())
    outputs += Cat(outputs.empty() ? "" : ", ", output);
  AddFact("outputs", outputs, &table);
  AddFact("C text", BytesText(static_cast<double>(kernel.c_bytes())), &table);
  AddFact("compile time",
          kernel.compile_seconds() > 0 ? DurationText(kernel.compile_seconds()) : "from the store",
          &table);
  AddFact("hits", GroupedDigits(kernel.hits()), &table);
  AddFact("last used", Cat(LastUsedText(kernel.last_used()), " UTC"), &table);
  for (const v1::Artifact& artifact : kernel.artifacts()) {
    AddFact("artefact",
            Cat(artifact.key(), ", ", BytesText(static_cast<double>(artifact.bytes())), ", ",
                artifact.target(), artifact.loaded() ? ", loaded" : ""),
            &table);
  }
  table.Print(io.out);
}

// The full name for what the user typed: as it is when it is whole, else the one known kernel it
// begins.
absl::StatusOr<std::string> FullKernelName(const client::Client& client, const std::string& typed,
                                           absl::Duration timeout) {
  constexpr std::string_view kPrefix = "kernels/";
  constexpr size_t kDigits = 64;
  const std::string name = typed.starts_with(kPrefix) ? typed : Cat(kPrefix, typed);
  if (name.size() == kPrefix.size() + kDigits) return name;
  ASSIGN_OR_RETURN(const std::vector<v1::Kernel> kernels, client.ListKernels({.timeout = timeout}));
  std::optional<std::string> found;
  for (const v1::Kernel& kernel : kernels) {
    if (!kernel.name().starts_with(name)) continue;
    if (found.has_value())
      return absl::InvalidArgumentError(Cat("several kernels begin with ", typed));
    found = kernel.name();
  }
  if (!found.has_value()) return absl::NotFoundError(Cat("no kernel begins with ", typed));
  return *found;
}

}  // namespace

absl::Status Functions(const client::Client& client, const FunctionsOptions& options,
                       absl::Duration timeout, Io& io) {
  if (!options.name.empty()) {
    ASSIGN_OR_RETURN(const v1::Function function,
                     client.GetFunction(options.name, {.timeout = timeout}));
    if (options.json) {
      io.out << JsonText(function) << '\n';
    } else {
      PrintFunction(function, io);
    }
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::vector<v1::Function> functions,
                   client.ListFunctions({.timeout = timeout}));
  if (options.json) {
    PrintJsonList(functions, io.out);
  } else {
    PrintFunctionTable(functions, io);
  }
  return absl::OkStatus();
}

absl::Status Kernels(const client::Client& client, const KernelsOptions& options,
                     absl::Duration timeout, Io& io) {
  if (options.action == KernelsOptions::Action::kList) {
    ASSIGN_OR_RETURN(const std::vector<v1::Kernel> kernels,
                     client.ListKernels({.timeout = timeout}));
    if (options.json) {
      PrintJsonList(kernels, io.out);
    } else {
      PrintKernelTable(kernels, io);
    }
    return absl::OkStatus();
  }
  for (const std::string& typed : options.names) {
    ASSIGN_OR_RETURN(const std::string name, FullKernelName(client, typed, timeout));
    if (options.action == KernelsOptions::Action::kDelete) {
      RETURN_IF_ERROR(client.DeleteKernel(name, {.timeout = timeout}));
      io.out << "deleted " << name << '\n';
      continue;
    }
    ASSIGN_OR_RETURN(const v1::Kernel kernel, client.GetKernel(name, {.timeout = timeout}));
    if (options.json) {
      io.out << JsonText(kernel) << '\n';
    } else {
      PrintKernel(kernel, io);
    }
  }
  return absl::OkStatus();
}

absl::Status Info(const client::Client& client, const InfoOptions& options, absl::Duration timeout,
                  Io& io) {
  ASSIGN_OR_RETURN(const v1::GetServerInfoResponse info,
                   client.GetServerInfo({.timeout = timeout}));
  if (options.json) {
    io.out << JsonText(info) << '\n';
    return absl::OkStatus();
  }
  Table facts({{""}, {""}});
  AddFact("version", info.version(), &facts);
  AddFact("functions", Cat(info.functions()), &facts);
  AddFact("CPU target", info.cpu_target(), &facts);
  AddFact("compiler", info.compiler().empty() ? "none: programs are interpreted" : info.compiler(),
          &facts);
  AddFact("sandbox", info.sandbox_level(), &facts);
  AddFact("threads", Cat(info.threads()), &facts);
  facts.Print(io.out);
  io.out << '\n';
  Table limits({{"limit"}, {"value", Align::kRight}, {"what it bounds"}});
  for (const v1::Limit& limit : info.limits()) {
    const bool whole =
        limit.value() >= 0 && limit.value() < 1e15 && limit.value() == std::floor(limit.value());
    limits.AddRow(
        {limit.name(),
         whole ? GroupedDigits(static_cast<uint64_t>(limit.value())) : NumberText(limit.value()),
         limit.doc()});
  }
  limits.Print(io.out, TableWidth(io));
  return absl::OkStatus();
}

}  // namespace formulary::cli
