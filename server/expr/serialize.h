#ifndef FORMULARY_SERVER_EXPR_SERIALIZE_H_
#define FORMULARY_SERVER_EXPR_SERIALIZE_H_

// A program as bytes: what a kernel's name is the digest of, and what a manifest in the store
// keeps. The same program gives the same bytes on every machine and at every time.
//
// Layout, version 1; integers are LEB128 varints, strings are a length and bytes:
//   "FYP1" numerics (and 4 where accurate)
//   count { dtype uniform rank { size name } assumptions [name] }          arguments
//   count { kind detail body }                                            nodes the outputs need,
//   in order
//     number: numerator, denominator as decimal strings; real: 8 bytes little-endian; named,
//     boolean: nothing; argument: position; call: row name, count { node }
//   count { node [name] }                                                 outputs
// The names stand only where they were asked for.

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "server/expr/program.h"

namespace formulary::expr {

enum class WithNames : bool { kNo = false, kYes = true };

std::string EncodeProgram(const Program& program, WithNames with_names);

// DATA_LOSS when the bytes are not what EncodeProgram writes with names, or speak of a row that
// this version does not have.
absl::StatusOr<Program> DecodeProgram(std::string_view bytes);

}  // namespace formulary::expr

#endif  // FORMULARY_SERVER_EXPR_SERIALIZE_H_
