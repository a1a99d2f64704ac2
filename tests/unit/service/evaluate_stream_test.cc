#include "server/service/evaluate_stream.h"

#include <deque>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/service/fake_engine.h"
#include "tests/unit/service/requests.h"

namespace formulary::service {
namespace {

using testing::AddRaw;
using testing::Doubles;
using testing::FakeEngine;
using testing::Proto;
using testing::ReasonOf;

// Notes what the stream starts; the test says when it ends.
class FakeTransport final : public StreamTransport {
 public:
  void StartRead() override {
    EXPECT_FALSE(reading) << "two reads at once";
    EXPECT_FALSE(status.has_value()) << "read after the end";
    reading = true;
  }
  void StartWrite(Outgoing message) override {
    EXPECT_FALSE(writing) << "two writes at once";
    EXPECT_FALSE(status.has_value()) << "write after the end";
    writing = true;
    v1::EvaluateStreamResponse response;
    EXPECT_TRUE(response.ParseFromString(testing::Flat(message)));
    written.push_back(std::move(response));
  }
  void Finish(const absl::Status& end) override {
    EXPECT_FALSE(status.has_value()) << "two ends";
    EXPECT_FALSE(writing) << "the end before a write has ended";
    status = end;
  }

  bool reading = false;
  bool writing = false;
  std::vector<v1::EvaluateStreamResponse> written;
  std::optional<absl::Status> status;
};

// A stream over an engine that answers when the test says so, in any order.
class EvaluateStreamTest : public ::testing::Test {
 protected:
  struct Pending {
    engine::EvaluateCall call;
    engine::EvaluateDone done;
  };

  void SetUp() override { Make({}); }

  void Make(engine::Options options) {
    stream_.reset();
    context_.reset();
    engine_ = std::make_unique<FakeEngine>(options);
    engine_->on_evaluate = [this](engine::EvaluateCall call, engine::EvaluateDone done) {
      pending_.push_back({std::move(call), std::move(done)});
    };
    budget_ = std::make_unique<ByteBudget>(ToCount(options.max_inflight_bytes));
    context_ = std::make_unique<ServiceContext>(engine_.get(), budget_.get());
    transport_ = FakeTransport();
    stream_ = std::make_shared<EvaluateStream>(
        context_.get(), &transport_,
        StreamOptions{.chunk_deadline = absl::Seconds(30), .cancel = cancel_});
    stream_->Start();
  }

  void Send(const v1::EvaluateStreamRequest& request) { SendBytes(request.SerializeAsString()); }
  void SendBytes(std::string bytes) {
    ASSERT_TRUE(transport_.reading);
    transport_.reading = false;
    stream_->OnRead(Incoming::FromString(std::move(bytes), 7));
  }
  void SendStart(std::string_view start = "program { outputs { text: '2*x' } }") {
    Send(Proto<v1::EvaluateStreamRequest>("start { " + std::string(start) + " }"));
  }
  void SendChunk(double x) {
    v1::EvaluateStreamRequest request;
    AddRaw("x", {x}, request.mutable_chunk()->mutable_inputs());
    Send(request);
  }
  void HalfClose() {
    ASSERT_TRUE(transport_.reading);
    transport_.reading = false;
    stream_->OnRead(std::nullopt);
  }
  void Answer(size_t index) {
    Pending pending = std::move(pending_[index]);
    pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(index));
    pending.done(engine_->Double(pending.call));
  }
  void EndWrite(bool ok = true) {
    ASSERT_TRUE(transport_.writing);
    transport_.writing = false;
    stream_->OnWrite(ok);
  }
  double Written(size_t index) const {
    return Doubles(transport_.written.at(index).outputs(0).array().raw()).at(0);
  }

