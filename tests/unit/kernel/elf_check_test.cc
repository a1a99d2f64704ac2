#include "server/kernel/elf_check.h"

#include <elf.h>

#include <cstring>
#include <functional>
#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/base/strings.h"
#include "tests/support/sample_kernels.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/kernel/test_objects.h"

namespace formulary::kernel {
namespace {

using ::formulary::testing::AffineKernelText;
using ::formulary::testing::IsOk;
using ::formulary::testing::StatusIs;
using ::testing::HasSubstr;

constexpr absl::StatusCode kDataLoss = absl::StatusCode::kDataLoss;

std::string Exported(const std::string& body) {
  return base::StrCat("__attribute__((visibility(\"default\"))) double FY_KERNEL(double x) { ",
                      body, " }\n");
}

TEST(ElfCheckTest, OurKernelsPass) {
  EXPECT_THAT(CheckKernelElf(AffineObject(2), kTestSymbol), IsOk());
  // With the runtime's functions, scalar and vector, a table of constants, and a table of
  // addresses.
  const std::string text = base::StrCat(
      "double fy_v1_gamma(double);\n"
      "double fy_v1_exp(double) __attribute__((simd(\"notinbranch\"), const, nothrow));\n",
      "static const char *const names[] = {\"a\", \"b\"};\n", "void fy_v1_note(const char *);\n",
      "__attribute__((visibility(\"default\"))) void FY_KERNEL(long n, double *y) {\n"
      "  n &= -16L; for (long i = 0; i < n; ++i) y[i] = fy_v1_exp(y[i]);\n"
      "  y[0] = fy_v1_gamma(y[0]); fy_v1_note(names[n & 1]); }\n");
  EXPECT_THAT(CheckKernelElf(BuildObject(text), kTestSymbol), IsOk());
  EXPECT_THAT(CheckKernelElf(BuildObject(text, {"-Wl,--hash-style=both"}), kTestSymbol), IsOk());
  EXPECT_THAT(CheckKernelElf(BuildObject(text, {"-Wl,--hash-style=sysv"}), kTestSymbol), IsOk());
}

TEST(ElfCheckTest, CopyAndClearLoopsNeedNoLibrary) {
  const std::string loops =
      "__attribute__((visibility(\"default\"))) void FY_KERNEL(long n, double *restrict y, const "
      "double "
      "*restrict x) {\n  for (long i = 0; i < n; ++i) y[i] = x[i];\n  y += n;\n"
      "  for (long i = 0; i < n; ++i) y[i] = 0; }\n";
  EXPECT_THAT(CheckKernelElf(BuildObject(loops), kTestSymbol), IsOk());
}

struct HostileRow {
  const char* what;
  std::string text;
  std::vector<std::string> flags;
  const char* complaint;
};

TEST(ElfCheckTest, FeaturesThatRunOrBindBeforeTheCallAreRefused) {
  const std::string plain = Exported("return x;");
  const HostileRow rows[] = {
      {"constructor",
       plain + "__attribute__((constructor)) static void c(void) { __builtin_trap(); }",
       {},
       "dynamic entry"},
      {"destructor",
       plain + "__attribute__((destructor)) static void d(void) { __builtin_trap(); }",
       {},
       "dynamic entry"},
      {"init function", plain + "void boot(void) {}", {"-Wl,-init=boot"}, "dynamic entry 12"},
      {"fini function", plain + "void boot(void) {}", {"-Wl,-fini=boot"}, "dynamic entry 13"},
      {"thread-local data",
       "static __thread double t;\n" + Exported("t += x; return t;"),
       {},
       "segment type 7"},
      {"second export",
       plain + "__attribute__((visibility(\"default\"))) void more(void) {}",
       {},
       "exports more than"},
      {"exported variable",
       plain + "__attribute__((visibility(\"default\"))) int more = 1;",
       {},
       "exports more than"},
      {"import of system()",
       "int system(const char *);\n" + Exported("return x + system(\"id\");"),
       {},
       "imports what is not"},
      {"import of memcpy()",
       "void *memcpy(void *, const void *, unsigned long);\n" +
           Exported("void *volatile p = (void *)memcpy; return x + !p;"),
       {},
       "imports what is not"},
      {"weak import",
       "int evil(void) __attribute__((weak));\n" + Exported("return x + evil();"),
       {},
       "imports what is not"},
      {"name that only begins like ours",
       "double fy_v2_exp(double);\n" + Exported("return fy_v2_exp(x);"),
       {},
       "imports what is not"},
      {"indirect function",
       "static double f(double x) { return x; }\nstatic void *pick(void) { return (void *)f; }\n"
       "static double g(double) __attribute__((ifunc(\"pick\")));\n" +
           Exported("return g(x);"),
       {},
       "relocation type 37"},
      {"needed library", plain, {"-Wl,--no-as-needed", "-lm"}, "dynamic entry 1"},
      {"soname", plain, {"-Wl,-soname=libc.so.6"}, "dynamic entry 14"},
      {"run path", plain, {"-Wl,-rpath=/tmp"}, "dynamic entry"},
      {"executable stack", plain, {"-Wl,-z,execstack"}, "executable stack"},
      {"nodelete", plain, {"-Wl,-z,nodelete"}, "dynamic entry"},
      {"writable code", plain, {"-Wl,-N"}, ""},
      {"text relocations",
       "__asm__(\".text\\n.quad fy_v1_x\\n\");\n" + plain,
       {"-Wl,-z,notext"},
       "dynamic entry"},
      {"another name",
       Exported("return x;"),
       {"-UFY_KERNEL", "-DFY_KERNEL=k_fedcba9876543210"},
       "exports more than"},
      {"nothing exported", "static int nothing;", {}, ""},
      {"a variable for a function",
       "__attribute__((visibility(\"default\"))) int FY_KERNEL = 1;",
       {},
       "no function"},
      {"an executable", plain + "void _start(void) {}", {"-pie"}, ""},
      {"an object file", plain, {"-c"}, "not a shared object"},
  };
  for (const HostileRow& row : rows) {
    std::vector<std::string> flags = row.flags;
    EXPECT_THAT(CheckKernelElf(BuildObject(row.text, flags), kTestSymbol),
                StatusIs(kDataLoss, HasSubstr(row.complaint)))
        << row.what;
  }
}

struct PatchRow {
  const char* what;
  std::function<void(std::string*)> patch;
};

Elf64_Ehdr* Header(std::string* elf) { return reinterpret_cast<Elf64_Ehdr*>(elf->data()); }
Elf64_Phdr* Segment(std::string* elf, uint32_t type, int skip = 0) {
  auto* segments = reinterpret_cast<Elf64_Phdr*>(elf->data() + Header(elf)->e_phoff);
  for (int i = 0; i < Header(elf)->e_phnum; ++i) {
    if (segments[i].p_type == type && skip-- == 0) return &segments[i];
  }
  return nullptr;
}
Elf64_Dyn* Dynamic(std::string* elf, int64_t tag) {
  auto* entry = reinterpret_cast<Elf64_Dyn*>(elf->data() + Segment(elf, PT_DYNAMIC)->p_offset);
  while (entry->d_tag != tag) ++entry;
  return entry;
}

TEST(ElfCheckTest, PatchedHeadersAreRefused) {
  const std::string good =
      BuildObject("double fy_v1_gamma(double);\n" + Exported("return fy_v1_gamma(x) + 1;"));
  ASSERT_THAT(CheckKernelElf(good, kTestSymbol), IsOk());
  const PatchRow rows[] = {
      {"wrong machine", [](std::string* elf) { Header(elf)->e_machine = EM_AARCH64; }},
      {"32 bit", [](std::string* elf) { Header(elf)->e_ident[EI_CLASS] = ELFCLASS32; }},
      {"big endian", [](std::string* elf) { Header(elf)->e_ident[EI_DATA] = ELFDATA2MSB; }},
      {"executable", [](std::string* elf) { Header(elf)->e_type = ET_EXEC; }},
      {"program headers far away",
       [](std::string* elf) { Header(elf)->e_phoff = UINT64_MAX - 10; }},
      {"program headers past the end",
       [&](std::string* elf) { Header(elf)->e_phoff = good.size() - 8; }},
      {"no program headers", [](std::string* elf) { Header(elf)->e_phnum = 0; }},
      {"65535 program headers", [](std::string* elf) { Header(elf)->e_phnum = 65535; }},
      {"writable code", [](std::string* elf) { Segment(elf, PT_LOAD)->p_flags |= PF_W; }},
      {"code not executable", [](std::string* elf) { Segment(elf, PT_LOAD)->p_flags = PF_R; }},
      {"segment past the end",
       [&](std::string* elf) { Segment(elf, PT_LOAD)->p_filesz = good.size() + 1; }},
      {"segment offset wraps",
       [](std::string* elf) { Segment(elf, PT_LOAD)->p_offset = UINT64_MAX & ~4095UL; }},
      {"huge memory",
       [](std::string* elf) { Segment(elf, PT_LOAD, 1)->p_memsz = uint64_t{1} << 40; }},
      {"file part over memory", [](std::string* elf) { Segment(elf, PT_LOAD)->p_memsz = 1; }},
      {"segments overlap", [](std::string* elf) { Segment(elf, PT_LOAD, 1)->p_vaddr %= 4096; }},
      {"odd alignment", [](std::string* elf) { Segment(elf, PT_LOAD)->p_align = 3; }},
      {"no stack segment", [](std::string* elf) { Segment(elf, PT_GNU_STACK)->p_type = PT_NULL; }},
      {"interpreter", [](std::string* elf) { Segment(elf, PT_GNU_STACK)->p_type = PT_INTERP; }},
      {"two dynamic sections",
       [](std::string* elf) { Segment(elf, PT_GNU_STACK)->p_type = PT_DYNAMIC; }},
      {"dynamic section elsewhere",
       [](std::string* elf) { Segment(elf, PT_DYNAMIC)->p_vaddr = 1 << 30; }},
      {"dynamic section without end",
       [](std::string* elf) { Segment(elf, PT_DYNAMIC)->p_filesz = 32; }},
      {"symbols elsewhere",
       [](std::string* elf) { Dynamic(elf, DT_SYMTAB)->d_un.d_val = UINT64_MAX; }},
      {"strings too long",
       [](std::string* elf) { Dynamic(elf, DT_STRSZ)->d_un.d_val = UINT64_MAX; }},
      {"strings without end", [](std::string* elf) { Dynamic(elf, DT_STRSZ)->d_un.d_val = 3; }},
      {"odd symbol size", [](std::string* elf) { Dynamic(elf, DT_SYMENT)->d_un.d_val = 8; }},
      {"hash elsewhere", [](std::string* elf) { Dynamic(elf, DT_GNU_HASH)->d_un.d_val = 1 << 20; }},
      {"hash on other bytes", [](std::string* elf) { Dynamic(elf, DT_GNU_HASH)->d_un.d_val -= 8; }},
      {"no hash", [](std::string* elf) { Dynamic(elf, DT_GNU_HASH)->d_tag = DT_DEBUG; }},
      {"relocations of another kind",
       [](std::string* elf) { Dynamic(elf, DT_PLTREL)->d_un.d_val = DT_REL; }},
      {"half a relocation", [](std::string* elf) { Dynamic(elf, DT_PLTRELSZ)->d_un.d_val = 23; }},
      {"relocations elsewhere",
       [](std::string* elf) { Dynamic(elf, DT_JMPREL)->d_un.d_val = UINT64_MAX - 4; }},
      {"size without relocations",
       [](std::string* elf) { Dynamic(elf, DT_JMPREL)->d_tag = DT_RELACOUNT; }},
      {"relocation into code",
       [](std::string* elf) {
         auto* entry =
             reinterpret_cast<Elf64_Rela*>(elf->data() + Dynamic(elf, DT_JMPREL)->d_un.d_val);
         entry->r_offset = 0;
       }},
      {"relocation far away",
       [](std::string* elf) {
         auto* entry =
             reinterpret_cast<Elf64_Rela*>(elf->data() + Dynamic(elf, DT_JMPREL)->d_un.d_val);
         entry->r_offset = UINT64_MAX - 3;
       }},
      {"relocation to no symbol",
       [](std::string* elf) {
         auto* entry =
             reinterpret_cast<Elf64_Rela*>(elf->data() + Dynamic(elf, DT_JMPREL)->d_un.d_val);
         entry->r_info = ELF64_R_INFO(1000000, R_X86_64_JUMP_SLOT);
       }},
      {"thread-local relocation",
       [](std::string* elf) {
         auto* entry =
             reinterpret_cast<Elf64_Rela*>(elf->data() + Dynamic(elf, DT_JMPREL)->d_un.d_val);
         entry->r_info = ELF64_R_INFO(1, R_X86_64_TPOFF64);
       }},
      {"kernel outside the code",
       [](std::string* elf) {
         auto* symbols =
             reinterpret_cast<Elf64_Sym*>(elf->data() + Dynamic(elf, DT_SYMTAB)->d_un.d_val);
         for (int i = 1; i <= 2; ++i) {
           if (symbols[i].st_shndx != SHN_UNDEF) symbols[i].st_value = 1 << 20;
         }
       }},
      {"indirect kernel",
       [](std::string* elf) {
         auto* symbols =
             reinterpret_cast<Elf64_Sym*>(elf->data() + Dynamic(elf, DT_SYMTAB)->d_un.d_val);
         for (int i = 1; i <= 2; ++i) symbols[i].st_info = ELF64_ST_INFO(STB_GLOBAL, STT_GNU_IFUNC);
       }},
  };
  for (const PatchRow& row : rows) {
    std::string bad = good;
    row.patch(&bad);
    EXPECT_THAT(CheckKernelElf(bad, kTestSymbol), StatusIs(kDataLoss)) << row.what;
  }
}

TEST(ElfCheckTest, TruncatedAndRandomBytesNeverReadOutside) {
  const std::string good = AffineObject(2);
  for (size_t size = 0; size < good.size(); size += 7) {
    // A copy of exactly this size, so that a sanitizer sees the first byte too far.
    const std::string part = good.substr(0, size);
    CheckKernelElf(part, kTestSymbol).IgnoreError();
  }
  std::mt19937 random(20260102);
  for (int i = 0; i < 20000; ++i) {
    std::string bad = good;
    const int changes = 1 + static_cast<int>(random() % 4);
    for (int c = 0; c < changes; ++c) {
      // Mostly in the headers and tables, where it matters.
      const size_t at = random() % (i % 4 == 0 ? bad.size() : std::min<size_t>(bad.size(), 0x2e8));
      bad[at] = static_cast<char>(random());
    }
    CheckKernelElf(bad, kTestSymbol).IgnoreError();
  }
}

TEST(ElfCheckTest, RuntimeNamesAreExactlyOurs) {
  for (const char* good : {"fy_v1_exp", "fy_v1_gamma_f64", "_ZGVbN2v_fy_v1_exp",
                           "_ZGVeN8vv_fy_v1_pow", "_ZGVdM4v_fy_v1_exp", "_ZGVcN4vl8_fy_v1_x"}) {
    EXPECT_TRUE(IsRuntimeSymbol(good)) << good;
  }
  for (const char* bad :
       {"", "fy_v1_", "fy_v1", "fy_v10exp", "xfy_v1_exp", "exp", "system", "memcpy", "_ZGV",
        "_ZGV_fy_v1_exp", "_ZGVbN2v_exp", "_ZGVzN2v_fy_v1_exp", "_ZGVbX2v_fy_v1_exp", "_ZGVbN2v_",
        "_ZGVbN2vfy_v1_exp", "_ZGVbN2v_system_fy_v1_exp", "__fy_v1_exp"}) {
    EXPECT_FALSE(IsRuntimeSymbol(bad)) << bad;
  }
}

}  // namespace
}  // namespace formulary::kernel
