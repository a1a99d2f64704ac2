// A shared object made by gcc as kernels are, loaded into this process: its loops must call the
// exported SIMD forms and nothing else, and give the bits of the array forms that the block
// interpreter calls.

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "server/runtime/function_table.h"
#include "server/runtime/isa.h"
#include "tests/unit/runtime/operands.h"

namespace formulary::runtime {
namespace {

namespace fs = std::filesystem;

// The flags of kernels, less -march.
constexpr const char* kFlags =
    "-O3 -ffp-contract=off -fno-math-errno -fno-trapping-math -fPIC -shared -nostdlib "
    "-fvisibility=hidden "
    "-fno-ident -fno-asynchronous-unwind-tables -Wl,-Bsymbolic -Wl,-z,noseparate-code "
    "-Wl,-z,norelro "
    "-Wl,--build-id=none";

constexpr size_t kCount = 1 << 14;

// A fresh directory, removed with the object.
class TempDir {
 public:
  TempDir() {
    std::string name = (fs::temp_directory_path() / "formulary_runtime_XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TempDir() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string OutputOf(const std::string& command) {
  std::string out;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), &pclose);
  std::array<char, 4096> buffer;
  while (pipe != nullptr && fgets(buffer.data(), buffer.size(), pipe.get()) != nullptr)
    out += buffer.data();
  return out;
}

constexpr const char* kModes[] = {"", "strict_"};

// One loop per light function, mode and type, as emit_c writes them.
std::string KernelText() {
  std::ostringstream c;
  const auto add = [&](const char* name, int arity) {
    for (const char* mode : kModes) {
      for (const bool wide : {true, false}) {
        const std::string type = wide ? "double" : "float";
        const std::string function = std::string("fy_v1_") + mode + name + (wide ? "" : "f");
        const bool two = arity == 2;
        c << "extern __attribute__((simd(\"notinbranch\"),const,nothrow)) " << type << " "
          << function << "(" << type << (two ? ", " + type : "") << ");\n"
          << "__attribute__((visibility(\"default\"))) void k_" << function
          << "(long n, void *py, const void *pa, "
          << "const void *pb) {\n  n &= -16L;\n  typedef " << type
          << " element __attribute__((aligned(1)));\n"
          << "  element *restrict y = py;\n  const element *a = pa;\n  const element *b = pb;\n"
          << "#pragma GCC ivdep\n"  // restrict on a local leaves a scalar loop behind an overlap
                                    // check
          << "  for (long i = 0; i < n; i++) y[i] = " << function
          << (two ? "(a[i], b[i]);\n" : "(a[i]);\n") << "  (void)b;\n}\n";
      }
    }
  };
  for (const Function1& row : kFunctions1) {
    if (row.weight == Weight::kLight) add(row.name, 1);
  }
  for (const Function2& row : kFunctions2) {
    if (row.weight == Weight::kLight) add(row.name, 2);
  }
  return c.str();
}

// A kernel library for one -march. Immutable once loaded.
class Kernels {
 public:
  Kernels(const fs::path& directory, int level) {
    const fs::path source = directory / "kernels.c";
    library_ = directory / ("kernels_v" + std::to_string(level) + ".so");
    std::ofstream(source) << KernelText();
    const std::string command = std::string("gcc -march=x86-64-v") + std::to_string(level) + " " +
                                kFlags + " -o " + library_.string() + " " + source.string();
    if (std::system(command.c_str()) == 0)
      handle_ = dlopen(library_.c_str(), RTLD_NOW | RTLD_LOCAL);
  }
  ~Kernels() {
    if (handle_ != nullptr) dlclose(handle_);
  }
  Kernels(const Kernels&) = delete;
  Kernels& operator=(const Kernels&) = delete;

  bool loaded() const { return handle_ != nullptr; }
  const fs::path& library() const { return library_; }

