#include "server/kernel/loaded_kernels.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace formulary::kernel {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

KernelPointer Named(const std::string& key) {
  return std::make_shared<const Kernel>(KernelFacts{.key_hex = key}, nullptr, nullptr);
}

std::vector<std::string> Keys(const std::vector<KernelPointer>& kernels) {
  std::vector<std::string> keys;
  for (const KernelPointer& kernel : kernels) keys.push_back(kernel->key_hex());
  return keys;
}

TEST(LoadedKernelsTest, LeastRecentlyUsedGoesFirst) {
  LoadedKernels loaded(3);
  for (const char* key : {"a", "b", "c"}) EXPECT_THAT(loaded.Insert(Named(key)), IsEmpty());
  EXPECT_NE(loaded.Find("a"), nullptr);
  EXPECT_THAT(Keys(loaded.Insert(Named("d"))), ElementsAre("b"));
  EXPECT_EQ(loaded.Find("b"), nullptr);
  EXPECT_THAT(Keys(loaded.All()), ElementsAre("d", "a", "c"));
  EXPECT_THAT(Keys(loaded.RemoveOldest(2)), ElementsAre("c", "a"));
  EXPECT_THAT(Keys(loaded.RemoveOldest(5)), ElementsAre("d"));
  EXPECT_EQ(loaded.size(), 0u);
}

TEST(LoadedKernelsTest, SecondOfAKeyTakesThePlaceOfTheFirst) {
  LoadedKernels loaded(3);
  const KernelPointer first = Named("a"), second = Named("a");
  loaded.Insert(first);
  EXPECT_THAT(loaded.Insert(second), ElementsAre(first));
  EXPECT_EQ(loaded.Find("a"), second);
  EXPECT_EQ(loaded.size(), 1u);
}

TEST(LoadedKernelsTest, RemovingWhatIsNotThereIsNull) {
  LoadedKernels loaded(3);
  EXPECT_EQ(loaded.Remove("a"), nullptr);
  loaded.Insert(Named("a"));
  EXPECT_NE(loaded.Remove("a"), nullptr);
  EXPECT_EQ(loaded.Find("a"), nullptr);
}

TEST(LoadedKernelsTest, ABoundOfZeroKeepsNothing) {
  LoadedKernels loaded(0);
  EXPECT_EQ(loaded.Insert(Named("a")).size(), 1u);
  EXPECT_EQ(loaded.size(), 0u);
}

}  // namespace
}  // namespace formulary::kernel
