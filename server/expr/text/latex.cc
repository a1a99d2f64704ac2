// LaTeX, for mathematics mode.

#include <string>

#include "server/base/strings.h"
#include "server/expr/catalogue.h"
#include "server/expr/text/constants_text.h"
#include "server/expr/text/latex_template.h"
#include "server/expr/text/visual.h"

namespace formulary::expr::text {
namespace {

using base::StrCat;

constexpr Style kLatexStyle = {
    .open = "\\left(",
    .close = "\\right)",
    .fraction = {"\\frac{", "}{", "}"},
    .power = {"", "^{", "}"},
    .square_root = {"\\sqrt{", "}"},
    .times = " ",
    .times_digit = " \\cdot ",
    .plus = " + ",
    .minus = " - ",
    .sign = "-",
    .differential = "d",
    .partial_differential = "\\partial ",
    .case_open = "\\begin{cases} ",
    .case_if = " & \\text{for}\\: ",
    .case_next = " \\\\ ",
    .case_otherwise = " & \\text{otherwise}",
    .case_close = " \\end{cases}",
};

// One thread at a time. Functions are written by the templates of their rows.
class LatexWriter : public VisualWriter {
 public:
  explicit LatexWriter(const Source& source) : VisualWriter(source, kLatexStyle) {}

 private:
  std::string_view Template(NodeId id) const { return Row(graph_[id].function).latex; }

  std::string Number(std::string_view digits) const override { return std::string(digits); }
  std::string Constant(NodeId id) const override {
    return std::string(ConstantTextOf(graph_, id).latex);
  }
  std::string Boolean(bool value) const override {
    return value ? "\\text{True}" : "\\text{False}";
  }
  std::string Name(std::string_view name) const override { return LatexName(name); }
  std::string Infix(NodeId id) const override { return std::string(InfixSign(Template(id))); }
  uint8_t NamedPrecedence(NodeId id) const override { return TemplatePrecedence(Template(id)); }
  bool BeginsWithDigit(NodeId id) const override {
    return !Template(id).empty() && Template(id)[0] >= '0' && Template(id)[0] <= '9';
  }
  void WriteNamed(NodeId id, Pieces* out) const override {
    ExpandTemplate(Template(id), graph_.operands(id), "", out);
  }
  bool WriteNamedPower(NodeId id, std::string_view exponent, Pieces* out) const override {
    if (ExponentPosition(Template(id)) == std::string_view::npos) return false;
    ExpandTemplate(Template(id), graph_.operands(id), StrCat("^{", exponent, "}"), out);
    return true;
  }
  void WriteRoot(NodeId base, std::string_view degree, Pieces* out) const override {
    out->Text(StrCat("\\sqrt[", degree, "]{"));
    out->Node(base);
    out->Text("}");
  }
};

}  // namespace

std::unique_ptr<TreeWriter> MakeLatexWriter(const Source& source) {
  return std::make_unique<LatexWriter>(source);
}

}  // namespace formulary::expr::text