  template <class T>
  void Run(const std::string& stem, std::vector<T>& y, const std::vector<T>& a,
           const std::vector<T>& b) const {
    const std::string name = "k_fy_v1_" + stem + (sizeof(T) == 8 ? "" : "f");
    using Kernel = void (*)(long, void*, const void*, const void*);
    const auto kernel = reinterpret_cast<Kernel>(dlsym(handle_, name.c_str()));
    ASSERT_NE(kernel, nullptr) << name;
    kernel(static_cast<long>(y.size()), y.data(), a.data(), b.data());
  }

 private:
  fs::path library_;
  void* handle_ = nullptr;
};

template <class T>
void ExpectSame(const std::string& stem, int level, const std::vector<T>& got,
                const std::vector<T>& want) {
  for (size_t i = 0; i < got.size(); ++i) {
    ASSERT_TRUE(Same(got[i], want[i]))
        << stem << (sizeof(T) == 8 ? " f64" : " f32") << " -march=x86-64-v" << level << ": "
        << std::hexfloat << got[i] << " and " << want[i];
  }
}

template <class T>
void CheckKernels(const Kernels& kernels, int level) {
  const std::vector<T> x = Operands<T>(kCount, 91);
  std::vector<T> a;
  std::vector<T> b;
  OperandPairs<T>(kCount, 92, &a, &b);
  std::vector<T> got(kCount);
  std::vector<T> want(kCount);
  const long n = static_cast<long>(kCount);
  const auto pick = [](auto f64, auto f32) {
    if constexpr (sizeof(T) == 8) {
      return f64;
    } else {
      return f32;
    }
  };
  for (const Function1& row : kFunctions1) {
    if (row.weight == Weight::kHeavy) continue;
    kernels.Run(row.name, got, x, x);
    pick(row.array_f64, row.array_f32)(want.data(), x.data(), n);
    ExpectSame(row.name, level, got, want);
    kernels.Run(std::string("strict_") + row.name, got, x, x);
    pick(row.strict_array_f64, row.strict_array_f32)(want.data(), x.data(), n);
    ExpectSame(std::string("strict_") + row.name, level, got, want);
  }
  for (const Function2& row : kFunctions2) {
    if (row.weight == Weight::kHeavy) continue;
    kernels.Run(row.name, got, a, b);
    pick(row.array_f64, row.array_f32)(want.data(), a.data(), 1, b.data(), 1, n);
    ExpectSame(row.name, level, got, want);
    kernels.Run(std::string("strict_") + row.name, got, a, b);
    pick(row.strict_array_f64, row.strict_array_f32)(want.data(), a.data(), 1, b.data(), 1, n);
    ExpectSame(std::string("strict_") + row.name, level, got, want);
  }
}

TEST(KernelLinkTest, KernelsGiveTheBitsOfTheArrayForms) {
  const TempDir directory;
  for (int level = 2; level <= fy_v1_isa_level(); ++level) {
    const Kernels kernels(directory.path(), level);
    ASSERT_TRUE(kernels.loaded()) << dlerror();
    CheckKernels<double>(kernels, level);
    CheckKernels<float>(kernels, level);
  }
}

TEST(KernelLinkTest, LoopsCallSimdFormsOnly) {
  const TempDir directory;
  for (int level = 2; level <= fy_v1_isa_level(); ++level) {
    const Kernels kernels(directory.path(), level);
    ASSERT_TRUE(kernels.loaded()) << dlerror();
    std::istringstream code(
        OutputOf("objdump -d --no-show-raw-insn " + kernels.library().string()));
    size_t calls = 0;
    for (std::string line; std::getline(code, line);) {
      if (line.find("call") == std::string::npos) continue;
      ++calls;
      EXPECT_NE(line.find("<_ZGV"), std::string::npos) << "-march=x86-64-v" << level << line;
    }
    EXPECT_GE(calls, 100U);
  }
}

}  // namespace
}  // namespace formulary::runtime
