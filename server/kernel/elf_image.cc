#include "server/kernel/elf_image.h"

#include <algorithm>
#include <iterator>

#include "server/base/status_macros.h"
#include "server/base/strings.h"

namespace formulary::kernel {
namespace {

constexpr uint64_t kPage = 4096;
constexpr uint64_t kMaxAddress = uint64_t{1}
                                 << 32;  // of a segment's end: no sum below wraps around

constexpr uint32_t kAllowedSegments[] = {PT_NULL,      PT_LOAD, PT_DYNAMIC,     PT_GNU_STACK,
                                         PT_GNU_RELRO, PT_NOTE, PT_GNU_PROPERTY};

}  // namespace

absl::Status RefuseElf(std::string_view why) {
  return absl::DataLossError(base::StrCat("shared object refused: ", why));
}

absl::StatusOr<ElfImage> ElfImage::Parse(std::string_view bytes) {
  ElfImage image(bytes);
  RETURN_IF_ERROR(image.ReadHeader());
  RETURN_IF_ERROR(image.ReadSegments());
  return image;
}

absl::Status ElfImage::ReadHeader() {
  if (!ReadAt(bytes_, 0, &header_)) return RefuseElf("too short");
  const unsigned char* ident = header_.e_ident;
  if (std::memcmp(ident, ELFMAG, SELFMAG) != 0) return RefuseElf("not ELF");
  if (ident[EI_CLASS] != ELFCLASS64 || ident[EI_DATA] != ELFDATA2LSB ||
      header_.e_machine != EM_X86_64) {
    return RefuseElf("not for this architecture");
  }
  if (ident[EI_VERSION] != EV_CURRENT || header_.e_version != EV_CURRENT ||
      (ident[EI_OSABI] != ELFOSABI_SYSV && ident[EI_OSABI] != ELFOSABI_GNU)) {
    return RefuseElf("another ELF version");
  }
  if (header_.e_type != ET_DYN) return RefuseElf("not a shared object");
  if (header_.e_phentsize != sizeof(Elf64_Phdr) || header_.e_phnum == 0 || header_.e_phnum > 32) {
    return RefuseElf("odd program headers");
  }
  return absl::OkStatus();
}

absl::Status ElfImage::ReadSegments() {
  bool stack_seen = false;
  for (uint64_t i = 0; i < header_.e_phnum; ++i) {
    Elf64_Phdr segment;
    if (header_.e_phoff > bytes_.size() ||
        !ReadAt(bytes_, header_.e_phoff + i * sizeof segment, &segment)) {
      return RefuseElf("program headers outside the file");
    }
    if (std::find(std::begin(kAllowedSegments), std::end(kAllowedSegments), segment.p_type) ==
        std::end(kAllowedSegments)) {
      return RefuseElf(base::StrCat("segment type ", segment.p_type));
    }
    if (segment.p_type == PT_LOAD) RETURN_IF_ERROR(CheckLoad(segment));
    if (segment.p_type == PT_DYNAMIC) {
      if (dynamic_.has_value()) return RefuseElf("two dynamic sections");
      dynamic_ = segment;
    }
    if (segment.p_type == PT_GNU_STACK) {
      if ((segment.p_flags & PF_X) != 0) return RefuseElf("executable stack");
      stack_seen = true;
    }
    if (segment.p_type == PT_GNU_RELRO &&
        (segment.p_vaddr >= kMaxAddress || segment.p_memsz >= kMaxAddress)) {
      return RefuseElf("odd addresses");
    }
  }
  if (!stack_seen) return RefuseElf("executable stack by default");
  if (loads_.empty() || !dynamic_.has_value()) return RefuseElf("no code or no dynamic section");
  return absl::OkStatus();
}

absl::Status ElfImage::CheckLoad(const Elf64_Phdr& segment) {
  if ((segment.p_flags & PF_W) != 0 && (segment.p_flags & PF_X) != 0) {
    return RefuseElf("a segment is writable and executable");
  }
  if (segment.p_offset > bytes_.size() || segment.p_filesz > bytes_.size() - segment.p_offset) {
    return RefuseElf("a segment outside the file");
  }
  if (segment.p_filesz > segment.p_memsz || segment.p_vaddr >= kMaxAddress ||
      segment.p_memsz >= kMaxAddress || segment.p_vaddr % kPage != segment.p_offset % kPage ||
      (segment.p_align & (segment.p_align - 1)) != 0 || segment.p_align > (uint64_t{1} << 21)) {
    return RefuseElf("odd addresses");
  }
  if (!loads_.empty()) {
    const Elf64_Phdr& before = loads_.back();
    const uint64_t end = (before.p_vaddr + before.p_memsz + kPage - 1) / kPage * kPage;
    if (segment.p_vaddr / kPage * kPage < end) return RefuseElf("segments overlap");
  }
  loads_.push_back(segment);
  return absl::OkStatus();
}

std::optional<std::string_view> ElfImage::AtAddress(uint64_t address, uint64_t size) const {
  for (const Elf64_Phdr& load : loads_) {
    if (address < load.p_vaddr) continue;
    const uint64_t inside = address - load.p_vaddr;
    if (inside > load.p_filesz || size > load.p_filesz - inside) continue;
    return bytes_.substr(load.p_offset + inside, size);
  }
  return std::nullopt;
}

bool ElfImage::InSegment(uint64_t address, uint64_t size, uint32_t flag) const {
  return std::any_of(loads_.begin(), loads_.end(), [&](const Elf64_Phdr& load) {
    return (load.p_flags & flag) != 0 && address >= load.p_vaddr &&
           address - load.p_vaddr <= load.p_memsz &&
           size <= load.p_memsz - (address - load.p_vaddr);
  });
}

}  // namespace formulary::kernel
