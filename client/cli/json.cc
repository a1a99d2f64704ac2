#include "client/cli/json.h"

#include <cmath>
#include <cstdio>

#include "client/cli/number_text.h"
#include "client/cpp/text.h"

namespace formulary::cli {

void JsonWriter::Separate() {
  if (need_comma_) text_ += ',';
  need_comma_ = true;
}

void JsonWriter::Begin(char bracket) {
  Separate();
  text_ += bracket;
  need_comma_ = false;
}

void JsonWriter::End(char bracket) {
  text_ += bracket;
  need_comma_ = true;
}

void JsonWriter::Key(std::string_view key) {
  String(key);
  text_ += ':';
  need_comma_ = false;
}

void JsonWriter::String(std::string_view text) {
  Separate();
  text_ += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      text_ += '\\';
      text_ += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      text_ += escape;
    } else {
      text_ += c;
    }
  }
  text_ += '"';
}

void JsonWriter::Number(double value) {
  if (!std::isfinite(value))
    return String(std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
  Separate();
  text_ += NumberText(value);
}

void JsonWriter::Integer(int64_t value) {
  Separate();
  text_ += client::Cat(value);
}

void JsonWriter::Boolean(bool value) {
  Separate();
  text_ += value ? "true" : "false";
}

void JsonWriter::Element(const client::Array& array, int64_t index) {
  const double value = array.AsDouble(index);
  if (!std::isfinite(value)) return Number(value);
  Separate();
  text_ += ElementText(array, index);
}

void JsonWriter::Elements(const client::Array& array) {
  if (array.rank() == 0) return Element(array, 0);
  // Element i opens, and i + 1 closes, every dimension whose block of elements starts there.
  std::vector<int64_t> blocks;
  for (const int64_t extent : array.shape()) {
    for (int64_t& block : blocks) block *= extent;
    blocks.push_back(extent);
  }
  if (array.size() == 0) {
    BeginArray();
    return EndArray();
  }
  for (int64_t i = 0; i < array.size(); ++i) {
    for (const int64_t block : blocks) {
      if (i % block == 0) BeginArray();
    }
    Element(array, i);
    for (const int64_t block : blocks) {
      if ((i + 1) % block == 0) EndArray();
    }
  }
}

}  // namespace formulary::cli
