#include "server/eval/evaluator.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>

#include "absl/container/inlined_vector.h"
#include "server/base/error.h"
#include "server/base/mutex.h"
#include "server/base/strings.h"
#include "server/eval/input.h"

namespace formulary::eval {
namespace {

using codegen::LoopProgram;
using expr::DType;

// Most programs have no more inputs, outputs and uniform values: a small call allocates nothing.
template <typename T>
using Few = absl::InlinedVector<T, 8>;

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

expr::Part PartOf(const Work& work, uint32_t argument) {
  return work.parts.empty() ? expr::Part::kWhole : work.parts[argument];
}

// A result of the call: one output of the program, or two that are the parts of complex numbers.
struct Result {
  size_t first = 0;  // output of the program
  DType dtype = DType::kFloat64;

  bool interleaved() const { return IsComplex(dtype); }
};

std::vector<Result> ResultsOf(const Work& work) {
  const std::vector<DType>& types = work.program->output_types;
  std::vector<Result> results;
  for (size_t k = 0; k < types.size(); ++k) {
    const bool complex = work.complex_outputs != nullptr && (*work.complex_outputs)[results.size()];
    if (!complex) {
      results.push_back({k, types[k]});
      continue;
    }
    const bool single = types[k] == DType::kFloat32 && types[k + 1] == DType::kFloat32;
    results.push_back({k++, single ? DType::kComplex64 : DType::kComplex128});
  }
  return results;
}

// Every other element of `to`: the parts of complex numbers as results have them.
template <typename From, typename To>
void Interleave(const void* from, int64_t count, To* to) {
  for (int64_t i = 0; i < count; ++i) {
    From value;
    std::memcpy(&value, static_cast<const uint8_t*>(from) + static_cast<size_t>(i) * sizeof(From),
                sizeof value);
    to[2 * i] = static_cast<To>(value);
  }
}

void InterleaveAs(DType from_type, const void* from, int64_t count, DType to_type, uint8_t* to) {
  if (to_type == DType::kComplex64)
    return Interleave<float>(from, count, reinterpret_cast<float*>(to));
  auto* target = reinterpret_cast<double*>(to);
  if (from_type == DType::kFloat32) return Interleave<float>(from, count, target);
  if (from_type == DType::kInt64) return Interleave<int64_t>(from, count, target);
  Interleave<double>(from, count, target);
}

class Evaluation {
 public:
  Evaluation(const Work& work, const std::vector<Result>& results, absl::Span<Slab> slabs)
      : work_(work),
        program_(*work.program),
        results_(results),
        slabs_(slabs),
        outputs_(program_.outputs.size()),
        lanes_(program_.lane_multiple) {
    for (const Result& result : results_) any_interleaved_ |= result.interleaved();
    inputs_.reserve(program_.input_arguments.size());
    for (size_t i = 0; i < program_.input_arguments.size(); ++i) {
      const uint32_t argument = program_.input_arguments[i];
      inputs_.emplace_back(*work.arguments[argument], PartOf(work, argument),
                           program_.input_types[i], work.batch);
    }
    uniforms_.reserve(program_.uniform_types.size());
    for (size_t i = 0; i < program_.uniform_arguments.size(); ++i) {
      const uint32_t argument = program_.uniform_arguments[i];
      uniforms_.push_back(FirstElement(*work.arguments[argument], PartOf(work, argument),
                                       program_.uniform_types[i]));
    }
    uniforms_.insert(uniforms_.end(), program_.literals.begin(), program_.literals.end());
    workspace_bytes_ = static_cast<size_t>(
        work.kernel != nullptr ? program_.workspace_bytes() : work.interpreter->workspace_bytes());
    workspace_bytes_ = (workspace_bytes_ + kAlignment - 1) / kAlignment * kAlignment;
  }

  // Elements [start, end). False without memory.
  bool Run(int64_t start, int64_t end) const {
    const size_t arrays = inputs_.size() + outputs_;
    uint8_t* memory = ThreadScratch().Reserve(workspace_bytes_ + arrays * kScratchElements * 8);
    if (memory == nullptr) return false;
    Few<const void*> in(std::max<size_t>(inputs_.size(), 1));
    Few<void*> out(outputs_);
    for (int64_t at = start; at < end;) at += Step(at, end, memory, in.data(), out.data());
    return true;
  }

