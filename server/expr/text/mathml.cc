// Presentation MathML.

#include <string>

#include "server/base/strings.h"
#include "server/expr/catalogue.h"
#include "server/expr/text/constants_text.h"
#include "server/expr/text/utf8.h"
#include "server/expr/text/visual.h"

namespace formulary::expr::text {
namespace {

using base::StrCat;

constexpr Style kMathMlStyle = {
    .open = "<mrow><mo>(</mo>",
    .close = "<mo>)</mo></mrow>",
    .fraction = {"<mfrac><mrow>", "</mrow><mrow>", "</mrow></mfrac>"},
    .power = {"<msup><mrow>", "</mrow><mrow>", "</mrow></msup>"},
    .square_root = {"<msqrt>", "</msqrt>"},
    .times = "<mo>&#x2062;</mo>",
    .times_digit = "<mo>&#xD7;</mo>",
    .plus = "<mo>+</mo>",
    .minus = "<mo>&#x2212;</mo>",
    .sign = "<mo>&#x2212;</mo>",
    .differential = "<mi>d</mi>",
    .partial_differential = "<mo>&#x2202;</mo>",
    .case_open = "<mrow><mo>{</mo><mtable><mtr><mtd>",
    .case_if = "</mtd><mtd><mtext>for </mtext>",
    .case_next = "</mtd></mtr><mtr><mtd>",
    .case_otherwise = "</mtd><mtd><mtext>otherwise</mtext>",
    .case_close = "</mtd></mtr></mtable></mrow>",
};

// Signs by the symbols of the text syntax.
struct Sign {
  std::string_view symbol;
  std::string_view element;
};
constexpr Sign kSigns[] = {
    {"<", "<mo>&lt;</mo>"},      {"<=", "<mo>&#x2264;</mo>"}, {">", "<mo>&gt;</mo>"},
    {">=", "<mo>&#x2265;</mo>"}, {"==", "<mo>=</mo>"},        {"!=", "<mo>&#x2260;</mo>"},
    {"&", "<mo>&#x2227;</mo>"},  {"|", "<mo>&#x2228;</mo>"},  {"%", "<mo>mod</mo>"},
};

// One thread at a time. Functions are written by the names of their rows.
class MathMlWriter : public VisualWriter {
 public:
  explicit MathMlWriter(const Source& source) : VisualWriter(source, kMathMlStyle) {}

 private:
  std::string Number(std::string_view digits) const override {
    return StrCat("<mn>", digits, "</mn>");
  }
  std::string Constant(NodeId id) const override {
    return std::string(ConstantTextOf(graph_, id).mathml);
  }
  std::string Boolean(bool value) const override {
    return value ? "<mi>True</mi>" : "<mi>False</mi>";
  }
  std::string Name(std::string_view name) const override {
    return StrCat("<mi>", XmlText(name), "</mi>");
  }
  std::string Infix(NodeId id) const override {
    const Operator* op = PrintedOperator(graph_[id].function, 2);
    for (const Sign& sign : kSigns) {
      if (op != nullptr && op->symbol == sign.symbol) return std::string(sign.element);
    }
    return "";
  }
  uint8_t NamedPrecedence(NodeId id) const override {
    return graph_.IsCall(id, fn::kSqrt) ? kAtom : kPower;
  }
  bool BeginsWithDigit(NodeId) const override { return false; }
  bool WriteNamedPower(NodeId, std::string_view, Pieces*) const override { return false; }
  void WriteNamed(NodeId id, Pieces* out) const override {
    const bool root = graph_.IsCall(id, fn::kSqrt);
    const std::string_view name = Row(graph_[id].function).name;
    out->Text(root ? "<msqrt>" : StrCat("<mrow><mi>", name, "</mi><mo>&#x2061;</mo><mo>(</mo>"));
    out->List(graph_.operands(id), "<mo>,</mo>");
    out->Text(root ? "</msqrt>" : "<mo>)</mo></mrow>");
  }
  void WriteRoot(NodeId base, std::string_view degree, Pieces* out) const override {
    out->Text("<mroot><mrow>");
    out->Node(base);
    out->Text(StrCat("</mrow>", degree, "</mroot>"));
  }
};

}  // namespace

std::string XmlText(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); i += DecodeUtf8(text, i).length) {
    switch (text[i]) {
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '&':
        result += "&amp;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        AppendShown(text, i, &result);
    }
  }
  return result;
}

std::unique_ptr<TreeWriter> MakeMathMlWriter(const Source& source) {
  return std::make_unique<MathMlWriter>(source);
}

}  // namespace formulary::expr::text
