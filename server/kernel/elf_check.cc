#include "server/kernel/elf_check.h"

#include <elf.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/kernel/elf_image.h"

namespace formulary::kernel {
namespace {

// What may stand in the dynamic section, once each. Everything else is refused.
constexpr int64_t kAllowedTags[] = {DT_HASH,   DT_GNU_HASH, DT_STRTAB, DT_STRSZ,   DT_SYMTAB,
                                    DT_SYMENT, DT_RELA,     DT_RELASZ, DT_RELAENT, DT_RELACOUNT,
                                    DT_JMPREL, DT_PLTRELSZ, DT_PLTREL, DT_PLTGOT,  DT_SYMBOLIC,
                                    DT_FLAGS,  DT_FLAGS_1};
constexpr uint64_t kAllowedFlags = DF_SYMBOLIC | DF_BIND_NOW;
constexpr uint64_t kAllowedFlags1 = DF_1_NOW;

constexpr uint32_t kAllowedRelocations[] = {R_X86_64_NONE, R_X86_64_64, R_X86_64_GLOB_DAT,
                                            R_X86_64_JUMP_SLOT, R_X86_64_RELATIVE};

template <typename Table, typename Value>
bool Contains(const Table& table, Value value) {
  return std::find(std::begin(table), std::end(table), value) != std::end(table);
}

// One file under check. One thread, one use.
class ElfFile {
 public:
  explicit ElfFile(ElfImage image) : image_(std::move(image)) {}

  absl::Status Check(std::string_view symbol) {
    RETURN_IF_ERROR(ReadDynamic());
    RETURN_IF_ERROR(FindTables());
    RETURN_IF_ERROR(CheckSymbols(symbol));
    RETURN_IF_ERROR(CheckRelocations(DT_RELA, DT_RELASZ));
    return CheckRelocations(DT_JMPREL, DT_PLTRELSZ);
  }

 private:
  absl::Status ReadDynamic();
  absl::Status CheckTag(const Elf64_Dyn& entry);
  absl::Status FindTables();
  std::optional<uint64_t> CountByHash() const;
  std::optional<uint64_t> CountByGnuHash() const;
  absl::Status CheckSymbols(std::string_view symbol);
  absl::Status CheckExport(const Elf64_Sym& entry, std::string_view name, std::string_view symbol);
  absl::Status CheckRelocations(int64_t table_tag, int64_t size_tag) const;

  std::optional<uint64_t> Tag(int64_t tag) const;
  std::optional<std::string_view> Name(uint32_t offset) const;

