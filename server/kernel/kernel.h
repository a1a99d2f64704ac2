#ifndef FORMULARY_SERVER_KERNEL_KERNEL_H_
#define FORMULARY_SERVER_KERNEL_KERNEL_H_

// A loaded kernel: what eval/ calls. Held by shared_ptr<const Kernel>, which pins the code in
// memory: whoever may call function() holds one for as long. Never unloads on the thread that lets
// go of it.

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "server/codegen/abi.h"

namespace formulary::kernel {

struct KernelFacts {
  std::string key_hex;         // of the artefact
  std::string metadata;        // the engine's bytes, as stored with the artefact
  size_t elf_bytes = 0;        // of the shared object
  double compile_seconds = 0;  // what it cost once, here or in the process that stored it
};

// Immutable. Destroying the last reference hands the library to the loader thread and returns at
// once.
class Kernel {
 public:
  // `library` keeps `code` loaded; null for code that is linked into the process.
  Kernel(KernelFacts facts, codegen::KernelFunction code, std::shared_ptr<const void> library)
      : facts_(std::move(facts)), function_(code), library_(std::move(library)) {}
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;

  codegen::KernelFunction function() const { return function_; }
  const std::string& key_hex() const { return facts_.key_hex; }
  const std::string& metadata() const { return facts_.metadata; }
  size_t elf_bytes() const { return facts_.elf_bytes; }
  double compile_seconds() const { return facts_.compile_seconds; }

 private:
  const KernelFacts facts_;
  const codegen::KernelFunction function_;
  const std::shared_ptr<const void> library_;
};

}  // namespace formulary::kernel

#endif  // FORMULARY_SERVER_KERNEL_KERNEL_H_