  std::shared_ptr<std::atomic<bool>> cancel_ = std::make_shared<std::atomic<bool>>(false);
  std::unique_ptr<FakeEngine> engine_;
  std::unique_ptr<ByteBudget> budget_;
  std::unique_ptr<ServiceContext> context_;
  FakeTransport transport_;
  std::deque<Pending> pending_;
  std::shared_ptr<EvaluateStream> stream_;
};

TEST_F(EvaluateStreamTest, AnswersLeaveInOrderWhateverTheEngineDoes) {
  SendStart();
  for (const double x : {1, 2, 3}) SendChunk(x);
  ASSERT_EQ(pending_.size(), 3u);
  Answer(2);  // the third first
  EXPECT_FALSE(transport_.writing);
  Answer(0);
  ASSERT_TRUE(transport_.writing);
  EXPECT_EQ(Written(0), 2);
  EndWrite();
  EXPECT_FALSE(transport_.writing);  // the second is still out
  Answer(0);
  EXPECT_EQ(Written(1), 4);
  EndWrite();
  EXPECT_EQ(Written(2), 6);
  HalfClose();
  EndWrite();
  ASSERT_TRUE(transport_.status.has_value());
  EXPECT_OK(*transport_.status);
}

TEST_F(EvaluateStreamTest, ReadingStopsUntilAnswersAreTaken) {
  SendStart();
  for (size_t i = 0; i < EvaluateStream::kWindow; ++i) SendChunk(static_cast<double>(i));
  EXPECT_FALSE(transport_.reading);
  EXPECT_EQ(pending_.size(), EvaluateStream::kWindow);
  Answer(0);
  EXPECT_FALSE(transport_.reading);  // answered, but the client has not taken it
  EndWrite();
  EXPECT_TRUE(transport_.reading);
}

TEST_F(EvaluateStreamTest, ALongStreamTakesNoMoreMemoryThanItsWindow) {
  SendStart();
  for (int i = 0; i < 1000; ++i) {
    SendChunk(i);
    if (pending_.size() == EvaluateStream::kWindow) Answer(0);
    if (transport_.writing && !transport_.reading) EndWrite();
    EXPECT_LE(budget_->in_flight(), 2000u);
  }
  EXPECT_EQ(Written(500), 1000);
}

TEST_F(EvaluateStreamTest, SharedInputsAreInEveryChunk) {
  SendStart(
      "program { outputs { text: 's*x' } } inputs { name: 's' array { reals { values: 3 } } }");
  SendChunk(1);
  ASSERT_EQ(pending_[0].call.inputs.size(), 2u);
  EXPECT_EQ(pending_[0].call.inputs[0].name, "s");
  EXPECT_EQ(pending_[0].call.inputs[1].name, "x");
  EXPECT_EQ(pending_[0].call.program.bytes,
            Proto<v1::Program>("outputs { text: 's*x' }").SerializeAsString());
  SendChunk(2);
  EXPECT_OK(pending_[1].call.program.decode({}));
  Answer(0);
  // The shared input came as a list, so answers are lists.
  EXPECT_EQ(transport_.written.at(0).outputs(0).array().reals().values(0), 6);
}

TEST_F(EvaluateStreamTest, AnErrorEndsTheStreamAfterTheAnswersBeforeIt) {
  SendStart();
  SendChunk(1);
  Send(Proto<v1::EvaluateStreamRequest>("chunk { inputs { name: 'x' } }"));  // no array
  SendChunk(3);
  Answer(1);  // chunk 2 is ready, but comes after the error
  EXPECT_FALSE(transport_.status.has_value());
  Answer(0);
  EXPECT_EQ(Written(0), 2);
  EndWrite();
  ASSERT_TRUE(transport_.status.has_value());
  EXPECT_EQ(ReasonOf(*transport_.status), "MISSING_FIELD");
  EXPECT_EQ(testing::FieldOf(*transport_.status), "chunks[1].inputs[0].array.data");
  EXPECT_EQ(transport_.written.size(), 1u);
}

TEST_F(EvaluateStreamTest, AnErrorOfTheEngineNamesTheChunk) {
  SendStart();
  SendChunk(1);
  pending_[0].done(absl::DeadlineExceededError("too late"));
  ASSERT_TRUE(transport_.status.has_value());
  EXPECT_EQ(*transport_.status, absl::DeadlineExceededError("chunks[0]: too late"));
  EXPECT_TRUE(cancel_->load());
}

TEST_F(EvaluateStreamTest, TheStartComesFirstAndOnce) {
  SendChunk(1);
  ASSERT_TRUE(transport_.status.has_value());
  EXPECT_EQ(ReasonOf(*transport_.status), "STREAM_ORDER");
  Make({});
  SendStart();
  SendStart();
  ASSERT_TRUE(transport_.status.has_value());
  EXPECT_EQ(ReasonOf(*transport_.status), "STREAM_ORDER");
}

TEST_F(EvaluateStreamTest, BadStartsEndTheStreamAtOnce) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "MISSING_FIELD"},
      {"program { } options { encoding: 7 }", "UNKNOWN_ENUM_VALUE"},
      {"kernel: 'kernels/'", "BAD_KERNEL_NAME"},
  };
  for (const auto& [start, reason] : cases) {
    Make({});
    SendStart(start);
    ASSERT_TRUE(transport_.status.has_value()) << start;
    EXPECT_EQ(ReasonOf(*transport_.status), reason);
    EXPECT_TRUE(testing::FieldOf(*transport_.status).starts_with("start.")) << *transport_.status;
  }
  Make({});
  SendBytes("\xff");
  ASSERT_TRUE(transport_.status.has_value());
  EXPECT_EQ(ReasonOf(*transport_.status), "MALFORMED_MESSAGE");
  Make({});
  SendBytes("");
  EXPECT_EQ(ReasonOf(*transport_.status), "MISSING_FIELD");
}