  const ElfImage image_;
  std::vector<Elf64_Dyn> entries_;
  std::string_view symbols_, strings_;
  uint64_t symbol_count_ = 0;
  int exports_ = 0;
};

absl::Status ElfFile::ReadDynamic() {
  const std::optional<std::string_view> section =
      image_.AtAddress(image_.dynamic().p_vaddr, image_.dynamic().p_filesz);
  if (!section.has_value()) return RefuseElf("the dynamic section is not loaded");
  for (uint64_t offset = 0;; offset += sizeof(Elf64_Dyn)) {
    Elf64_Dyn entry;
    // The loader reads to DT_NULL whatever the segment's size says.
    if (!ReadAt(*section, offset, &entry)) return RefuseElf("the dynamic section has no end");
    if (entry.d_tag == DT_NULL) return absl::OkStatus();
    RETURN_IF_ERROR(CheckTag(entry));
    entries_.push_back(entry);
  }
}

absl::Status ElfFile::CheckTag(const Elf64_Dyn& entry) {
  if (!Contains(kAllowedTags, int64_t{entry.d_tag})) {
    return RefuseElf(base::StrCat("dynamic entry ", entry.d_tag));
  }
  if (Tag(entry.d_tag).has_value()) return RefuseElf("a dynamic entry twice");
  const uint64_t value = entry.d_un.d_val;
  const bool good = entry.d_tag == DT_FLAGS     ? (value & ~kAllowedFlags) == 0
                    : entry.d_tag == DT_FLAGS_1 ? (value & ~kAllowedFlags1) == 0
                    : entry.d_tag == DT_PLTREL  ? value == DT_RELA
                    : entry.d_tag == DT_SYMENT  ? value == sizeof(Elf64_Sym)
                    : entry.d_tag == DT_RELAENT ? value == sizeof(Elf64_Rela)
                                                : true;
  return good ? absl::OkStatus()
              : RefuseElf(base::StrCat("dynamic entry ", entry.d_tag, " with value ", value));
}

std::optional<uint64_t> ElfFile::Tag(int64_t tag) const {
  for (const Elf64_Dyn& entry : entries_) {
    if (entry.d_tag == tag) return entry.d_un.d_val;
  }
  return std::nullopt;
}

std::optional<uint64_t> ElfFile::CountByHash() const {
  const std::optional<std::string_view> head = image_.AtAddress(Tag(DT_HASH).value_or(0), 8);
  uint32_t chains = 0;
  if (!head.has_value() || !ReadAt(*head, 4, &chains)) return std::nullopt;
  return chains;
}

std::optional<uint64_t> ElfFile::CountByGnuHash() const {
  struct Head {
    uint32_t buckets, first_symbol, bloom_words, bloom_shift;
  } head;
  const uint64_t table = Tag(DT_GNU_HASH).value_or(0);
  const std::optional<std::string_view> head_bytes = image_.AtAddress(table, sizeof head);
  if (!head_bytes.has_value() || !ReadAt(*head_bytes, 0, &head)) return std::nullopt;
  // The loader masks with bloom_words - 1 and divides by buckets.
  if (head.buckets == 0 || head.bloom_words == 0 ||
      (head.bloom_words & (head.bloom_words - 1)) != 0 || head.bloom_shift > 63) {
    return std::nullopt;
  }
  const uint64_t buckets_at = table + sizeof head + uint64_t{head.bloom_words} * 8;
  const std::optional<std::string_view> buckets =
      image_.AtAddress(buckets_at, uint64_t{head.buckets} * sizeof(uint32_t));
  if (!buckets.has_value()) return std::nullopt;
  uint64_t last = 0;
  for (uint64_t i = 0; i < head.buckets; ++i) {
    uint32_t first = 0;
    if (!ReadAt(*buckets, i * sizeof first, &first)) return std::nullopt;
    if (first != 0 && first < head.first_symbol) return std::nullopt;
    last = std::max<uint64_t>(last, first);
  }
  if (last == 0) return head.first_symbol;
  // The last chain ends where the lowest bit is set.
  const uint64_t chains_at = buckets_at + uint64_t{head.buckets} * sizeof(uint32_t);
  for (;; ++last) {
    const std::optional<std::string_view> link = image_.AtAddress(
        chains_at + (last - head.first_symbol) * sizeof(uint32_t), sizeof(uint32_t));
    uint32_t hash = 0;
    if (!link.has_value() || !ReadAt(*link, 0, &hash)) return std::nullopt;
    if ((hash & 1) != 0) return last + 1;
  }
}

absl::Status ElfFile::FindTables() {
  const std::optional<uint64_t> symbols = Tag(DT_SYMTAB), strings = Tag(DT_STRTAB);
  const std::optional<uint64_t> string_bytes = Tag(DT_STRSZ);
  if (!symbols.has_value() || !strings.has_value() || !string_bytes.has_value()) {
    return RefuseElf("no symbols");
  }
  // The loader uses whichever it likes better: both must agree.
  std::optional<uint64_t> count;
  if (Tag(DT_GNU_HASH).has_value()) {
    count = CountByGnuHash();
    if (!count.has_value()) return RefuseElf("a broken hash table");
  }
  if (Tag(DT_HASH).has_value()) {
    const std::optional<uint64_t> by_hash = CountByHash();
    if (!by_hash.has_value() || count.value_or(*by_hash) != *by_hash) {
      return RefuseElf("a broken hash table");
    }
    count = by_hash;
  }
  if (!count.has_value() || *count > image_.bytes().size() / sizeof(Elf64_Sym))
    return RefuseElf("no hash table");
  symbol_count_ = *count;
  const std::optional<std::string_view> table =
      image_.AtAddress(*symbols, *count * sizeof(Elf64_Sym));
  const std::optional<std::string_view> names = image_.AtAddress(*strings, *string_bytes);
  if (!table.has_value() || !names.has_value()) return RefuseElf("symbols outside the file");
  symbols_ = *table;
  strings_ = *names;
  return absl::OkStatus();
}

std::optional<std::string_view> ElfFile::Name(uint32_t offset) const {
  if (offset >= strings_.size()) return std::nullopt;
  const size_t end = strings_.find('\0', offset);
  if (end == std::string_view::npos) return std::nullopt;
  return strings_.substr(offset, end - offset);
}

absl::Status ElfFile::CheckSymbols(std::string_view symbol) {
  for (uint64_t i = 1; i < symbol_count_; ++i) {
    Elf64_Sym entry;
    if (!ReadAt(symbols_, i * sizeof entry, &entry)) return RefuseElf("symbols outside the file");
    const unsigned type = ELF64_ST_TYPE(entry.st_info);
    const unsigned binding = ELF64_ST_BIND(entry.st_info);
    if (type == STT_TLS || type == STT_GNU_IFUNC)
      return RefuseElf("thread-local or indirect symbol");
    const std::optional<std::string_view> name = Name(entry.st_name);
    if (!name.has_value()) return RefuseElf("a symbol without a name");
    if (entry.st_shndx == SHN_UNDEF) {
      if (binding != STB_GLOBAL && binding != STB_WEAK) return RefuseElf("an odd import");
      if (!IsRuntimeSymbol(*name)) return RefuseElf("it imports what is not the runtime's");
    } else if (binding != STB_LOCAL) {
      RETURN_IF_ERROR(CheckExport(entry, *name, symbol));
    }
  }
  if (exports_ != 1) return RefuseElf("the kernel function is missing");
  return absl::OkStatus();
}

absl::Status ElfFile::CheckExport(const Elf64_Sym& entry, std::string_view name,
                                  std::string_view symbol) {
  if (name != symbol) return RefuseElf("it exports more than the kernel function");
  if (ELF64_ST_BIND(entry.st_info) != STB_GLOBAL || ELF64_ST_TYPE(entry.st_info) != STT_FUNC ||
      entry.st_shndx >= SHN_LORESERVE || !image_.InSegment(entry.st_value, entry.st_size, PF_X)) {
    return RefuseElf("the kernel function is no function");
  }
  ++exports_;
  return absl::OkStatus();
}

absl::Status ElfFile::CheckRelocations(int64_t table_tag, int64_t size_tag) const {
  const std::optional<uint64_t> table = Tag(table_tag), size = Tag(size_tag);
  if (!table.has_value() && !size.has_value()) return absl::OkStatus();
  if (!table.has_value() || !size.has_value() || *size % sizeof(Elf64_Rela) != 0) {
    return RefuseElf("odd relocations");
  }
  const std::optional<std::string_view> entries = image_.AtAddress(*table, *size);
  if (!entries.has_value()) return RefuseElf("relocations outside the file");
  for (uint64_t offset = 0; offset < *size; offset += sizeof(Elf64_Rela)) {
    Elf64_Rela entry;
    if (!ReadAt(*entries, offset, &entry)) return RefuseElf("relocations outside the file");
    const auto type = static_cast<uint32_t>(ELF64_R_TYPE(entry.r_info));
    if (!Contains(kAllowedRelocations, type))
      return RefuseElf(base::StrCat("relocation type ", type));
    if (ELF64_R_SYM(entry.r_info) >= symbol_count_)
      return RefuseElf("a relocation without a symbol");
    if (type != R_X86_64_NONE && !image_.InSegment(entry.r_offset, sizeof(uint64_t), PF_W)) {
      return RefuseElf("a relocation outside writable data");
    }
  }
  return absl::OkStatus();
}

}  // namespace

bool IsRuntimeSymbol(std::string_view name) {
  constexpr std::string_view kPrefix = "fy_v1_";
  if (name.starts_with("_ZGV")) {
    // _ZGV, one letter of ISA, N or M, lanes, one letter a parameter, then '_' and the scalar's
    // name.
    name.remove_prefix(4);
    const size_t end = name.find('_');
    if (end == std::string_view::npos || end < 4 || end > 40) return false;
    if (std::string_view("bcde").find(name[0]) == std::string_view::npos) return false;
    if (name[1] != 'N' && name[1] != 'M') return false;
    name.remove_prefix(end + 1);
  }
  return name.size() > kPrefix.size() && name.starts_with(kPrefix);
}

absl::Status CheckKernelElf(std::string_view elf, std::string_view symbol) {
  ASSIGN_OR_RETURN(ElfImage image, ElfImage::Parse(elf));
  return ElfFile(std::move(image)).Check(symbol);
}

}  // namespace formulary::kernel
