#ifndef FORMULARY_TESTS_UNIT_KERNEL_KERNEL_CACHE_FIXTURE_H_
#define FORMULARY_TESTS_UNIT_KERNEL_KERNEL_CACHE_FIXTURE_H_

// A kernel cache with all its parts and a script for a compiler, for the tests of the cache.

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/base/digest.h"
#include "server/base/error.h"
#include "server/base/strings.h"
#include "server/kernel/kernel_cache.h"
#include "tests/support/fake_program.h"
#include "tests/support/sample_kernels.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_files.h"
#include "tests/unit/kernel/test_objects.h"

namespace formulary::kernel {

inline std::string Key(int i) { return base::Sha256Hex(base::StrCat("key", i)); }
inline std::string SymbolOf(const std::string& key) {
  return base::StrCat("k_", key.substr(0, 16));
}

// A compiler that hands out objects made beforehand: the C text's first word is the name of one.
inline constexpr char kHandOut[] = R"(
read -r name < unit0.c
echo "$name" >> BIN/calls
cp "BIN/$name" "$out"
)";

// A cache with all its parts; the compiler is a script.
class KernelCacheTest : public ::testing::Test {
 protected:
  KernelCacheTest() { UseCompiler(kHandOut); }

  // What it prints per call can be counted; BIN stands for the directory of the objects.
  void UseCompiler(std::string script) {
    for (size_t at; (at = script.find("BIN")) != std::string::npos;)
      script.replace(at, 3, bin_.path());
    testing::WriteFakeCompiler(bin_.path(), script);
  }
  void Start(KernelCacheOptions options = {}, store::StoreOptions store_options = {}) {
    Stop();
    if (options.max_jobs == 0) options.max_jobs = 2;
    compile::CompilerOptions compiler_options;
    compiler_options.compiler = bin_.Path("gcc");
    compiler_options.temp_root = temp_.path();
    compiler_options.compile_seconds = compile_seconds_;
    if (store_options.dir.empty() && with_store_) store_options.dir = dir_.path();
    ASSERT_OK_AND_ASSIGN(store_, store::Store::Open(store_options));
    compiler_ = std::make_unique<compile::Compiler>(compiler_options);
    loader_ = std::make_unique<Loader>(LoaderOptions{.temp_root = temp_.path()});
    cache_ = std::make_unique<KernelCache>(options, store_.get(), compiler_.get(), loader_.get());
  }
  void Stop() {
    cache_.reset();
    loader_.reset();
    compiler_.reset();
    store_.reset();
  }

  // The request for y = x * factor + 1 under Key(i).
  BuildRequest Request(int i, double factor = 2) {
    const std::string key = Key(i);
    const std::string name = base::StrCat("object", i);
    if (!testing::Exists(bin_.Path(name)))
      testing::WriteFile(bin_.Path(name), AffineObject(factor, SymbolOf(key)));
    BuildRequest request;
    request.key_hex = key;
    request.fields = "fields\n";
    request.metadata = base::StrCat("metadata ", i);
    request.priority = base::ProcessPriority::kNormal;
    request.make_job = [name] {
      compile::CompileJob job;
      job.units = {name + "\n"};
      return job;
    };
    return request;
  }
  absl::StatusOr<Acquired> Acquire(
      int i, double factor = 2,
      base::Deadline deadline = base::Deadline::After(absl::Seconds(30))) {
    return cache_->AcquireAndWait(Request(i, factor), deadline);
  }
  static double FirstResult(const Kernel& kernel) {
    return testing::CallUnary(kernel.function(), std::vector<double>(16, 3.0))[0];
  }
  long Calls() const {
    const std::string calls = testing::Contents(bin_.Path("calls"));
    return std::count(calls.begin(), calls.end(), '\n');
  }
  std::string StoredPath(int i) {
    return base::StrCat(dir_.path(), "/", Key(i).substr(0, 2), "/", Key(i));
  }
  static std::string Reason(const absl::Status& status) {
    const auto detail = base::GetErrorDetail(status);
    return detail.has_value() ? detail->reason : "";
  }

  const base::TempDir bin_ = testing::MakeTempDir(), temp_ = testing::MakeTempDir(),
                      dir_ = testing::MakeTempDir();
  double compile_seconds_ = 20;
  bool with_store_ = true;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<compile::Compiler> compiler_;
  std::unique_ptr<Loader> loader_;
  std::unique_ptr<KernelCache> cache_;
};

}  // namespace formulary::kernel

#endif  // FORMULARY_TESTS_UNIT_KERNEL_KERNEL_CACHE_FIXTURE_H_
