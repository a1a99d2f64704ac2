#include "server/eval/evaluator.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>

#include "server/base/error.h"
#include "server/base/mutex.h"
#include "server/base/strings.h"
#include "server/eval/input.h"

namespace formulary::eval {
namespace {

using codegen::LoopProgram;
using expr::DType;

// Elements gathered at a time where inputs cannot be read in place.
constexpr int64_t kScratchElements = 4096;
constexpr size_t kAlignment = 64;

// Memory that a thread keeps from call to call. One thread at a time.
class Scratch {
 public:
  ~Scratch() { std::free(data_); }

  // At least `size` bytes, 64-byte aligned; null without memory.
  uint8_t* Reserve(size_t size) {
    if (size <= capacity_) return data_;
    std::free(data_);
    capacity_ = (size + 0xffff) / 0x10000 * 0x10000;
    data_ = static_cast<uint8_t*>(std::aligned_alloc(kAlignment, capacity_));
    if (data_ == nullptr) capacity_ = 0;
    return data_;
  }

 private:
  uint8_t* data_ = nullptr;
  size_t capacity_ = 0;
};

Scratch& ThreadScratch() {
  thread_local Scratch scratch;
  return scratch;
}

class Evaluation {
 public:
  Evaluation(const Work& work, absl::Span<Slab> outputs)
      : work_(work), program_(*work.program), outputs_(outputs), lanes_(program_.lane_multiple) {
    inputs_.reserve(program_.input_arguments.size());
    for (size_t i = 0; i < program_.input_arguments.size(); ++i) {
      inputs_.emplace_back(*work.arguments[program_.input_arguments[i]], program_.input_types[i],
                           work.batch);
    }
    uniforms_.reserve(program_.uniform_types.size());
    for (size_t i = 0; i < program_.uniform_arguments.size(); ++i) {
      uniforms_.push_back(
          FirstElement(*work.arguments[program_.uniform_arguments[i]], program_.uniform_types[i]));
    }
    uniforms_.insert(uniforms_.end(), program_.literals.begin(), program_.literals.end());
    workspace_bytes_ = static_cast<size_t>(
        work.kernel != nullptr ? program_.workspace_bytes() : work.interpreter->workspace_bytes());
    workspace_bytes_ = (workspace_bytes_ + kAlignment - 1) / kAlignment * kAlignment;
  }

  // Elements [start, end). False without memory.
  bool Run(int64_t start, int64_t end) const {
    const size_t arrays = inputs_.size() + outputs_.size();
    uint8_t* memory = ThreadScratch().Reserve(workspace_bytes_ + arrays * kScratchElements * 8);
    if (memory == nullptr) return false;
    std::vector<const void*> in(std::max<size_t>(inputs_.size(), 1));
    std::vector<void*> out(outputs_.size());
    for (int64_t at = start; at < end;) at += Step(at, end, memory, in.data(), out.data());
    return true;
  }

 private:
  // Evaluates some elements from `at` on; returns how many.
  int64_t Step(int64_t at, int64_t end, uint8_t* memory, const void** in, void** out) const {
    uint8_t* scratch = memory + workspace_bytes_;
    int64_t count = end - at;
    bool gather = false;
    for (size_t i = 0; i < inputs_.size(); ++i) {
      const uint8_t* data = nullptr;
      const int64_t run = inputs_[i].RunAt(at, &data);
      in[i] = data;
      if (run < std::min(lanes_, count)) {
        in[i] = nullptr;  // into scratch
        gather = true;
        // Only past the joint of two pieces: what follows lies in one piece again.
        if (inputs_[i].in_place()) count = std::min(count, lanes_);
      } else {
        count = std::min(count, run);
      }
    }
    if (gather) count = std::min(count, kScratchElements);
    const bool tail = count < lanes_;
    if (!tail) count = count / lanes_ * lanes_;
    for (size_t i = 0; i < inputs_.size(); ++i) {
      if (in[i] != nullptr && !tail) continue;
      uint8_t* target = scratch + i * kScratchElements * 8;
      inputs_[i].Gather(at, count, target);
      if (tail) Pad(target, count, ByteSize(inputs_[i].dtype()));
      in[i] = target;
    }
    for (size_t k = 0; k < outputs_.size(); ++k) {
      const size_t size = ByteSize(program_.output_types[k]);
      out[k] = tail ? scratch + (inputs_.size() + k) * kScratchElements * 8
                    : outputs_[k].data() + static_cast<size_t>(at) * size;
    }
    Execute(tail ? lanes_ : count,
            {in, out, reinterpret_cast<const unsigned char*>(uniforms_.data()), memory});
    for (size_t k = 0; tail && k < outputs_.size(); ++k) {
      const size_t size = ByteSize(program_.output_types[k]);
      std::memcpy(outputs_[k].data() + static_cast<size_t>(at) * size, out[k],
                  static_cast<size_t>(count) * size);
    }
    return count;
  }

