#include "tests/property/execute.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "absl/strings/str_format.h"
#include "server/base/status_macros.h"
#include "server/codegen/emit_c.h"
#include "server/compile/compiler.h"
#include "server/expr/infer.h"
#include "server/kernel/elf_check.h"
#include "server/kernel/loader.h"
#include "server/passes/expand.h"

namespace formulary::testing {

using expr::DType;
using expr::NodeId;
using expr::Scalar;

uint64_t BitsOf(const Scalar& value) {
  switch (value.dtype) {
    case DType::kFloat32:
      return std::bit_cast<uint32_t>(value.f32);
    case DType::kInt64:
      return static_cast<uint64_t>(value.i64);
    case DType::kBool:
      return value.boolean ? 1 : 0;
    default:
      return std::bit_cast<uint64_t>(value.f64);
  }
}

Scalar ScalarOf(DType dtype, uint64_t bits) {
  switch (dtype) {
    case DType::kFloat32:
      return Scalar::Float32(std::bit_cast<float>(static_cast<uint32_t>(bits)));
    case DType::kInt64:
      return Scalar::Int64(static_cast<int64_t>(bits));
    case DType::kBool:
      return Scalar::Bool(bits != 0);
    default:
      return Scalar::Float64(std::bit_cast<double>(bits));
  }
}

bool SameBits(const Scalar& a, const Scalar& b) {
  if (a.dtype != b.dtype) return false;
  if (IsFloat(a.dtype) && std::isnan(a.ToDouble()) && std::isnan(b.ToDouble())) return true;
  return BitsOf(a) == BitsOf(b);
}

std::string Shown(const Scalar& value) {
  if (value.dtype == DType::kInt64) return absl::StrFormat("%d", value.i64);
  return absl::StrFormat("%a (%.17g) %s", value.ToDouble(), value.ToDouble(),
                         std::string(Name(value.dtype)));
}

Column Column::Of(DType dtype, absl::Span<const double> values) {
  Column column{dtype, {}};
  for (const double value : values)
    column.bits.push_back(BitsOf(Convert(Scalar::Float64(value), dtype)));
  return column;
}

Scalar Column::at(size_t i) const { return ScalarOf(dtype, bits[bits.size() == 1 ? 0 : i]); }

expr::Program AsWritten(const expr::Program& program) {
  expr::Program result = program;
  absl::Status status = MakeConversionsExplicit(&result);
  result = passes::Expand(result);
  status.Update(MakeConversionsExplicit(&result));
  if (!status.ok()) {
    std::fprintf(stderr, "%s\n", status.ToString().c_str());
    std::abort();
  }
  return result;
}

expr::Program OnlyOutput(const expr::Program& program, size_t output) {
  expr::Program alone;
  alone.arguments = program.arguments;
  alone.numerics = program.numerics;
  const NodeId root = alone.graph.Import(program.graph, {program.outputs[output].node})[0];
  alone.outputs = {{program.outputs[output].name, root}};
  return alone;
}

namespace {

size_t LongestOf(const std::vector<Column>& columns) {
  size_t longest = 1;
  for (const Column& column : columns) longest = std::max(longest, column.bits.size());
  return longest;
}

std::string BytesOf(const Column& column, size_t first, size_t count) {
  std::string bytes;
  for (size_t i = first; i < first + count; ++i) {
    bytes.append(reinterpret_cast<const char*>(&column.bits[i]), ByteSize(column.dtype));
  }
  return bytes;
}

Column ColumnOf(DType dtype, const uint8_t* data, size_t count) {
  Column column{dtype, std::vector<uint64_t>(count, 0)};
  const size_t size = ByteSize(dtype);
  for (size_t i = 0; i < count; ++i) std::memcpy(&column.bits[i], data + i * size, size);
  return column;
}

}  // namespace

std::vector<Column> RunNaively(const expr::Program& as_written,
                               const std::vector<Column>& arguments) {
  std::vector<Column> outputs(as_written.outputs.size());
  for (size_t i = 0; i < LongestOf(arguments); ++i) {
    std::vector<Scalar> scalars;
    for (const Column& argument : arguments) scalars.push_back(argument.at(i));
    const absl::StatusOr<std::vector<Scalar>> values = Interpret(as_written, scalars);
    if (!values.ok()) {
      std::fprintf(stderr, "%s\n", values.status().ToString().c_str());
      std::abort();
    }
    for (size_t k = 0; k < outputs.size(); ++k) {
      outputs[k].dtype = (*values)[k].dtype;
      outputs[k].bits.push_back(BitsOf((*values)[k]));
    }
  }
  return outputs;
}

codegen::LoopProgram LowerFor(const expr::Program& program, const std::vector<Column>& arguments,
                              DType output_dtype) {
  const size_t longest = LongestOf(arguments);
  codegen::LowerOptions options;
  options.output_dtype = output_dtype;
  options.has_fma = compile::HostTarget() != compile::TargetIsa::kX86V2;
  for (const Column& argument : arguments) {
    options.argument_types.push_back(argument.dtype);
    options.uniform.push_back(argument.bits.size() == 1 && longest > 1);
  }
  return codegen::Lower(program, options);
}

std::vector<Column> RunLowered(const codegen::LoopProgram& program,
                               const std::vector<Column>& arguments, const RunOptions& options) {
  const size_t count = std::min(options.count, LongestOf(arguments) - options.first);
  std::vector<std::string> bytes;
  std::vector<eval::ArrayView> views(arguments.size());
  for (const Column& argument : arguments) {
    const bool single = argument.bits.size() == 1;
    bytes.push_back(BytesOf(argument, single ? 0 : options.first, single ? 1 : count));
  }
  const eval::BlockInterpreter interpreter(program);
  eval::Work work;
  work.program = &program;
  work.kernel = options.kernel;
  work.interpreter = &interpreter;
  work.batch = {static_cast<int64_t>(count)};
  for (size_t i = 0; i < arguments.size(); ++i) {
    const size_t size = ByteSize(arguments[i].dtype);
    views[i].dtype = arguments[i].dtype;
    views[i].shape = {static_cast<int64_t>(bytes[i].size() / size)};
    const size_t piece = options.piece_bytes == 0 ? bytes[i].size() : options.piece_bytes;
    for (size_t at = 0; at < bytes[i].size(); at += piece) {
      views[i].bytes.Append(bytes[i].data() + at, std::min(piece, bytes[i].size() - at));
    }
    work.arguments.push_back(&views[i]);
  }
  const std::shared_ptr<eval::SlabPool> slabs = eval::SlabPool::Create(1 << 20);
  const absl::StatusOr<eval::Evaluated> evaluated = eval::Evaluate(work, slabs.get(), options.pool);
  if (!evaluated.ok()) {
    std::fprintf(stderr, "%s\n", evaluated.status().ToString().c_str());
    std::abort();
  }
  std::vector<Column> outputs;
  for (size_t k = 0; k < program.output_types.size(); ++k) {
    outputs.push_back(ColumnOf(program.output_types[k], evaluated->outputs[k].data(), count));
  }
  return outputs;
}

absl::StatusOr<std::string> CompileToElf(const codegen::LoopProgram& program) {
  compile::CompilerOptions options;
  options.compile_seconds = 120;
  compile::Compiler compiler(options);
  compile::CompileJob job;
  job.units = codegen::EmitTexts(program);
  job.symbol = std::string(kTestSymbol);
  job.isa = compile::HostTarget();
  job.priority = base::ProcessPriority::kNormal;
  ASSIGN_OR_RETURN(compile::CompileOutput output, compiler.Compile(job, nullptr));
  return std::move(output.elf);
}

absl::StatusOr<std::unique_ptr<kernel::Kernel>> CompileAndLoad(
    const codegen::LoopProgram& program) {
  ASSIGN_OR_RETURN(const std::string elf, CompileToElf(program));
  RETURN_IF_ERROR(kernel::CheckKernelElf(elf, kTestSymbol));
  kernel::Loader loader;
  ASSIGN_OR_RETURN(kernel::LoadedFunction loaded, loader.Load(elf, std::string(kTestSymbol)));
  return std::make_unique<kernel::Kernel>(kernel::KernelFacts{}, loaded.function,
                                          std::move(loaded.library));
}

}  // namespace formulary::testing
