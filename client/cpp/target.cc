#include "client/cpp/target.h"

#include "formulary/v1/expression.pb.h"

namespace formulary::client {

Target::Target(const Program& program) {
  const absl::StatusOr<v1::Program> encoded = program.ToProto();
  status_ = encoded.status();
  bytes_ = std::make_shared<const std::string>(encoded.ok() ? encoded->SerializeAsString()
                                                            : std::string());
}

Target::Target(const Expression& expression) : Target(Program().AddOutput("", expression)) {}

Target::Target(std::string_view text) : Target(Program().AddOutput("", text)) {}

Target Target::Kernel(std::string_view name) {
  Target target;
  target.is_kernel_ = true;
  target.bytes_ = std::make_shared<const std::string>(name);
  return target;
}

}  // namespace formulary::client
