#ifndef FORMULARY_CLIENT_CLI_JSON_H_
#define FORMULARY_CLIENT_CLI_JSON_H_

// JSON text, written as it is described. Numbers that JSON does not have are the strings "NaN",
// "Infinity" and "-Infinity", as protobuf's JSON mapping writes them.

#include <string>
#include <string_view>
#include <vector>

#include "client/cpp/array.h"

namespace formulary::cli {

// One thread at a time. REQUIRES: Key before every value of an object.
class JsonWriter {
 public:
  void BeginObject() { Begin('{'); }
  void EndObject() { End('}'); }
  void BeginArray() { Begin('['); }
  void EndArray() { End(']'); }
  void Key(std::string_view key);
  void String(std::string_view text);
  void Number(double value);
  void Integer(int64_t value);
  void Boolean(bool value);
  // An array's elements as nested lists of its shape, a scalar as the bare value.
  void Elements(const client::Array& array);

  // What was written.
  const std::string& text() const { return text_; }

 private:
  void Begin(char bracket);
  void End(char bracket);
  void Separate();
  void Element(const client::Array& array, int64_t index);

  std::string text_;
  bool need_comma_ = false;
};

}  // namespace formulary::cli

#endif  // FORMULARY_CLIENT_CLI_JSON_H_
