#ifndef FORMULARY_CLIENT_CPP_TARGET_H_
#define FORMULARY_CLIENT_CPP_TARGET_H_

// What to evaluate: a program, a single formula, or a kernel the server knows by name. Encoding
// happens once, when the Target is made: keep one for a formula that is evaluated often. Every call
// of Client takes one.

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "client/cpp/program.h"

namespace formulary::client {

// Immutable; copies share the encoding.
class Target {
 public:
  Target(const Program& program);        // NOLINT: implicit by intent
  Target(const Expression& expression);  // NOLINT: implicit by intent; one output, y0
  Target(std::string_view text);         // NOLINT: implicit by intent; one output, y0
  Target(const std::string& text) : Target(std::string_view(text)) {}  // NOLINT: implicit by intent
  Target(const char* text) : Target(std::string_view(text)) {}         // NOLINT: implicit by intent

  // kernels/<64 hex digits>, as Compile or a report named it. Inputs go by the names of the program
  // that the server saw first, or by position (empty names).
  static Target Kernel(std::string_view name);

  // Why the program could not be encoded; calls with this target return it.
  const absl::Status& status() const { return status_; }
  bool is_kernel() const { return is_kernel_; }
  // The kernel's name, or the serialized formulary.v1.Program.
  const std::shared_ptr<const std::string>& bytes() const { return bytes_; }

 private:
  Target() = default;

  absl::Status status_;
  bool is_kernel_ = false;
  std::shared_ptr<const std::string> bytes_;
};

}  // namespace formulary::client

#endif  // FORMULARY_CLIENT_CPP_TARGET_H_
