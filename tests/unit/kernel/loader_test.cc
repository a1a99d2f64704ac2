#include "server/kernel/loader.h"

#include <unistd.h>

#include <optional>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/base/strings.h"
#include "tests/support/sample_kernels.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_files.h"
#include "tests/unit/kernel/test_objects.h"

namespace formulary::kernel {
namespace {

using ::formulary::testing::CallUnary;
using ::formulary::testing::IsOk;
using ::formulary::testing::KernelMaps;
using ::formulary::testing::MakeTempDir;
using ::formulary::testing::MemoryMaps;
using ::formulary::testing::Names;
using ::formulary::testing::OpenDescriptors;
using ::formulary::testing::StatusIs;
using ::testing::IsEmpty;
using ::testing::Not;

const std::vector<double> kInput(16, 3.0);

double FirstResult(const LoadedFunction& loaded) { return CallUnary(loaded.function, kInput)[0]; }

TEST(LoaderTest, LoadsCallsAndLeavesNoNames) {
  const base::TempDir temp = MakeTempDir();
  Loader loader({.temp_root = temp.path()});
  const size_t before = OpenDescriptors();
  ASSERT_OK_AND_ASSIGN(const LoadedFunction loaded, loader.Load(AffineObject(2), kTestSymbol));
  EXPECT_EQ(FirstResult(loaded), 7.0);
  EXPECT_THAT(Names(temp.path()), IsEmpty());
  EXPECT_EQ(OpenDescriptors(), before);
}

TEST(LoaderTest, SameSymbolOfTwoLibrariesStaysApart) {
  Loader loader;
  ASSERT_OK_AND_ASSIGN(const LoadedFunction two, loader.Load(AffineObject(2), kTestSymbol));
  ASSERT_OK_AND_ASSIGN(const LoadedFunction five, loader.Load(AffineObject(5), kTestSymbol));
  ASSERT_OK_AND_ASSIGN(const LoadedFunction again, loader.Load(AffineObject(2), kTestSymbol));
  EXPECT_EQ(FirstResult(two), 7.0);
  EXPECT_EQ(FirstResult(five), 16.0);
  EXPECT_EQ(FirstResult(again), 7.0);
}

TEST(LoaderTest, WhatDoesNotLinkIsDataLoss) {
  Loader loader;
  const size_t before = OpenDescriptors();
  const std::string missing = BuildObject(
      "double fy_v1_no_such_function(double);\n__attribute__((visibility(\"default\"))) double "
      "FY_KERNEL(double x) "
      "{ return fy_v1_no_such_function(x); }");
  EXPECT_THAT(loader.Load(missing, kTestSymbol), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(loader.Load(AffineObject(2), "k_other"), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(loader.Load("", kTestSymbol), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(
      loader.Load("not ELF at all, but long enough to be read as a header, perhaps even two",
                  kTestSymbol),
      StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_EQ(OpenDescriptors(), before);
}

TEST(LoaderTest, WithoutAPlaceForTheNameNothingLoads) {
  Loader loader({.temp_root = "/nonexistent"});
  EXPECT_THAT(loader.Load(AffineObject(2), kTestSymbol), Not(IsOk()));
}

TEST(LoaderTest, ReleaseUnloadsOnTheLoaderThread) {
  Loader loader;
  absl::StatusOr<LoadedFunction> loaded = loader.Load(AffineObject(2), kTestSymbol);
  ASSERT_THAT(loaded, IsOk());
  std::shared_ptr<const void> pin = loaded->library;
  loaded = absl::UnknownError("released");
  loader.Drain();
  EXPECT_EQ(loader.unloads(), 0u);
  pin.reset();
  loader.Drain();
  EXPECT_EQ(loader.unloads(), 1u);
}

TEST(LoaderTest, LibrariesMayOutliveTheLoader) {
  std::optional<LoadedFunction> survivor;
  {
    Loader loader;
    ASSERT_OK_AND_ASSIGN(survivor, loader.Load(AffineObject(2), kTestSymbol));
  }
  EXPECT_EQ(FirstResult(*survivor), 7.0);
  survivor.reset();
  EXPECT_EQ(KernelMaps(), 0u);
}

TEST(LoaderTest, TwoThousandCyclesLeaveNothing) {
  Loader loader;
  const std::string two = AffineObject(2), five = AffineObject(5);
  const auto cycle = [&](int i) {
    absl::StatusOr<LoadedFunction> loaded = loader.Load(i % 2 == 0 ? two : five, kTestSymbol);
    ASSERT_THAT(loaded, IsOk());
    ASSERT_EQ(FirstResult(*loaded), i % 2 == 0 ? 7.0 : 16.0) << "cycle " << i;
  };
  for (int i = 0; i < 20; ++i) cycle(i);
  loader.Drain();
  const size_t descriptors = OpenDescriptors(), maps = MemoryMaps();
  const base::SteadyTime start = base::Clock::Real()->Now();
  for (int i = 0; i < 2000; ++i) cycle(i);
  loader.Drain();
  std::printf("load, call, unload: %.1f us\n",
              absl::ToDoubleMicroseconds(base::Elapsed(start, base::Clock::Real()->Now())) / 2000);
  EXPECT_EQ(OpenDescriptors(), descriptors);
  EXPECT_EQ(KernelMaps(), 0u);
  EXPECT_LE(MemoryMaps(),
            maps + 100);  // a leak would be thousands; sanitizers add a few of their own
  EXPECT_EQ(loader.loads(), loader.unloads());
}

}  // namespace
}  // namespace formulary::kernel
