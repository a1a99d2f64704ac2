#ifndef FORMULARY_CLIENT_CLI_NUMBER_TEXT_H_
#define FORMULARY_CLIENT_CLI_NUMBER_TEXT_H_

// Numbers to text and back, independent of the locale. Used by everything that prints or reads
// values.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "client/cpp/array.h"

namespace formulary::cli {

// Digits that read back as the very same value.
inline constexpr int kShortest = 0;

// "nan", "inf", "-inf", else decimal digits: `digits` significant ones, or the shortest exact text.
std::string NumberText(double value, int digits = kShortest);

// Element `index` as text: integers in full, booleans as true and false, float32 by its own
// shortest text.
std::string ElementText(const client::Array& array, int64_t index, int digits = kShortest);

// The whole of `text`, blanks around it aside, as a number: "1e-3", "+2", "inf", "nan"; else
// nullopt.
std::optional<double> ParseNumber(std::string_view text);

// 1234567 -> "1,234,567".
std::string GroupedDigits(uint64_t value);

// 12.3 us, 4.56 ms, 7.8 s.
std::string DurationText(double seconds);

// 12 B, 3.4 kB, 5.6 MB (powers of 1,000).
std::string BytesText(double bytes);

}  // namespace formulary::cli

#endif  // FORMULARY_CLIENT_CLI_NUMBER_TEXT_H_
