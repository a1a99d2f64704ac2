#ifndef FORMULARY_SERVER_KERNEL_ELF_IMAGE_H_
#define FORMULARY_SERVER_KERNEL_ELF_IMAGE_H_

// The outer shape of a shared object: header and segments, checked, and what the dynamic loader
// will map at which address. Used by elf_check only. Every access is bounds-checked: the bytes are
// hostile.

#include <elf.h>

#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace formulary::kernel {

// DATA_LOSS that says why a file must not be loaded.
absl::Status RefuseElf(std::string_view why);

// Copies a T out of `bytes`; alignment in the file is not to be trusted.
template <typename T>
bool ReadAt(std::string_view bytes, uint64_t offset, T* out) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return false;
  std::memcpy(out, bytes.data() + offset, sizeof(T));
  return true;
}

// A view of bytes that must outlive it. Immutable.
class ElfImage {
 public:
  // An x86-64 ET_DYN file whose segments are as CheckKernelElf() demands.
  static absl::StatusOr<ElfImage> Parse(std::string_view bytes);

  std::string_view bytes() const { return bytes_; }
  const Elf64_Phdr& dynamic() const { return *dynamic_; }

  // `size` bytes of the file that the loader maps at `address`.
  std::optional<std::string_view> AtAddress(uint64_t address, uint64_t size) const;
  // True when all of it lies in one loaded segment with this PF_* flag.
  bool InSegment(uint64_t address, uint64_t size, uint32_t flag) const;

 private:
  explicit ElfImage(std::string_view bytes) : bytes_(bytes) {}
  absl::Status ReadHeader();
  absl::Status ReadSegments();
  absl::Status CheckLoad(const Elf64_Phdr& segment);

  std::string_view bytes_;
  Elf64_Ehdr header_ = {};
  std::vector<Elf64_Phdr> loads_;
  std::optional<Elf64_Phdr> dynamic_;
};

}  // namespace formulary::kernel

#endif  // FORMULARY_SERVER_KERNEL_ELF_IMAGE_H_
