#ifndef FORMULARY_CLIENT_CLI_NPY_H_
#define FORMULARY_CLIENT_CLI_NPY_H_

// NumPy's .npy files, read and written without NumPy. Files are untrusted: every length is checked
// before it is used, nothing is executed, and pickled (object) arrays are refused.
//
//   file   = "\x93NUMPY" major minor length header elements
//   major  = 1 (length: 2 bytes), 2 or 3 (length: 4 bytes; 3 is UTF-8); minor = 0; little-endian
//   header = Python dict literal: {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), },
//   padded with
//            blanks and a line end so that the elements start at a multiple of 64
//   descr  = "<f8" | "<f4" | "<i8" | "<i4" | "|b1"    ("=" and "|" mean this machine's order, which
//   is "<")
// (Format: numpy.lib.format, NumPy Enhancement Proposal 1.)

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/cpp/array.h"

namespace formulary::cli {

// True when `bytes` start like a .npy file.
bool IsNpy(std::string_view bytes);

// The array of a .npy file; Fortran order is turned into C order. INVALID_ARGUMENT for anything
// that is not exactly one array of a supported type.
absl::StatusOr<client::Array> ReadNpy(std::string_view bytes);

// A .npy file, version 1.0. INVALID_ARGUMENT for complex arrays.
absl::StatusOr<std::string> WriteNpy(const client::Array& array);

}  // namespace formulary::cli

#endif  // FORMULARY_CLIENT_CLI_NPY_H_
