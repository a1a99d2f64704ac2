#include "server/expr/text/print.h"

#include <algorithm>
#include <iterator>

#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/expr/text/tree_writer.h"

namespace formulary::expr {
namespace text {

using base::StrCat;

std::string Source::ArgumentName(const Node& node) const {
  return node.payload < arguments.size() ? arguments[node.payload].name : StrCat("x", node.payload);
}

bool Source::HasArgument(std::string_view name) const {
  return std::any_of(arguments.begin(), arguments.end(),
                     [name](const Argument& argument) { return argument.name == name; });
}

absl::Status WriteTree(NodeId root, size_t max_bytes, TreeWriter* writer, std::string* out) {
  std::vector<Piece> stack;
  stack.push_back({.node = root, .is_node = true});
  Pieces pieces;
  while (!stack.empty()) {
    const Piece piece = std::move(stack.back());
    stack.pop_back();
    if (piece.is_node) {
      pieces.list().clear();
      RETURN_IF_ERROR(writer->Expand(piece.node, piece.context, &pieces));
      std::move(pieces.list().rbegin(), pieces.list().rend(), std::back_inserter(stack));
      continue;
    }
    out->append(piece.text);
    if (out->size() > max_bytes) {
      return base::MakeError(
          absl::StatusCode::kResourceExhausted,
          StrCat("the text is over ", max_bytes, " bytes: shared parts are written out every time"),
          {.reason = "OUTPUT_TOO_LARGE", .metadata = {{"limit", StrCat(max_bytes)}}});
    }
  }
  return absl::OkStatus();
}

namespace {

std::unique_ptr<TreeWriter> MakeWriter(const Source& source, Notation notation) {
  switch (notation) {
    case Notation::kText:
    case Notation::kSymPy:
      return MakeInfixWriter(source, notation);
    case Notation::kLatex:
      return MakeLatexWriter(source);
    case Notation::kFpCore:
      return MakeFpCoreWriter(source);
    case Notation::kMathMl:
      return MakeMathMlWriter(source);
  }
  return nullptr;
}

// All arguments, used or not, so that their order stays.
std::string FpCoreArguments(absl::Span<const Argument> arguments) {
  std::string result;
  for (const Argument& argument : arguments)
    base::StrAppend(&result, result.empty() ? "" : " ", argument.name);
  return result;
}

// What stands around an expression; `name` is empty for a lone expression.
struct Frame {
  std::string before, after;
};
Frame FrameOf(Notation notation, const Source& source, std::string_view name) {
  const std::string property = name.empty() ? "" : StrCat(" :name \"", name, "\"");
  switch (notation) {
    case Notation::kText:
    case Notation::kSymPy:
      return {name.empty() ? "" : StrCat(name, " = "), ""};
    case Notation::kLatex:
      return {name.empty() ? "" : StrCat(LatexName(name), " &= "), ""};
    case Notation::kFpCore:
      return {StrCat("(FPCore (", FpCoreArguments(source.arguments), ")", property, " "), ")"};
    case Notation::kMathMl: {
      const std::string left = name.empty() ? "" : StrCat("<mi>", XmlText(name), "</mi><mo>=</mo>");
      return {StrCat("<math xmlns=\"http://www.w3.org/1998/Math/MathML\"><mrow>", left),
              "</mrow></math>"};
    }
  }
  return {};
}

}  // namespace
}  // namespace text

absl::StatusOr<std::string> PrintExpression(const Graph& graph, NodeId root,
                                            absl::Span<const Argument> arguments,
                                            const PrintOptions& options) {
  const text::Source source{.graph = &graph, .arguments = arguments};
  const text::Frame frame = text::FrameOf(options.notation, source, "");
  std::string out = frame.before;
  const auto writer = text::MakeWriter(source, options.notation);
  RETURN_IF_ERROR(text::WriteTree(root, options.max_bytes, writer.get(), &out));
  return out + frame.after;
}

absl::StatusOr<std::string> PrintProgram(const Program& program, const PrintOptions& options) {
  const text::Source source{.graph = &program.graph,
                            .arguments = program.arguments,
                            .as_written = program.numerics == Numerics::kStrict};
  const bool lone = options.notation == Notation::kText && program.outputs.size() == 1 &&
                    program.outputs[0].name == "y0";
  const std::string_view separator = options.notation == Notation::kLatex ? " \\\\\n" : "\n";
  const auto writer = text::MakeWriter(source, options.notation);
  std::string out;
  for (const Output& output : program.outputs) {
    if (!out.empty()) out += separator;
    const text::Frame frame = text::FrameOf(options.notation, source, lone ? "" : output.name);
    out += frame.before;
    RETURN_IF_ERROR(text::WriteTree(output.node, options.max_bytes, writer.get(), &out));
    out += frame.after;
  }
  return out;
}

}  // namespace formulary::expr