  // The rest of the lanes repeats the last element.
  void Pad(uint8_t* data, int64_t count, size_t size) const {
    const uint8_t* last = data + static_cast<size_t>(count - 1) * size;
    for (int64_t i = count; i < lanes_; ++i)
      std::memcpy(data + static_cast<size_t>(i) * size, last, size);
  }

  void Execute(int64_t n, const codegen::fy_v1_args& args) const {
    if (work_.kernel != nullptr) {
      work_.kernel->function()(n, &args);
    } else {
      work_.interpreter->Run(n, args);
    }
  }

  const Work& work_;
  const LoopProgram& program_;
  absl::Span<Slab> outputs_;
  int64_t lanes_;
  std::vector<Input> inputs_;
  std::vector<uint64_t> uniforms_;
  size_t workspace_bytes_ = 0;
};

absl::Status NoMemory(std::string_view what) {
  return base::MakeError(absl::StatusCode::kResourceExhausted, base::StrCat("no memory for ", what),
                         {.reason = "OUT_OF_MEMORY", .retry_after_seconds = 1});
}

absl::Status CheckGoingOn(const Work& work) {
  if (work.cancel != nullptr && work.cancel->load(std::memory_order_relaxed)) {
    return absl::CancelledError("the call was cancelled");
  }
  if (work.deadline.expired())
    return absl::DeadlineExceededError("the deadline passed during evaluation");
  return absl::OkStatus();
}

// The first failure of any task. Thread-safe.
class FirstFailure {
 public:
  void Set(absl::Status status) {
    base::MutexLock lock(&mutex_);
    if (status_.ok()) status_ = std::move(status);
    failed_.store(true, std::memory_order_relaxed);
  }
  bool failed() const { return failed_.load(std::memory_order_relaxed); }
  absl::Status Take() {
    base::MutexLock lock(&mutex_);
    return status_;
  }

 private:
  base::Mutex mutex_;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  std::atomic<bool> failed_{false};
};

}  // namespace

absl::StatusOr<Evaluated> Evaluate(const Work& work, SlabPool* slabs,
                                   base::ThreadPool* maybe_pool) {
  const int64_t elements = ElementCount(work.batch);
  Evaluated result;
  for (const DType dtype : work.program->output_types) {
    const size_t size = static_cast<size_t>(elements) * ByteSize(dtype);
    Slab slab = slabs->Take(size);
    if (slab.data() == nullptr) return NoMemory(base::StrCat("an output of ", size, " bytes"));
    result.outputs.push_back(std::move(slab));
  }
  if (elements == 0) return result;
  const auto started = std::chrono::steady_clock::now();
  const Evaluation evaluation(work, absl::MakeSpan(result.outputs));
  const int64_t tasks = (elements + kTaskElements - 1) / kTaskElements;
  FirstFailure failure;
  const auto run = [&](int64_t task) {
    if (failure.failed()) return;
    if (absl::Status status = CheckGoingOn(work); !status.ok())
      return failure.Set(std::move(status));
    const int64_t start = task * kTaskElements;
    if (!evaluation.Run(start, std::min(elements, start + kTaskElements)))
      failure.Set(NoMemory("scratch"));
  };
  if (tasks == 1 || maybe_pool == nullptr) {
    for (int64_t task = 0; task < tasks; ++task) run(task);
  } else {
    base::ParallelFor(maybe_pool, tasks, run);
  }
  if (failure.failed()) return failure.Take();
  result.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return result;
}

}  // namespace formulary::eval
