#ifndef FORMULARY_SERVER_BASE_LOG_H_
#define FORMULARY_SERVER_BASE_LOG_H_

// Structured logging to standard error, one line an event: a fixed message plus fields. Every
// server folder logs through Log(). Whatever bytes a client put into a field, a line stays one line
// of plain ASCII without control characters, and in JSON form one valid object.

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace formulary::base {

enum class Severity { kDebug, kInfo, kWarning, kError };
enum class LogFormat { kText, kJson };

struct LogOptions {
  Severity minimum = Severity::kInfo;
  LogFormat format = LogFormat::kText;
};

// A key (a fixed identifier of ours, never client text) and a value. Text is borrowed for the call.
class LogField {
 public:
  LogField(std::string_view key, std::string_view text) : key_(key), text_(text) {}
  LogField(std::string_view key, const char* text) : key_(key), text_(text) {}
  LogField(std::string_view key, const std::string& text) : key_(key), text_(text) {}
  template <typename Number>
  requires std::integral<Number> || std::floating_point<Number> LogField(std::string_view key,
                                                                         Number value)
      : key_(key), number_(Format(value)) {}

  std::string_view key() const { return key_; }
  bool is_number() const { return !number_.empty(); }
  std::string_view value() const { return is_number() ? std::string_view(number_) : text_; }

 private:
  template <typename Number>
  static std::string Format(Number value) {
    if constexpr (std::same_as<Number, bool>) {
      return value ? "true" : "false";
    } else if constexpr (std::floating_point<Number>) {
      return FormatReal(static_cast<double>(value));
    } else {
      return std::to_string(value);
    }
  }
  static std::string FormatReal(double value);

  std::string_view key_;
  std::string_view text_;
  std::string number_;
};

// Once, at start, before other threads run; without it the defaults hold.
void InitLogging(const LogOptions& options);

// Thread-safe. Lines of several threads never mix.
void Log(Severity severity, std::string_view message, std::initializer_list<LogField> fields = {});

// The line Log() would write (without the line end) at `time_text`; for tests.
std::string FormatLogLine(LogFormat format, std::string_view time_text, Severity severity,
                          std::string_view message, std::initializer_list<LogField> fields);

}  // namespace formulary::base

#endif  // FORMULARY_SERVER_BASE_LOG_H_