 private:
  // Evaluates some elements from `at` on; returns how many.
  int64_t Step(int64_t at, int64_t end, uint8_t* memory, const void** in, void** out) const {
    uint8_t* scratch = memory + workspace_bytes_;
    int64_t count = end - at;
    bool gather = any_interleaved_;
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
    for (size_t k = 0; k < outputs_; ++k)
      out[k] = scratch + (inputs_.size() + k) * kScratchElements * 8;
    for (size_t r = 0; r < results_.size() && !tail; ++r) {
      if (!results_[r].interleaved()) out[results_[r].first] = Target(r, at);
    }
    Execute(tail ? lanes_ : count,
            {in, out, reinterpret_cast<const unsigned char*>(uniforms_.data()), memory});
    for (size_t r = 0; r < results_.size(); ++r) {
      const Result& result = results_[r];
      if (result.interleaved()) {
        for (size_t part = 0; part < 2; ++part) {
          InterleaveAs(program_.output_types[result.first + part], out[result.first + part], count,
                       result.dtype, Target(r, at) + part * ByteSize(result.dtype) / 2);
        }
      } else if (tail) {
        std::memcpy(Target(r, at), out[result.first],
                    static_cast<size_t>(count) * ByteSize(result.dtype));
      }
    }
    return count;
  }

  uint8_t* Target(size_t result, int64_t at) const {
    return slabs_[result].data() + static_cast<size_t>(at) * ByteSize(results_[result].dtype);
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
  const std::vector<Result>& results_;
  absl::Span<Slab> slabs_;
  size_t outputs_;  // of the program
  bool any_interleaved_ = false;
  int64_t lanes_;
  Few<Input> inputs_;
  Few<uint64_t> uniforms_;
  size_t workspace_bytes_ = 0;
};

absl::Status NoMemory(std::string_view what) {
  return base::MakeError(absl::StatusCode::kResourceExhausted, base::StrCat("no memory for ", what),
                         {.reason = "OUT_OF_MEMORY", .retry_after_seconds = 1});
}

int64_t TaskElements(double nanoseconds_per_element) {
  if (nanoseconds_per_element * static_cast<double>(kTaskElements) <= kTaskNanoseconds)
    return kTaskElements;
  const auto chunks =
      static_cast<int64_t>(kTaskNanoseconds / nanoseconds_per_element) / kLeastTaskElements;
  return std::max<int64_t>(chunks, 1) * kLeastTaskElements;
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
  const std::vector<Result> results = ResultsOf(work);
  for (size_t r = 0; r < results.size(); ++r) {
    const Result& one = results[r];
    const size_t size = static_cast<size_t>(elements) * ByteSize(one.dtype);
    const bool placed = r < work.places.size() && work.places[r].data() != nullptr;
    if (placed && work.places[r].size() != size) {
      return base::InvalidArgument("BYTE_LENGTH", "output_places",
                                   base::StrCat("output_places: output ", r, " takes ", size,
                                                " bytes, its place has ", work.places[r].size()));
    }
    Slab slab = placed ? Slab::Borrow(work.places[r]) : slabs->Take(size);
    if (slab.data() == nullptr) return NoMemory(base::StrCat("an output of ", size, " bytes"));
    result.outputs.push_back(std::move(slab));
    result.types.push_back(one.dtype);
  }
  if (elements == 0) return result;
  const Evaluation evaluation(work, results, absl::MakeSpan(result.outputs));
  const int64_t task_elements = TaskElements(work.nanoseconds_per_element);
  const int64_t tasks = (elements + task_elements - 1) / task_elements;
  FirstFailure failure;
  const auto run = [&](int64_t task) {
    if (failure.failed()) return;
    if (absl::Status status = CheckGoingOn(work); !status.ok())
      return failure.Set(std::move(status));
    const int64_t start = task * task_elements;
    if (!evaluation.Run(start, std::min(elements, start + task_elements)))
      failure.Set(NoMemory("scratch"));
  };
  const auto started = std::chrono::steady_clock::now();
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
