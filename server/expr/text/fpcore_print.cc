// FPCore: prefix notation, the catalogue's fpcore names; a row without one keeps its own, which our
// reader takes.

#include <cmath>
#include <string>

#include "server/base/error.h"
#include "server/base/strings.h"
#include "server/expr/catalogue.h"
#include "server/expr/text/constants_text.h"
#include "server/expr/text/number_text.h"
#include "server/expr/text/tree_writer.h"

namespace formulary::expr::text {
namespace {

using base::StrCat;

// One thread at a time.
class FpCoreWriter : public TreeWriter {
 public:
  explicit FpCoreWriter(const Source& source) : TreeWriter(source) {}

  absl::Status Expand(NodeId id, const Context& context, Pieces* out) override;

 private:
  void WriteFolded(std::string_view name, absl::Span<const NodeId> operands, Pieces* out) const;
  void WriteChoice(absl::Span<const NodeId> operands, Pieces* out) const;
};

std::string_view NameOf(FunctionId function) {
  if (function == fn::kSub || function == fn::kNeg) return "-";
  const FunctionRow& row = Row(function);
  return row.fpcore.empty() ? row.name : row.fpcore.substr(0, row.fpcore.find(' '));
}

// (+ (+ a b) c): FPCore's operators take two operands.
void FpCoreWriter::WriteFolded(std::string_view name, absl::Span<const NodeId> operands,
                               Pieces* out) const {
  for (size_t i = 1; i < operands.size(); ++i) out->Text(StrCat("(", name, " "));
  out->Node(operands[0]);
  for (const NodeId operand : operands.subspan(1)) {
    out->Text(" ");
    out->Node(operand);
    out->Text(")");
  }
}

// value, condition, ..., default as nested ifs.
void FpCoreWriter::WriteChoice(absl::Span<const NodeId> operands, Pieces* out) const {
  for (size_t i = 0; i + 1 < operands.size(); i += 2) {
    out->Text("(if ");
    out->Node(operands[i + 1]);
    out->Text(" ");
    out->Node(operands[i]);
    out->Text(" ");
  }
  out->Node(operands.back());
  out->Text(std::string(operands.size() / 2, ')'));
}

absl::Status FpCoreWriter::Expand(NodeId id, const Context&, Pieces* out) {
  const Node& node = graph_[id];
  const auto operands = graph_.operands(id);
  switch (node.kind) {
    case NodeKind::kNumber:
      out->Text(StrCat(graph_.number(id) < 0 ? "-" : "",
                       MagnitudeText(graph_.number(id), static_cast<NumberForm>(node.detail))));
      return absl::OkStatus();
    case NodeKind::kReal: {
      const double value = graph_.real(id);
      const std::string_view name = ConstantTextOf(graph_, id).fpcore;
      out->Text(value == 0 ? "-0.0" : value < 0 ? StrCat("(- ", name, ")") : std::string(name));
      return absl::OkStatus();
    }
    case NodeKind::kNamed:
      out->Text(std::string(ConstantTextOf(graph_, id).fpcore));
      return absl::OkStatus();
    case NodeKind::kBoolean:
      out->Text(node.detail != 0 ? "TRUE" : "FALSE");
      return absl::OkStatus();
    case NodeKind::kArgument:
      out->Text(source_.ArgumentName(node));
      return absl::OkStatus();
    case NodeKind::kCall:
      break;
  }
  const FunctionRow& row = Row(node.function);
  if (node.function == fn::kDerivative) {
    return base::MakeError(absl::StatusCode::kUnimplemented, "FPCore has no derivatives",
                           {.reason = "SYNTAX_UNIMPLEMENTED"});
  }
  if (node.function == fn::kPiecewise) {
    WriteChoice(operands, out);
  } else if (row.latex == "{0}") {  // writes nothing of its own
    out->Node(operands[0]);
  } else if (row.max_arity == kVariadic) {
    WriteFolded(NameOf(node.function), operands, out);
  } else {
    out->Text(StrCat("(", NameOf(node.function), " "));
    out->List(operands, " ");
    out->Text(")");
  }
  return absl::OkStatus();
}

}  // namespace

std::unique_ptr<TreeWriter> MakeFpCoreWriter(const Source& source) {
  return std::make_unique<FpCoreWriter>(source);
}

}  // namespace formulary::expr::text