TEST_F(EvaluateStreamTest, AnInputBothSharedAndOfTheChunkIsAnError) {
  SendStart("program { outputs { text: 'x' } } inputs { name: 'x' array { reals { values: 3 } } }");
  SendChunk(1);
  ASSERT_TRUE(transport_.status.has_value());
  EXPECT_EQ(ReasonOf(*transport_.status), "DUPLICATE_INPUT");
}

TEST_F(EvaluateStreamTest, AnEmptyStreamEndsWell) {
  HalfClose();
  ASSERT_TRUE(transport_.status.has_value());
  EXPECT_OK(*transport_.status);
}

TEST_F(EvaluateStreamTest, AbortWaitsForTheWriteUnderWay) {
  SendStart();
  SendChunk(1);
  SendChunk(2);
  Answer(0);
  EXPECT_EQ(stream_->Abort(absl::CancelledError("gone")), EvaluateStream::Aborting::kWriteUnderWay);
  EXPECT_FALSE(transport_.status.has_value());
  EXPECT_TRUE(cancel_->load());
  EndWrite(false);
  ASSERT_TRUE(transport_.status.has_value());
  EXPECT_EQ(transport_.status->code(), absl::StatusCode::kCancelled);
  Answer(0);  // too late: nothing happens
  EXPECT_EQ(transport_.written.size(), 1u);
  EXPECT_EQ(budget_->in_flight() > 0, true);  // the start's bytes, until the stream goes
  stream_.reset();
  EXPECT_EQ(budget_->in_flight(), 0u);
}

TEST_F(EvaluateStreamTest, AbortAtRestEndsAtOnce) {
  SendStart();
  EXPECT_EQ(stream_->Abort(absl::CancelledError("gone")), EvaluateStream::Aborting::kEnded);
  EXPECT_TRUE(transport_.status.has_value());
  stream_->OnRead(std::nullopt);  // the read that was under way ends
  EXPECT_EQ(stream_->Abort(absl::CancelledError("again")), EvaluateStream::Aborting::kEnded);
}

TEST_F(EvaluateStreamTest, AFailedWriteEndsTheStream) {
  SendStart();
  SendChunk(1);
  Answer(0);
  EndWrite(false);
  ASSERT_TRUE(transport_.status.has_value());
  EXPECT_EQ(transport_.status->code(), absl::StatusCode::kCancelled);
}

TEST_F(EvaluateStreamTest, ChunksOverTheBudgetEndTheStream) {
  engine::Options options;
  options.max_inflight_bytes = 200;
  Make(options);
  SendStart();
  v1::EvaluateStreamRequest request;
  AddRaw("x", std::vector<double>(100), request.mutable_chunk()->mutable_inputs());
  Send(request);
  ASSERT_TRUE(transport_.status.has_value());
  EXPECT_EQ(transport_.status->code(), absl::StatusCode::kResourceExhausted);
}

TEST_F(EvaluateStreamTest, ProgressStandsStillWithTheClient) {
  const uint64_t before = stream_->progress();
  SendStart();
  EXPECT_GT(stream_->progress(), before);
  SendChunk(1);
  const uint64_t waiting = stream_->progress();
  Answer(0);
  EXPECT_EQ(stream_->progress(), waiting);
  EndWrite();
  EXPECT_GT(stream_->progress(), waiting);
}

}  // namespace
}  // namespace formulary::service
