#ifndef FORMULARY_CLIENT_CLI_CSV_H_
#define FORMULARY_CLIENT_CLI_CSV_H_

// One column of numbers out of a CSV text, and fields written for one. RFC 4180 with the liberties
// that files take: the separator is a comma, or a semicolon or tab where the first line has one and
// no comma; lines may end in CR LF; empty lines and lines that start with # are left out; a first
// line with a field that is no number is the header.

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace formulary::cli {

// The column of that name, or of that number counting from 1; of an empty name: the only one. Empty
// fields are NaN. INVALID_ARGUMENT names the line (counting from 1) and what stands there.
absl::StatusOr<std::vector<double>> ReadCsvColumn(std::string_view text, std::string_view column);

// The field as it is written: in quotes where it must be.
std::string CsvField(std::string_view text);

}  // namespace formulary::cli

#endif  // FORMULARY_CLIENT_CLI_CSV_H_
