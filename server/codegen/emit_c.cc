#include "server/codegen/emit_c.h"

#include <algorithm>
#include <utility>

#include "server/base/strings.h"
#include "server/codegen/emit_prelude.h"
#include "server/codegen/emitter.h"

namespace formulary::codegen {
namespace {

using base::StrAppend;
using base::StrCat;

// How the functions of units are linked: within a text, and across the texts of one kernel.
constexpr std::string_view kStatic = "static __attribute__((noinline))";
constexpr std::string_view kHidden = "__attribute__((visibility(\"hidden\"), noinline))";

constexpr Whole kKernel = {"__attribute__((visibility(\"default\")))", "FY_KERNEL", "s"};
constexpr Whole kOtherwise = {"static __attribute__((noinline))", "fy_otherwise", "o"};

}  // namespace

void Emitter::WholeHead() {
  StrAppend(&out_, whole_.linkage, " void ", whole_.name, "(long n, const fy_v1_args *a) {\n");
}

void Emitter::SingleFunction() {
  WholeHead();
  StrAppend(&out_, "  n &= -", program_.lane_multiple, "L;\n");
  for (uint32_t u = 0; u < program_.units.size(); ++u) {
    const Unit& unit = program_.units[u];
    if (unit.kind == UnitKind::kLoop) Pointers(u, "");
    ReadUniforms(unit, u);
    if (unit.kind == UnitKind::kPrologue) {
      Statements(unit, "  ");
      for (uint32_t i = unit.first; i < unit.last; ++i) declared_[i] = true;
    } else {
      Loop(u, "n");
    }
  }
  out_ += "}\n";
}

// y = f(x) on a block; a uniform operand is one value, with stride 0.
void Emitter::ArrayCalls(const Unit& unit) {
  for (uint32_t i = unit.first; i < unit.last; ++i) {
    const Instruction& call = at(i);
    std::string arguments;
    std::string setup;
    for (int k = 0; k < call.operand_count; ++k) {
      const ValueId operand = call.operands[k];
      const bool varying = at(operand).varying;
      if (varying) {
        StrAppend(&arguments, ", ", BlockPointer(operand));
      } else {
        const std::string name = StrCat("c", i, "_", k);
        StrAppend(&setup, "    const ", CType(call, 8), " ", name, " = ", UniformRead(operand),
                  ";\n");
        StrAppend(&arguments, ", &", name);
      }
      if (call.operand_count > 1) StrAppend(&arguments, ", ", varying ? 1 : 0);
    }
    StrAppend(&out_, setup, "    ", RoutineName(program_, call), "(", BlockPointer(i), arguments,
              ", m);\n");
  }
}

void Emitter::UnitFunctions(uint32_t first, uint32_t last, std::string_view linkage) {
  for (uint32_t u = first; u < last; ++u) {
    if (program_.units[u].kind != UnitKind::kArrayCall) UnitFunction(u, linkage);
  }
}

// Whether the block has an element that needs what the guard guards, if that was not asked before.
void Emitter::GuardTest(uint32_t index, std::vector<bool>* tested) {
  if ((*tested)[index]) return;
  (*tested)[index] = true;
  const Guard& guard = program_.guards[index];
  const bool nested = guard.around != kNoGuard;
  if (nested) GuardTest(guard.around, tested);  // at most kMaxGuardDepth deep
  StrAppend(&out_, "    const long g", index, " = ");
  if (nested) StrAppend(&out_, "g", guard.around, " == 0 ? 0 : ");
  StrAppend(&out_,
            at(guard.need).varying ? StrCat("fy_any(m, ", BlockPointer(guard.need), ")")
                                   : UniformRead(guard.need),
            ";\n");
}

// Computes the block anew; what has been stored of it is written over.
void Emitter::Otherwise() {
  StrAppend(&out_, "      const void *in[", program_.input_types.size(), "];\n      void *out[",
            program_.output_types.size(), "];\n");
  const auto pointers = [this](std::string_view name, std::string_view field, std::string_view type,
                               absl::Span<const DType> elements) {
    for (size_t k = 0; k < elements.size(); ++k) {
      StrAppend(&out_, "      ", name, "[", k, "] = (", type, " *)a->", field, "[", k, "] + at * ",
                ByteSize(elements[k]), ";\n");
    }
  };
  pointers("in", "inputs", "const unsigned char", program_.input_types);
  pointers("out", "outputs", "unsigned char", program_.output_types);
  StrAppend(&out_, "      const fy_v1_args b = {in, out, a->uniforms, w + ",
            program_.own_workspace_bytes(), "};\n      ", kOtherwise.name,
            "(m, &b);\n      continue;\n    }\n");
}

// The function that calls the units' functions, block by block.
void Emitter::BlockLoop() {
  WholeHead();
  StrAppend(&out_, "  unsigned char *w = a->workspace;\n  n &= -", program_.lane_multiple,
            "L;\n  (void)w;\n");
  for (uint32_t u = 0; u < program_.units.size(); ++u) {
    if (program_.units[u].kind == UnitKind::kPrologue)
      StrAppend(&out_, "  ", whole_.units, u, "(a);\n");
  }
  StrAppend(&out_, "  for (long at = 0; at < n; at += ", program_.block_elements,
            ") {\n    const long m = n - at < ", program_.block_elements,
            " ? n - at : ", program_.block_elements, ";\n");
  std::vector<bool> tested(program_.guards.size(), false);
  for (uint32_t u = 0; u < program_.units.size(); ++u) {
    const Unit& unit = program_.units[u];
    if (unit.kind == UnitKind::kPrologue) continue;
    const bool guarded = unit.guard != kNoGuard;
    if (guarded) GuardTest(unit.guard, &tested);
    if (guarded) StrAppend(&out_, "    if (g", unit.guard, ") {\n");
    const std::string call = StrCat(whole_.units, u, "(m, at, a)");
    if (TestsReach(u)) {
      StrAppend(&out_, "    if (", call, " != -1) {\n");
      Otherwise();
    } else if (unit.kind == UnitKind::kLoop) {
      StrAppend(&out_, "    ", call, ";\n");
    }
    if (unit.kind == UnitKind::kArrayCall) ArrayCalls(unit);
    if (guarded) out_ += "    }\n";
  }
  out_ += "  }\n}\n";
}

std::string Emitter::Functions() {
  for (const LoopProgram& otherwise : program_.otherwise)
    out_ += Emitter(otherwise, kOtherwise).Functions();
  if (program_.single_loop()) {
    SingleFunction();
  } else {
    UnitFunctions(0, static_cast<uint32_t>(program_.units.size()), kStatic);
    BlockLoop();
  }
  return std::move(out_);
}

std::string Emitter::Run() { return PreludeText(program_) + Functions(); }

// The first text has the kernel, the others the functions of some units each.
std::vector<std::string> Emitter::RunTexts() {
  const auto count = static_cast<uint32_t>(program_.units.size());
  if (count <= kMaxTextUnits || !program_.otherwise.empty()) return {Run()};
  const std::string head = PreludeText(program_);
  out_ = head;
  for (uint32_t u = 0; u < count; ++u) {
    if (program_.units[u].kind == UnitKind::kArrayCall) continue;
    UnitHead(u, kHidden);
    out_ += ";\n";
  }
  BlockLoop();
  std::vector<std::string> texts = {std::exchange(out_, head)};
  for (uint32_t first = 0; first < count; first += kMaxTextUnits) {
    UnitFunctions(first, std::min(first + kMaxTextUnits, count), kHidden);
    texts.push_back(std::exchange(out_, head));
  }
  return texts;
}

std::string EmitC(const LoopProgram& program) { return Emitter(program, kKernel).Run(); }

std::vector<std::string> EmitTexts(const LoopProgram& program) {
  return Emitter(program, kKernel).RunTexts();
}

}  // namespace formulary::codegen
