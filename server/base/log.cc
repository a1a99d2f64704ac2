#include "server/base/log.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <cmath>
#include <memory>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "server/base/strings.h"

namespace formulary::base {
namespace {

struct SeverityRow {
  std::string_view name;
  spdlog::level::level_enum level;
};
constexpr SeverityRow kSeverities[] = {
    {"DEBUG", spdlog::level::debug},
    {"INFO", spdlog::level::info},
    {"WARNING", spdlog::level::warn},
    {"ERROR", spdlog::level::err},
};
const SeverityRow& Row(Severity severity) { return kSeverities[static_cast<size_t>(severity)]; }

struct Decoded {
  uint32_t code_point = 0xFFFD;
  size_t size = 1;
};

// The first code point of `text`, or U+FFFD and one byte where it is not well-formed UTF-8.
Decoded DecodeUtf8(std::string_view text) {
  struct Form {
    uint8_t mask, lead;
    size_t size;
    uint32_t minimum;
  };
  static constexpr Form kForms[] = {
      {0x80, 0x00, 1, 0}, {0xE0, 0xC0, 2, 0x80}, {0xF0, 0xE0, 3, 0x800}, {0xF8, 0xF0, 4, 0x10000}};
  const auto lead = static_cast<uint8_t>(text[0]);
  for (const Form& form : kForms) {
    if ((lead & form.mask) != form.lead) continue;
    if (form.size > text.size()) return {};
    uint32_t code_point = lead & static_cast<uint8_t>(~form.mask);
    for (size_t i = 1; i < form.size; ++i) {
      const auto byte = static_cast<uint8_t>(text[i]);
      if ((byte & 0xC0) != 0x80) return {};
      code_point = (code_point << 6) | (byte & 0x3F);
    }
    const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    if (code_point < form.minimum || code_point > 0x10FFFF || surrogate) return {};
    return {code_point, form.size};
  }
  return {};
}

// JSON's string escapes, with everything outside printable ASCII as \uXXXX: terminal control
// sequences, right-to-left marks and line ends of any kind stay harmless in a terminal and in a log
// viewer.
void AppendQuoted(std::string_view text, std::string* out) {
  out->push_back('"');
  while (!text.empty()) {
    const Decoded next = DecodeUtf8(text);
    const uint32_t c = next.code_point;
    if (c == '"' || c == '\\') {
      out->push_back('\\');
      out->push_back(static_cast<char>(c));
    } else if (c == '\n') {
      out->append("\\n");
    } else if (c >= 0x20 && c < 0x7F) {
      out->push_back(static_cast<char>(c));
    } else if (c >= 0x10000) {
      absl::StrAppendFormat(out, "\\u%04x\\u%04x", 0xD800 + ((c - 0x10000) >> 10),
                            0xDC00 + ((c - 0x10000) & 0x3FF));
    } else {
      absl::StrAppendFormat(out, "\\u%04x", c);
    }
    text.remove_prefix(next.size);
  }
  out->push_back('"');
}

// Text values without blanks or specials stay bare in text form.
void AppendTextValue(std::string_view text, std::string* out) {
  bool plain = !text.empty();
  for (const char c : text)
    plain = plain && c > ' ' && c < 0x7F && c != '"' && c != '\\' && c != '=';
  if (plain) {
    out->append(text);
  } else {
    AppendQuoted(text, out);
  }
}

void AppendMessage(std::string_view message, std::string* out) {
  std::string quoted;
  AppendQuoted(message, &quoted);
  StrAppend(out, std::string_view(quoted).substr(1, quoted.size() - 2));
}

class LogState {
 public:
  LogState() : logger_("formulary", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    // The line is complete when it gets here; spdlog adds the line end only.
    logger_.set_pattern("%v");
    logger_.set_level(spdlog::level::debug);
    logger_.flush_on(spdlog::level::debug);
  }

  void Set(const LogOptions& options) {
    minimum_.store(options.minimum, std::memory_order_relaxed);
    format_.store(options.format, std::memory_order_relaxed);
  }

  Severity minimum() const { return minimum_.load(std::memory_order_relaxed); }
  LogFormat format() const { return format_.load(std::memory_order_relaxed); }
  spdlog::logger& logger() { return logger_; }

 private:
  std::atomic<Severity> minimum_{Severity::kInfo};
  std::atomic<LogFormat> format_{LogFormat::kText};
  spdlog::logger logger_;
};

LogState& State() {
  // Never destroyed: threads may still log while the process exits.
  static LogState* const state = std::make_unique<LogState>().release();
  return *state;
}

}  // namespace

std::string LogField::FormatReal(double value) {
  // JSON has no name for these; an empty number would be taken for text.
  if (!std::isfinite(value)) return "null";
  return absl::StrFormat("%.9g", value);
}

void InitLogging(const LogOptions& options) { State().Set(options); }

std::string FormatLogLine(LogFormat format, std::string_view time_text, Severity severity,
                          std::string_view message, std::initializer_list<LogField> fields) {
  std::string line;
  if (format == LogFormat::kJson) {
    StrAppend(&line, "{\"time\":\"", time_text, "\",\"severity\":\"", Row(severity).name,
              "\",\"message\":");
    AppendQuoted(message, &line);
    for (const LogField& field : fields) {
      line.push_back(',');
      AppendQuoted(field.key(), &line);
      line.push_back(':');
      if (field.is_number()) {
        line.append(field.value());
      } else {
        AppendQuoted(field.value(), &line);
      }
    }
    line.push_back('}');
    return line;
  }
  StrAppend(&line, time_text, " ", Row(severity).name, " ");
  AppendMessage(message, &line);
  for (const LogField& field : fields) {
    StrAppend(&line, " ", field.key(), "=");
    AppendTextValue(field.value(), &line);
  }
  return line;
}

void Log(Severity severity, std::string_view message, std::initializer_list<LogField> fields) {
  LogState& state = State();
  if (severity < state.minimum()) return;
  const std::string now =
      absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::Now(), absl::UTCTimeZone());
  const std::string line = FormatLogLine(state.format(), now, severity, message, fields);
  state.logger().log(Row(severity).level, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace formulary::base
