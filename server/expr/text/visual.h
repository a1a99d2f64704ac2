#ifndef FORMULARY_SERVER_EXPR_TEXT_VISUAL_H_
#define FORMULARY_SERVER_EXPR_TEXT_VISUAL_H_

// Two-dimensional mathematics, for reading and not for reading back: fraction bars, roots, raised
// exponents. Decides what stands where and between parentheses; LaTeX and MathML add how that is
// spelt. Sums and products are always shown as people write them.

#include <string>
#include <string_view>

#include "server/expr/text/product_form.h"
#include "server/expr/text/tree_writer.h"

namespace formulary::expr::text {

// How a notation spells the constructions: before, between and after their parts.
struct Style {
  std::string_view open, close;  // parentheses
  std::string_view fraction[3];
  std::string_view power[3];
  std::string_view square_root[2];
  std::string_view times, times_digit;  // between factors; in front of a digit
  std::string_view plus, minus, sign;
  std::string_view differential, partial_differential;
  std::string_view case_open, case_if, case_next, case_otherwise, case_close;
};

// One thread at a time.
class VisualWriter : public TreeWriter {
 public:
  absl::Status Expand(NodeId id, const Context& context, Pieces* out) override;

 protected:
  VisualWriter(const Source& source, const Style& style) : TreeWriter(source), style_(style) {}

  // Digits, a constant or an argument, alone.
  virtual std::string Number(std::string_view digits) const = 0;
  virtual std::string Constant(NodeId id) const = 0;
  virtual std::string Boolean(bool value) const = 0;
  virtual std::string Name(std::string_view name) const = 0;
  // The sign between the operands of a call; empty: it is written by name.
  virtual std::string Infix(NodeId id) const = 0;
  // A call by name, and how tightly that holds together.
  virtual void WriteNamed(NodeId id, Pieces* out) const = 0;
  virtual uint8_t NamedPrecedence(NodeId id) const = 0;
  virtual bool BeginsWithDigit(NodeId named_call) const = 0;
  // A call by name to a natural power, with the exponent at the name; false: there is no such way.
  virtual bool WriteNamedPower(NodeId id, std::string_view exponent, Pieces* out) const = 0;
  virtual void WriteRoot(NodeId base, std::string_view degree, Pieces* out) const = 0;

 private:
  enum class Shape : uint8_t {
    kLeaf,
    kProduct,
    kSum,
    kNegation,
    kRoot,
    kPower,
    kFraction,
    kInfix,
    kCases,
    kDerivative,
    kNamed
  };

  Shape ShapeOf(NodeId id) const;
  uint8_t PrecedenceOf(NodeId id, Shape shape, bool negated) const;
  bool BeginsWithMinus(NodeId id, Shape shape, bool negated) const;
  bool FactorBeginsWithDigit(NodeId id) const;

  std::string NumberOf(const mpq_class& value, NumberForm form) const;
  std::string Leaf(NodeId id, bool negated) const;
  void Write(NodeId id, Shape shape, const Context& context, Pieces* out) const;
  void WriteFraction(NodeId id, Pieces* out) const;
  void WriteProduct(NodeId id, const Context& context, Pieces* out) const;
  void WriteFactors(const std::string& number, absl::Span<const Factor> factors, Context first,
                    Pieces* out) const;
  void WriteSum(NodeId id, const Context& context, Pieces* out) const;
  void WritePower(NodeId base, NodeId exponent, Pieces* out) const;
  void WriteFactorPower(const Factor& factor, Pieces* out) const;
  void WriteInfix(NodeId id, Pieces* out) const;
  void WriteCases(NodeId id, Pieces* out) const;
  void WriteDerivative(NodeId id, Pieces* out) const;
  static void Put(std::string_view text, Pieces* out) { out->Text(std::string(text)); }

  const Style& style_;
};

}  // namespace formulary::expr::text

#endif  // FORMULARY_SERVER_EXPR_TEXT_VISUAL_H_
