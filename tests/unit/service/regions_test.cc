#include "server/service/regions.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "server/base/error.h"
#include "server/service/arrays.h"
#include "server/service/evaluate_call.h"
#include "tests/unit/service/requests.h"

namespace formulary::service {
namespace {

constexpr absl::Duration kLongLease = absl::Hours(1);

using testing::FieldOf;
using testing::Proto;
using testing::ReasonOf;

// The table outlives the timers.
struct Fixture {
  explicit Fixture(absl::Duration lease = kLongLease, size_t max_bytes = 1 << 20,
                   size_t max_regions = 4)
      : regions({.max_bytes = max_bytes, .max_regions = max_regions, .lease = lease}, &timers) {}

  std::shared_ptr<const Region> Make(uint64_t bytes) {
    auto region = regions.Create(bytes);
    EXPECT_TRUE(region.ok()) << region.status();
    return region.ok() ? *region : nullptr;
  }

  Regions regions;
  base::TimerQueue timers;
};

TEST(RegionsTest, AClientOfTheSameUserSeesTheBytes) {
  Fixture fixture;
  const auto region = fixture.Make(4096);
  const int fd = shm_open(region->object().c_str(), O_RDWR, 0);
  ASSERT_GE(fd, 0);
  struct stat facts = {};
  ASSERT_EQ(fstat(fd, &facts), 0);
  EXPECT_EQ(facts.st_size, 4096);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
  void* const mapped = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  ASSERT_NE(mapped, MAP_FAILED);
  std::memcpy(static_cast<char*>(mapped) + 100, "abc", 3);
  EXPECT_EQ(std::memcmp(*region->At(100, 3), "abc", 3), 0);
  EXPECT_EQ(**region->At(0, 1), 0);
  munmap(mapped, 4096);
  close(fd);
}

TEST(RegionsTest, NamesAreOnesNobodyGuesses) {
  Fixture fixture;
  const auto a = fixture.Make(1), b = fixture.Make(1);
  EXPECT_NE(a->name(), b->name());
  EXPECT_EQ(a->name().size(), std::string("regions/").size() + 32);
}

TEST(RegionsTest, DeletedRegionsStayWithTheirUsers) {
  Fixture fixture;
  auto region = fixture.Make(64);
  const std::string object = region->object();
  ASSERT_TRUE(fixture.regions.Delete(region->name()).ok());
  EXPECT_EQ(fixture.regions.Find(region->name()).status().code(), absl::StatusCode::kNotFound);
  **region->At(0, 64) = 1;
  region.reset();
  EXPECT_LT(shm_open(object.c_str(), O_RDWR, 0), 0);
  EXPECT_EQ(ReasonOf(fixture.regions.Delete("regions/0")), "UNKNOWN_REGION");
}

TEST(RegionsTest, LeasesEndWithoutUse) {
  Fixture fixture(absl::Milliseconds(30));
  const std::string name = fixture.Make(64)->name();
  for (int i = 0; i < 500 && fixture.timers.pending() > 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(fixture.regions.Find(name).status().code(), absl::StatusCode::kNotFound);
}

TEST(RegionsTest, LimitsHoldAndRoomComesBack) {
  Fixture fixture(kLongLease, 1000, 2);
  EXPECT_EQ(ReasonOf(fixture.regions.Create(0).status()), "REGION_SIZE");
  EXPECT_EQ(ReasonOf(fixture.regions.Create(1001).status()), "REGION_LIMIT");
  EXPECT_EQ(ReasonOf(fixture.regions.Create(~uint64_t{0}).status()), "REGION_LIMIT");
  const auto first = fixture.Make(600);
  EXPECT_EQ(ReasonOf(fixture.regions.Create(401).status()), "REGION_LIMIT");
  const auto second = fixture.Make(100);
  EXPECT_EQ(ReasonOf(fixture.regions.Create(1).status()), "REGION_LIMIT");  // as many
  ASSERT_TRUE(fixture.regions.Delete(first->name()).ok());
  EXPECT_NE(fixture.Make(900), nullptr);
}

TEST(RegionsTest, PlacesAreInside) {
  Fixture fixture;
  const auto region = fixture.Make(100);
  EXPECT_TRUE(region->At(100, 0).ok());
  EXPECT_TRUE(region->At(0, 100).ok());
  for (const auto& [offset, size] : std::vector<std::pair<uint64_t, uint64_t>>{
           {101, 0}, {0, 101}, {1, 100}, {~uint64_t{0}, 2}, {2, ~uint64_t{0}}}) {
    EXPECT_EQ(ReasonOf(region->At(offset, size).status()), "REGION_BOUNDS") << offset;
  }
}

TEST(RegionsTest, ACutObjectIsNotTouched) {
  Fixture fixture;
  const auto region = fixture.Make(8192);
  const int fd = shm_open(region->object().c_str(), O_RDWR, 0);
  ASSERT_EQ(ftruncate(fd, 16), 0);
  close(fd);
  EXPECT_EQ(ReasonOf(region->At(0, 8).status()), "REGION_CUT");
}

// A request with every %s as the region's name.
absl::StatusOr<engine::EvaluateCall> Build(std::string text, Regions* regions,
                                           const std::string& name) {
  for (size_t at = 0; (at = text.find("%s")) != std::string::npos;) text.replace(at, 2, name);
  const std::string bytes = Proto<v1::EvaluateRequest>(text).SerializeAsString();
  const RequestLimits limits((engine::Options()));
  const Incoming message = Incoming::FromString(bytes, 5);
  absl::StatusOr<EvaluateFields> fields = ParseEvaluateRequest(WireReader(message.pieces), limits);
  if (!fields.ok()) return fields.status();
  return BuildEvaluateCall(*fields, nullptr, limits, regions, message.owner);
}

constexpr char kX[] =
    "program { outputs { text: '2*x' } } inputs { name: 'x' array { dtype: DATA_TYPE_FLOAT64 "
    "shape: 2 shared_memory { region: '%s' offset: 8 byte_size: 16 } } } ";

TEST(RegionsTest, RequestsReadAndWriteInPlace) {
  Fixture fixture;
  const auto region = fixture.Make(64);
  const auto call = Build(std::string(kX) +
                              "output_places { output: 'y0' shared_memory { region: "
                              "'%s' offset: 24 byte_size: 16 } }",
                          &fixture.regions, region->name());
  ASSERT_TRUE(call.ok()) << call.status();
  uint8_t* const data = *region->At(0, 64);
  EXPECT_EQ(call->inputs[0].array.bytes.pieces()[0].data, data + 8);
  ASSERT_EQ(call->places.size(), 1u);
  EXPECT_EQ(call->places[0].data, data + 24);
}

TEST(RegionsTest, WrongPlacesAreNamed) {
  Fixture fixture;
  const auto region = fixture.Make(64);
  const std::string y = "output_places { output: 'y0' shared_memory { region: '%s' ";
  const struct {
    std::string text, reason, field;
  } cases[] = {
      {y + "offset: 16 byte_size: 16 } }", "OVERLAP", "output_places[0].shared_memory"},
      {y + "offset: 60 byte_size: 16 } }", "REGION_BOUNDS", "output_places[0].shared_memory"},
      {y + "offset: 24 byte_size: 8 } } output_places { output: 'y1' shared_memory { region: "
           "'%s' offset: 31 byte_size: 8 } }",
       "OVERLAP", "output_places[1].shared_memory"},
      {y + "offset: 24 byte_size: 8 } } " + y + "offset: 32 byte_size: 8 } }", "DUPLICATE_OUTPUT",
       "output_places[1].output"},
      {"output_places { output: 'y0' shared_memory { region: 'regions/1' byte_size: 8 } }",
       "UNKNOWN_REGION", "output_places[0].region"},
      {"inputs { name: 'z' array { dtype: DATA_TYPE_FLOAT64 shape: 2 shared_memory { region: '%s' "
       "byte_size: 15 } } }",
       "BYTE_LENGTH", "inputs[1].array.shared_memory"},
      {"inputs { name: 'z' array { shape: 2 shared_memory { region: '%s' byte_size: 16 } } }",
       "MISSING_FIELD", "inputs[1].array.dtype"},
  };
  for (const auto& each : cases) {
    const absl::Status status = Build(kX + each.text, &fixture.regions, region->name()).status();
    EXPECT_EQ(ReasonOf(status), each.reason) << each.text << status;
    EXPECT_EQ(FieldOf(status), each.field) << each.text << status;
  }
  EXPECT_EQ(Build(kX, nullptr, region->name()).status().code(), absl::StatusCode::kUnimplemented);
}

}  // namespace
}  // namespace formulary::service
