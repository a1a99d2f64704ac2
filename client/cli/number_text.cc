#include "client/cli/number_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <system_error>

#include "client/cpp/text.h"

namespace formulary::cli {
namespace {

template <typename T>
std::string FloatText(T value, int digits) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  char text[64];
  char* const end = text + sizeof text;
  const auto result = digits == kShortest
                          ? std::to_chars(text, end, value)
                          : std::to_chars(text, end, value, std::chars_format::general, digits);
  return std::string(text, result.ptr);
}

struct Unit {
  double size;
  std::string_view name;
};

// `value` in the largest unit that leaves at least 1, with three significant digits.
template <size_t N>
std::string InUnits(double value, const std::array<Unit, N>& units) {
  for (const Unit& unit : units) {
    if (value >= unit.size || &unit == &units.back()) {
      return client::Cat(NumberText(value / unit.size, 3), " ", unit.name);
    }
  }
  return {};
}

constexpr std::array<Unit, 4> kSeconds = {{{1, "s"}, {1e-3, "ms"}, {1e-6, "us"}, {1e-9, "ns"}}};
constexpr std::array<Unit, 4> kBytes = {{{1e9, "GB"}, {1e6, "MB"}, {1e3, "kB"}, {1, "B"}}};

}  // namespace

std::string NumberText(double value, int digits) { return FloatText(value, digits); }

std::string ElementText(const client::Array& array, int64_t index, int digits) {
  const size_t i = static_cast<size_t>(index);
  switch (array.dtype()) {
    case client::DType::kFloat64:
      return FloatText(array.As<double>()[i], digits);
    case client::DType::kFloat32:
      return FloatText(array.As<float>()[i], digits);
    case client::DType::kInt64:
      return client::Cat(array.As<int64_t>()[i]);
    case client::DType::kInt32:
      return client::Cat(array.As<int32_t>()[i]);
    case client::DType::kBool:
      return array.AsDouble(index) != 0 ? "true" : "false";
    case client::DType::kComplex128: {
      const std::complex<double> value = array.As<std::complex<double>>()[i];
      return client::Cat(FloatText(value.real(), digits), value.imag() < 0 ? "" : "+",
                         FloatText(value.imag(), digits), "j");
    }
    case client::DType::kComplex64: {
      const std::complex<float> value = array.As<std::complex<float>>()[i];
      return client::Cat(FloatText(value.real(), digits), value.imag() < 0 ? "" : "+",
                         FloatText(value.imag(), digits), "j");
    }
    case client::DType::kUnspecified:
      break;
  }
  return {};
}

std::optional<double> ParseNumber(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return std::nullopt;
  text = text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ptr != text.data() + text.size()) return std::nullopt;
  if (result.ec == std::errc::result_out_of_range) {
    // from_chars leaves the value alone: too large, or too small for a subnormal.
    const size_t exponent = text.find_first_of("eE");
    const bool tiny = exponent != std::string_view::npos && text.substr(exponent).find('-') < 2;
    value = tiny ? 0.0 : HUGE_VAL;
    return text[0] == '-' ? -value : value;
  }
  if (result.ec != std::errc()) return std::nullopt;
  return value;
}

std::string GroupedDigits(uint64_t value) {
  const std::string digits = client::Cat(value);
  std::string text;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string DurationText(double seconds) { return InUnits(seconds, kSeconds); }

std::string BytesText(double bytes) { return InUnits(bytes, kBytes); }

}  // namespace formulary::cli
