#ifndef FORMULARY_SERVER_SERVICE_EVALUATE_STREAM_H_
#define FORMULARY_SERVER_SERVICE_EVALUATE_STREAM_H_

// One EvaluateStream call, over bytes: a start, then chunks, each of which is evaluated with the
// start's inputs and its own. Answers leave in order while later chunks still arrive. At most
// kWindow chunks are in the server at a time (received and not yet answered): reading stops until
// the client has taken an answer, so memory stays bounded however long the stream. An error ends
// the stream, after the answers before it, with a status that names the chunk.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/base/mutex.h"
#include "server/service/byte_budget.h"
#include "server/service/call.h"
#include "server/service/evaluate_one.h"

namespace formulary::service {

// What a stream runs over. Its functions return at once; what they started is reported back by
// OnRead and OnWrite, later, never from within. One read and one write may be under way at a time.
class StreamTransport {
 public:
  virtual ~StreamTransport() = default;
  virtual void StartRead() = 0;
  virtual void StartWrite(Outgoing message) = 0;
  // Ends the stream. Nothing is started afterwards. A read may still be under way, a write not.
  virtual void Finish(const absl::Status& status) = 0;
};

struct StreamOptions {
  base::Deadline deadline;        // of the whole stream; infinite: each chunk has its own
  absl::Duration chunk_deadline;  // of each chunk, from its arrival
  std::shared_ptr<std::atomic<bool>> cancel;  // true: stop
};

// Thread-safe. Evaluations keep it alive; the transport must outlive Finish, and is not touched
// after it.
class EvaluateStream : public std::enable_shared_from_this<EvaluateStream> {
 public:
  static constexpr size_t kWindow = 4;

  EvaluateStream(const ServiceContext* context, StreamTransport* transport, StreamOptions options);

  // Starts reading.
  void Start() ABSL_LOCKS_EXCLUDED(mutex_);

  // A read has ended: with a message, or nullopt when the client sends no more.
  void OnRead(std::optional<Incoming> message) ABSL_LOCKS_EXCLUDED(mutex_);
  // A write has ended; not ok: the client is gone.
  void OnWrite(bool ok) ABSL_LOCKS_EXCLUDED(mutex_);
  // Ends the stream with `status`: at once, or when the write that is under way has ended.
  enum class Aborting : uint8_t { kEnded, kWriteUnderWay };
  Aborting Abort(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);

  // Messages read and answers written so far: stands still when the client does.
  uint64_t progress() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Slot {
    uint64_t chunk = 0;
    std::shared_ptr<ByteBudget::Reservation> received;  // the chunk's own bytes
    std::optional<absl::StatusOr<Answer>> answer;
  };

  absl::Status OnStart(const Incoming& message, WireReader body)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Gives the chunk its place in the order of answers.
  absl::Status OnChunk(const Incoming& message, WireReader body, EvaluateItem* item,
                       uint64_t* chunk) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status OnMessage(const Incoming& message, std::optional<EvaluateItem>* item,
                         uint64_t* chunk) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void OnAnswer(uint64_t chunk, absl::StatusOr<Answer> answer) ABSL_LOCKS_EXCLUDED(mutex_);
  // Starts what can be started: a read, a write, or the end.
  void Advance() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Fail(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  CallTerms ChunkTerms() const;

  const ServiceContext& context_;
  StreamTransport* const transport_;
  const StreamOptions options_;

  mutable base::Mutex mutex_;
  std::shared_ptr<const EvaluateFields> start_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const void> start_owner_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<ByteBudget::Reservation> start_bytes_ ABSL_GUARDED_BY(mutex_);
  std::deque<Slot> slots_ ABSL_GUARDED_BY(mutex_);  // in order; the front one may be being written
  uint64_t chunks_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t progress_ ABSL_GUARDED_BY(mutex_) = 0;
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool read_all_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mutex_);  // how the stream ends, once known
};

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_EVALUATE_STREAM_H_
