#include "server/service/evaluate_stream.h"

#include <algorithm>
#include <utility>

#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/service/field_path.h"

namespace formulary::service {
namespace {

struct ChunkOwner {
  std::shared_ptr<const void> start;
  std::shared_ptr<const void> chunk;
};

// The status, naming the chunk whatever its code.
absl::Status OfChunk(uint64_t chunk, const absl::Status& status) {
  const std::string path = base::StrCat("chunks[", chunk, "]");
  if (status.code() == absl::StatusCode::kInvalidArgument ||
      base::GetErrorDetail(status).has_value())
    return Within(path, status);
  return absl::Status(status.code(),
                      base::ToAbsl(base::StrCat(path, ": ", base::ToStd(status.message()))));
}

}  // namespace

EvaluateStream::EvaluateStream(const ServiceContext* context, StreamTransport* transport,
                               StreamOptions options)
    : context_(*context), transport_(transport), options_(std::move(options)) {}

void EvaluateStream::Start() {
  base::MutexLock lock(&mutex_);
  Advance();
}

CallTerms EvaluateStream::ChunkTerms() const {
  const base::Deadline own = base::Deadline::After(options_.chunk_deadline);
  return {.deadline = std::min(own, options_.deadline), .cancel = options_.cancel};
}

absl::Status EvaluateStream::OnStart(const Incoming& message, WireReader body) {
  if (start_ != nullptr)
    return base::InvalidArgument("STREAM_ORDER", "start",
                                 "start: the stream has been started already");
  start_bytes_ = std::make_shared<ByteBudget::Reservation>(context_.budget);
  RETURN_IF_ERROR(start_bytes_->Grow(message.size));
  absl::StatusOr<EvaluateFields> fields = ParseEvaluateRequest(body, context_.limits);
  absl::Status status = fields.status();
  if (status.ok()) status = CheckTarget(*fields);
  if (status.ok()) fields->places.clear();  // a start has no such field: what is unknown is skipped
  if (!status.ok()) return Within("start", status);
  start_ = std::make_shared<const EvaluateFields>(*std::move(fields));
  start_owner_ = message.owner;
  return absl::OkStatus();
}

absl::Status EvaluateStream::OnChunk(const Incoming& message, WireReader body, EvaluateItem* item,
                                     uint64_t* chunk) {
  if (start_ == nullptr)
    return base::InvalidArgument("STREAM_ORDER", "chunk", "chunk: the stream has not been started");
  *chunk = chunks_++;
  Slot& slot = slots_.emplace_back();
  slot.chunk = *chunk;
  slot.received = std::make_shared<ByteBudget::Reservation>(context_.budget);
  absl::Status status = slot.received->Grow(message.size);
  absl::StatusOr<EvaluateFields> fields = EvaluateFields{};
  if (status.ok()) {
    fields = ParseStreamChunk(body, context_.limits);
    status = fields.status();
  }
  if (!status.ok()) {
    slot.answer = OfChunk(*chunk, status);  // leaves after the answers before it
    return status;
  }
  *item = {.target = start_,
           .maybe_chunk = std::make_shared<const EvaluateFields>(*std::move(fields)),
           .owner = std::make_shared<const ChunkOwner>(ChunkOwner{start_owner_, message.owner}),
           .terms = ChunkTerms()};
  return absl::OkStatus();
}

absl::Status EvaluateStream::OnMessage(const Incoming& message, std::optional<EvaluateItem>* item,
                                       uint64_t* chunk) {
  ASSIGN_OR_RETURN(const StreamFields fields, ParseStreamRequest(WireReader(message.pieces)));
  if (fields.kind == StreamFields::Kind::kStart) return OnStart(message, fields.body);
  const size_t before = slots_.size();
  item->emplace();
  const absl::Status status = OnChunk(message, fields.body, &**item, chunk);
  if (status.ok()) return status;
  item->reset();
  return slots_.size() > before ? absl::OkStatus() : status;
}

void EvaluateStream::OnRead(std::optional<Incoming> message) {
  std::optional<EvaluateItem> item;
  uint64_t chunk = 0;
  {
    base::MutexLock lock(&mutex_);
    reading_ = false;
    ++progress_;
    if (finished_) return;
    if (!message.has_value()) {
      read_all_ = true;
    } else if (!end_.has_value()) {
      const absl::Status status = OnMessage(*message, &item, &chunk);
      if (!status.ok()) Fail(status);
    }
    Advance();  // the next read goes on while this chunk is evaluated
  }
  if (!item.has_value()) return;
  EvaluateOne(context_, *std::move(item),
              [self = shared_from_this(), chunk](absl::StatusOr<Answer> answer) {
                self->OnAnswer(chunk, std::move(answer));
              });
}

void EvaluateStream::OnAnswer(uint64_t chunk, absl::StatusOr<Answer> answer) {
  base::MutexLock lock(&mutex_);
  if (finished_ || slots_.empty()) return;
  if (!answer.ok()) answer = OfChunk(chunk, answer.status());
  slots_[chunk - slots_.front().chunk].answer = std::move(answer);
  Advance();
}

void EvaluateStream::OnWrite(bool ok) {
  base::MutexLock lock(&mutex_);
  writing_ = false;
  ++progress_;
  slots_.pop_front();
  if (!ok) Fail(absl::CancelledError("the client is gone"));
  Advance();
}

EvaluateStream::Aborting EvaluateStream::Abort(const absl::Status& status) {
  base::MutexLock lock(&mutex_);
  Fail(status);
  Advance();
  return finished_ ? Aborting::kEnded : Aborting::kWriteUnderWay;
}

void EvaluateStream::Fail(const absl::Status& status) {
  if (end_.has_value()) return;
  end_ = status;
  if (options_.cancel != nullptr) options_.cancel->store(true);
}

void EvaluateStream::Advance() {
  if (finished_ || writing_) {
    // Nothing to write or to end now; reading may go on below.
  } else if (!end_.has_value() && !slots_.empty() && slots_.front().answer.has_value()) {
    absl::StatusOr<Answer>& answer = *slots_.front().answer;
    if (answer.ok()) {
      writing_ = true;
      transport_->StartWrite(std::move(answer->message));
    } else {
      Fail(answer.status());
    }
  } else if (!end_.has_value() && slots_.empty() && read_all_) {
    end_ = absl::OkStatus();
  }
  if (end_.has_value() && !writing_ && !finished_) {
    finished_ = true;
    slots_.clear();
    transport_->Finish(*end_);
  }
  if (!finished_ && !end_.has_value() && !reading_ && !read_all_ && slots_.size() < kWindow) {
    reading_ = true;
    transport_->StartRead();
  }
}

uint64_t EvaluateStream::progress() const {
  base::MutexLock lock(&mutex_);
  return progress_;
}

}  // namespace formulary::service
