#ifndef FORMULARY_SERVER_SERVICE_PIECE_STREAM_H_
#define FORMULARY_SERVER_SERVICE_PIECE_STREAM_H_

// Lets protobuf parse a message straight from bytes in pieces. Only for messages that carry no
// arrays.

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream.h>
#include <google/protobuf/message_lite.h>

#include <algorithm>
#include <limits>

#include "server/service/message.h"
#include "server/service/wire.h"

namespace formulary::service {

// One thread at a time; borrows the pieces.
class PieceStream final : public google::protobuf::io::ZeroCopyInputStream {
 public:
  explicit PieceStream(const Pieces& pieces) : pieces_(pieces) {}

  bool Next(const void** data, int* size) override {
    if (index_ == pieces_.size()) return false;
    const std::string_view piece = pieces_[index_].substr(position_);
    const size_t count = std::min(piece.size(), size_t{std::numeric_limits<int>::max()});
    *data = piece.data();
    *size = static_cast<int>(count);
    Advance(count);
    return true;
  }
  // Only ever gives back what the last Next() gave.
  void BackUp(int count) override {
    if (position_ == 0) position_ = pieces_[--index_].size();
    position_ -= static_cast<size_t>(count);
    read_ -= count;
  }
  bool Skip(int count) override {
    const void* data = nullptr;
    int size = 0;
    while (count > 0 && Next(&data, &size)) {
      if (size > count) BackUp(size - count);
      count -= std::min(size, count);
    }
    return count == 0;
  }
  int64_t ByteCount() const override { return read_; }

 private:
  void Advance(size_t count) {
    read_ += static_cast<int64_t>(count);
    position_ += count;
    if (position_ == pieces_[index_].size()) {
      ++index_;
      position_ = 0;
    }
  }

  const Pieces& pieces_;
  size_t index_ = 0;
  size_t position_ = 0;  // in pieces_[index_]
  int64_t read_ = 0;
};

// False when the pieces are no message of that type, invalid UTF-8 and nesting over kMaxNesting
// included.
inline bool ParseFromPieces(const Pieces& pieces, google::protobuf::MessageLite* message) {
  PieceStream stream(pieces);
  google::protobuf::io::CodedInputStream coded(&stream);
  coded.SetRecursionLimit(kMaxNesting);
  return message->ParseFromCodedStream(&coded) && coded.ConsumedEntireMessage();
}

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_PIECE_STREAM_H_
