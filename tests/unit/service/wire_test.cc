#include "server/service/wire.h"

#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/service/requests.h"

namespace formulary::service {
namespace {

using testing::ReasonOf;

// Reads every field of the message, skipping all values.
bool SkipAll(WireReader reader) {
  uint32_t field = 0;
  WireType type = WireType::kVarint;
  while (reader.remaining() > 0) {
    if (!reader.ReadTag(&field, &type) || !reader.Skip(field, type)) return false;
  }
  return true;
}

bool SkipAll(std::string_view bytes, size_t piece_bytes = SIZE_MAX) {
  const Incoming message = Incoming::FromString(std::string(bytes), piece_bytes);
  return SkipAll(WireReader(message.pieces));
}

TEST(WireReaderTest, WellFormedMessagesAreReadToTheEndWhateverThePieces) {
  const std::string messages[] = {
      "",
      std::string("\x08\x01", 2),                   // varint
      std::string("\x09\0\0\0\0\0\0\0\0", 9),       // fixed64
      std::string("\x0d\0\0\0\0", 5),               // fixed32
      std::string("\x0a\x03xyz", 5),                // length
      std::string("\x0b\x08\x01\x0c", 4),           // group
      std::string("\x0b\x13\x0a\x01z\x14\x0c", 7),  // group in a group
      std::string("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11),
  };
  for (const std::string& message : messages) {
    for (size_t piece = 1; piece <= message.size() + 1; ++piece)
      EXPECT_TRUE(SkipAll(message, piece)) << ::testing::PrintToString(message) << piece;
  }
}

TEST(WireReaderTest, MalformedMessagesAreRefused) {
  const std::string messages[] = {
      std::string("\x08", 1),                                               // no value
      std::string("\x00\x01", 2),                                           // field 0
      std::string("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 12),  // varint too long
      std::string("\xff\xff\xff\xff\xff\x01", 6),                           // tag over 32 bits
      std::string("\x0a\x05xyz", 5),                                        // length over the end
      std::string("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 10),          // a huge length
      std::string("\x0c", 1),                                               // end of no group
      std::string("\x0b\x14", 2),                                           // end of another group
      std::string("\x0b\x08\x01", 3),                                       // group without end
      std::string("\x0e\x00", 2),                                           // wire type 6
      std::string("\x09\0\0", 3),
      std::string("\x0d\0\0", 3),
  };
  for (const std::string& message : messages) {
    EXPECT_FALSE(SkipAll(message)) << ::testing::PrintToString(message);
    EXPECT_FALSE(SkipAll(message, 1)) << ::testing::PrintToString(message);
  }
}

TEST(WireReaderTest, GroupsNestToTheLimitAndNoFurther) {
  const auto nested = [](size_t depth) {
    return std::string(depth, '\x0b') + std::string(depth, '\x0c');
  };
  EXPECT_TRUE(SkipAll(nested(kMaxNesting)));
  EXPECT_FALSE(SkipAll(nested(kMaxNesting + 1)));
  EXPECT_FALSE(SkipAll(nested(100'000)));
}

TEST(WireReaderTest, PartsAreBoundedByTheirLength) {
  const Incoming message = Incoming::FromString(std::string("\x0a\x02\x08\x05\x10\x07", 6), 1);
  WireReader reader(message.pieces);
  uint32_t field = 0;
  WireType type = WireType::kVarint;
  ASSERT_TRUE(reader.ReadTag(&field, &type));
  WireReader part = reader;
  ASSERT_TRUE(reader.ReadPart(&part));
  EXPECT_EQ(part.remaining(), 2u);
  EXPECT_EQ(part.offset(), 2u);
  uint64_t value = 0;
  ASSERT_TRUE(part.ReadTag(&field, &type));
  ASSERT_TRUE(part.ReadVarint(&value));
  EXPECT_EQ(value, 5u);
  EXPECT_EQ(part.remaining(), 0u);
  EXPECT_FALSE(part.ReadVarint(&value));
  ASSERT_TRUE(reader.ReadTag(&field, &type));
  EXPECT_EQ(field, 2u);
  EXPECT_EQ(reader.offset(), 5u);
}

TEST(WireReaderTest, RemainingBytesAreReferencedNotCopied) {
  const Incoming message = Incoming::FromString("abcdefgh", 3);
  const WireReader reader(message.pieces);
  eval::ByteRope rope;
  reader.AppendRemaining(&rope);
  ASSERT_EQ(rope.pieces().size(), 3u);
  EXPECT_EQ(reinterpret_cast<const char*>(rope.pieces()[1].data), message.pieces[1].data());
  EXPECT_EQ(rope.size(), 8u);
  EXPECT_EQ(reader.CopyRemaining(), "abcdefgh");
}

TEST(WireReaderTest, CopyUpToIsWhatAReaderWentOver) {
  const Incoming message = Incoming::FromString(std::string("\x0a\x03xyz\x08\x01", 7), 2);
  WireReader reader(message.pieces);
  const WireReader start = reader;
  uint32_t field = 0;
  WireType type = WireType::kVarint;
  ASSERT_TRUE(reader.ReadTag(&field, &type) && reader.Skip(field, type));
  EXPECT_EQ(start.CopyUpTo(reader), std::string("\x0a\x03xyz", 5));
}

TEST(WireWriterTest, WhatIsWrittenIsRead) {
  std::string bytes;
  PutVarintField(1, 300, &bytes);
  PutBytes(2, "text", &bytes);
  const Incoming message = Incoming::FromString(bytes);
  WireReader reader(message.pieces);
  uint32_t field = 0;
  WireType type = WireType::kLength;
  uint64_t value = 0;
  std::string text;
  ASSERT_TRUE(reader.ReadTag(&field, &type) && reader.ReadVarint(&value));
  EXPECT_EQ(value, 300u);
  ASSERT_TRUE(reader.ReadTag(&field, &type) && reader.ReadString(&text));
  EXPECT_EQ(text, "text");
  EXPECT_EQ(LengthFieldSize(4), 6u);
  EXPECT_EQ(LengthFieldSize(200), 203u);
}

TEST(MalformedMessageTest, NamesTheOffset) {
  const Incoming message = Incoming::FromString("abc");
  const absl::Status status = MalformedMessage(WireReader(message.pieces, 40), "inputs");
  EXPECT_EQ(ReasonOf(status), "MALFORMED_MESSAGE");
  EXPECT_EQ(status.message(), "inputs: malformed at byte 40 of the message");
}

TEST(WireReaderTest, RandomBytesNeverDoHarm) {
  std::mt19937 random(20240607);
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes(random() % 64, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random() % 4 == 0 ? random() % 32 : random());
    const bool whole = SkipAll(bytes);
    EXPECT_EQ(whole, SkipAll(bytes, 1 + random() % 5)) << "seed 20240607, round " << i;
  }
}

}  // namespace
}  // namespace formulary::service
