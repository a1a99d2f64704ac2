// Memory that comes back.

#include "server/eval/slab_pool.h"

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace formulary::eval {
namespace {

TEST(SlabPoolTest, TakesBackWhatItGave) {
  const std::shared_ptr<SlabPool> pool = SlabPool::Create(1 << 20);
  uint8_t* first = nullptr;
  {
    const Slab slab = pool->Take(5'000);
    ASSERT_NE(slab.data(), nullptr);
    EXPECT_EQ(slab.size(), 5'000u);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(slab.data()) % 64, 0u);
    std::memset(slab.data(), 1, slab.size());
    first = slab.data();
    EXPECT_EQ(pool->idle_bytes(), 0u);
  }
  EXPECT_GE(pool->idle_bytes(), 5'000u);
  const Slab again = pool->Take(4'500);
  EXPECT_EQ(again.data(), first);
  EXPECT_EQ(pool->idle_bytes(), 0u);
}

// Flags of the mapping that `address` lies in, as /proc/self/smaps has them.
std::string MappingFlags(const void* address) {
  std::ifstream maps("/proc/self/smaps");
  const auto wanted = reinterpret_cast<uintptr_t>(address);
  bool here = false;
  for (std::string line; std::getline(maps, line);) {
    uintptr_t start = 0, end = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx ", &start, &end) == 2)
      here = start <= wanted && wanted < end;
    if (here && line.starts_with("VmFlags:")) return line + " ";
  }
  return "";
}

TEST(SlabPoolTest, MegabytesAskForHugePages) {
  if (!std::filesystem::exists("/sys/kernel/mm/transparent_hugepage"))
    GTEST_SKIP() << "this kernel has no huge pages";
  const std::shared_ptr<SlabPool> pool = SlabPool::Create(0);
  const struct {
    size_t size;
    bool huge;
  } rows[] = {{100'000, false}, {size_t{2} << 20, true}, {8'000'000, true}, {80'000'000, true}};
  for (const auto& [size, huge] : rows) {
    const Slab slab = pool->Take(size);
    ASSERT_NE(slab.data(), nullptr);
    std::memset(slab.data(), 1, slab.size());
    EXPECT_EQ(reinterpret_cast<uintptr_t>(slab.data()) % (huge ? size_t{2} << 20 : 64), 0u) << size;
    if (huge) {
      EXPECT_NE(MappingFlags(slab.data()).find(" hg "), std::string::npos) << size;
    }
  }
}

TEST(SlabPoolTest, KeepsNoMoreThanItsBound) {
  const std::shared_ptr<SlabPool> pool = SlabPool::Create(10'000);
  { const Slab large = pool->Take(1 << 20); }
  EXPECT_LE(pool->idle_bytes(), 10'000u);
  {
    std::vector<Slab> many;
    for (int i = 0; i < 50; ++i) many.push_back(pool->Take(1'000));
  }
  EXPECT_LE(pool->idle_bytes(), 10'000u);
}

TEST(SlabPoolTest, WhereThereAreTooManyTheOldestGoes) {
  const std::shared_ptr<SlabPool> pool = SlabPool::Create(size_t{3} << 20);
  uint8_t* large = nullptr;
  // Small slabs that lie about keep no place from large ones that come and go.
  { const Slab small = pool->Take(5'000); }
  for (int round = 0; round < 3; ++round) {
    const Slab one = pool->Take(size_t{3} << 19), other = pool->Take(size_t{3} << 19);
    if (round > 0) {
      EXPECT_TRUE(one.data() == large || other.data() == large) << round;
    }
    large = one.data();
  }
  EXPECT_EQ(pool->idle_bytes(), size_t{3} << 20);
  // And large ones that nobody wants any more keep no place from small ones.
  { const Slab small = pool->Take(5'000); }
  EXPECT_EQ(pool->idle_bytes(), (size_t{3} << 19) + 5'120);
}

TEST(SlabPoolTest, LittleIsUnused) {
  const std::shared_ptr<SlabPool> pool = SlabPool::Create(size_t{1} << 40);
  for (const size_t size : {4'097u, 8'192u, 70'000u, 800'000u, 9'000'000u, 80'000'000u}) {
    const size_t before = pool->idle_bytes();
    { const Slab slab = pool->Take(size); }
    const size_t capacity = pool->idle_bytes() - before;
    EXPECT_GE(capacity, size);
    EXPECT_LE(capacity, size + size / 4) << size;
  }
}

TEST(SlabPoolTest, OddSizes) {
  const std::shared_ptr<SlabPool> pool = SlabPool::Create(1 << 20);
  const Slab none = pool->Take(0);
  EXPECT_EQ(none.size(), 0u);
  EXPECT_NE(pool->Take(1).data(), nullptr);
  EXPECT_EQ(pool->Take(size_t{1} << 62).data(), nullptr) << "nobody has so much";
}

TEST(SlabPoolTest, SlabsMoveAndOutliveThePoolsOwner) {
  std::shared_ptr<SlabPool> pool = SlabPool::Create(1 << 20);
  Slab a = pool->Take(100);
  uint8_t* const data = a.data();
  Slab b = std::move(a);
  EXPECT_EQ(a.data(), nullptr);
  EXPECT_EQ(b.data(), data);
  b = pool->Take(200);
  pool.reset();
  std::memset(b.data(), 7, b.size());
}

TEST(SlabPoolTest, ThreadsShareIt) {
  const std::shared_ptr<SlabPool> pool = SlabPool::Create(1 << 16);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&pool, t] {
      for (int i = 0; i < 500; ++i) {
        const Slab slab = pool->Take(static_cast<size_t>(64 + 37 * i * (t + 1)) % 9'000 + 1);
        std::memset(slab.data(), t, slab.size());
        EXPECT_EQ(slab.data()[slab.size() - 1], t);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(pool->idle_bytes(), size_t{1} << 16);
}

}  // namespace
}  // namespace formulary::eval
