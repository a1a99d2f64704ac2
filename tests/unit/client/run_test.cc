#include "client/cli/run.h"

#include <gmock/gmock.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "client/cli/chunked_evaluation.h"
#include "client/cli/file.h"
#include "client/cli/npy.h"
#include "tests/unit/client/fake_server.h"

namespace formulary::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Outcome {
  int exit_code = 0;
  std::string out, err;
};

class RunTest : public ::testing::Test {
 protected:
  RunTest() {
    char name[] = "/tmp/formulary-run-XXXXXX";
    directory_ = mkdtemp(name);
    setenv("FORMULARY_SERVER", server_.address().c_str(), 1);
  }
  ~RunTest() override {
    unsetenv("FORMULARY_SERVER");
    std::filesystem::remove_all(directory_);
  }

  Outcome Formulary(const std::vector<std::string>& arguments, const std::string& input = "") {
    std::istringstream in(input);
    std::ostringstream out, err;
    Io io{in, out, err, terminal_};
    const int exit_code = cli::Run(arguments, io);
    return {exit_code, out.str(), err.str()};
  }

  client::FakeServer server_;
  std::string directory_;
  Terminal terminal_;
};

TEST_F(RunTest, EvalPrintsATable) {
  const Outcome outcome = Formulary({"eval", "x + 1", "x=linspace(0,1,3)", "b=1"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "  x   y0\n  0    1\n0.5  1.5\n  1    2\n");
  EXPECT_EQ(outcome.err, "");
}

TEST_F(RunTest, EvalFormats) {
  EXPECT_EQ(Formulary({"eval", "x", "x=2"}).out, "2\n");
  EXPECT_EQ(Formulary({"eval", "-x**2", "x=[1,2]", "--csv"}).out, "x,y0\n1,1\n2,2\n");
  EXPECT_EQ(server_.last_request().program().outputs(0).text(), "-x**2");
  EXPECT_EQ(Formulary({"eval", "a=x", "b=2*x", "x=3", "--json"}).out,
            "{\"outputs\":[{\"name\":\"a\",\"dtype\":\"float64\",\"shape\":[],\"values\":3},"
            "{\"name\":\"b\",\"dtype\":\"float64\",\"shape\":[],\"values\":6}]}\n");
  EXPECT_EQ(Formulary({"eval", "nan", "x=[1,2]"}).out, "x   y0\n1  nan\n2    2\n");
  EXPECT_EQ(Formulary({"eval", "x", "x=-"}, "4\n5\n").out, "x  y0\n4   4\n5   5\n");
}

TEST_F(RunTest, EvalOptionsReachTheServer) {
  const Outcome outcome =
      Formulary({"eval", "x", "x=0.1", "--dtype", "float32", "--mode", "wait", "--numerics",
                 "strict", "--report", "--deadline", "20", "--assume", "x=positive"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr(": compiled, artefact from memory; "));
  const v1::EvaluateRequest request = server_.last_request();
  EXPECT_EQ(request.inputs(0).array().dtype(), v1::DATA_TYPE_FLOAT32);
  EXPECT_EQ(request.options().output_dtype(), v1::DATA_TYPE_FLOAT32);
  EXPECT_EQ(request.options().compilation(), v1::COMPILATION_MODE_WAIT);
  EXPECT_EQ(request.program().numerics(), v1::NUMERICS_STRICT);
  EXPECT_TRUE(request.program().arguments(0).assumptions().positive());
  EXPECT_TRUE(server_.last_had_deadline());
}

TEST_F(RunTest, EvalWritesFiles) {
  const std::string npy = directory_ + "/r.npy", svg = directory_ + "/p.svg",
                    png = directory_ + "/p.png";
  const Outcome one = Formulary({"eval", "x", "x=[1,2]", "--npy", npy});
  EXPECT_EQ(one.exit_code, 0) << one.err;
  EXPECT_EQ(one.out, "");
  EXPECT_EQ(ReadNpy(*ReadFile(npy))->AsDouble(1), 2);
  EXPECT_EQ(Formulary({"eval", "a=x", "b=x", "x=[1,2]", "--npy", npy}).exit_code, 0);
  EXPECT_EQ(ReadNpy(*ReadFile(directory_ + "/r-b.npy"))->AsDouble(1), 4);
  EXPECT_EQ(Formulary({"eval", "sin(t)", "t=linspace(0,1,9)", "--plot", svg}).exit_code, 0);
  EXPECT_THAT(*ReadFile(svg), HasSubstr(">sin(t)</text>"));
  EXPECT_EQ(Formulary({"eval", "--plot", png, "sin(t)", "t=linspace(0,1,9)", "--csv"}).exit_code,
            0);
  EXPECT_THAT(*ReadFile(png), StartsWith("\x89PNG"));
  const Outcome unwritable = Formulary({"eval", "x", "x=1", "--npy", "/nonexistent/r.npy"});
  EXPECT_EQ(unwritable.exit_code, 1);
  EXPECT_THAT(unwritable.err, HasSubstr("cannot write /nonexistent/r.npy"));
}

TEST_F(RunTest, EvalPlotsInTheTerminal) {
  terminal_.utf8 = true;
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"eval", "--plot", "x", "x=linspace(0,1,9)"},
        {"eval", "x", "x=linspace(0,1,9)", "--plot"}}) {
    const Outcome outcome = Formulary(arguments);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("┤"));
  }
  EXPECT_EQ(Formulary({"eval", "x", "x=[[1,2],[3,4]]", "--plot"}).exit_code, 2);
  EXPECT_EQ(Formulary({"eval", "x", "x=[1,2]", "--plot", "--ylim", "-1,1"}).exit_code, 0);
  EXPECT_EQ(Formulary({"eval", "x", "x=[1,2]", "--plot", "--ylim", "2,1"}).exit_code, 2);
}

TEST_F(RunTest, WrongUsageExitsWith2AndOneLine) {
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {},
           {"evaluate"},
           {"eval"},
           {"eval", "x", "--nope"},
           {"eval", "x", "x=1", "--mode", "soon"},
           {"eval", "x", "x=1", "--csv", "--json"},
           {"eval", "x", "x=1", "--digits", "40"},
           {"eval", "x", "x=1", "--deadline", "-1"},
           {"eval", "x", "x=1", "--plot", "out.pdf"},
           {"eval", "x", "x=@/nonexistent.npy"},
           {"eval", "x", "x=1", "--local", "--server", "localhost:1"},
           {"eval", "x", "x=1", "x=2"},
           {"render", "x", "--format", "pascal"},
           {"kernels", "show"},
           {"differentiate", "x"},
       }) {
    const Outcome outcome = Formulary(arguments);
    EXPECT_EQ(outcome.exit_code, 2) << outcome.err;
    EXPECT_THAT(outcome.err, StartsWith("formulary: "));
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
    EXPECT_EQ(outcome.out, "");
  }
}

TEST_F(RunTest, BadFormulaShowsTheCaretAndExitsWith2) {
  const Outcome outcome = Formulary({"eval", "fail", "x=1"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_EQ(outcome.err, "formulary: line 1, column 3: expected an operand\n  fail\n    ^\n");
}

TEST_F(RunTest, ServerTroubleExitsWith1) {
  const Outcome busy = Formulary({"eval", "busy", "x=1"});
  EXPECT_EQ(busy.exit_code, 1);
  EXPECT_EQ(busy.err, "formulary: the queue is full (try again in 1.5 s)\n");
  EXPECT_EQ(Formulary({"functions", "nope"}).exit_code, 1);
  EXPECT_EQ(Formulary({"eval", "slow", "x=1", "--deadline", "0.05"}).exit_code, 1);
  const Outcome nobody = Formulary({"eval", "x", "x=1", "--server", "unix:/nonexistent/socket"});
  EXPECT_EQ(nobody.exit_code, 1);
  EXPECT_THAT(nobody.err, HasSubstr("no server answers at unix:/nonexistent/socket"));
}

TEST_F(RunTest, HelpAndVersion) {
  EXPECT_THAT(Formulary({"--help"}).out, HasSubstr("Examples:"));
  EXPECT_THAT(Formulary({"eval", "--help"}).out, HasSubstr("linspace(a,b,n)"));
  EXPECT_THAT(Formulary({"--version"}).out, StartsWith("formulary "));
  EXPECT_EQ(Formulary({"kernels", "delete", "-h"}).exit_code, 0);
}

TEST_F(RunTest, Simplify) {
  EXPECT_EQ(Formulary({"simplify", "x+x"}).out, "simple x+x\n");
  EXPECT_EQ(Formulary({"simplify", "a=x", "b=y"}).out, "a = simple x\nb = simple y\n");
  EXPECT_THAT(Formulary({"simplify", "x", "--explain"}).out,
              HasSubstr("5 operations before, 2 after; finished; guard: agrees at 8 sample points\n"
                        "rule        count  first application\n"
                        "pythagoras      1  sin(x)**2 + cos(x)**2 -> 1\n"));
  EXPECT_THAT(Formulary({"simplify", "x", "--json"}).out,
              StartsWith("{\"texts\":[\"simple x\"],\"operations_before\":5"));
  EXPECT_EQ(Formulary({"simplify", "fail"}).exit_code, 2);
}

TEST_F(RunTest, Diff) {
  EXPECT_EQ(Formulary({"diff", "x", "--wrt", "x"}).out, "DERIVATIVE_KIND_UNSPECIFIED 0\n");
  EXPECT_EQ(Formulary({"diff", "x*y", "--wrt", "x,y", "--kind", "hessian", "--order", "2"}).out,
            "dx = DERIVATIVE_KIND_HESSIAN 2\ndy = DERIVATIVE_KIND_HESSIAN 2\n");
  EXPECT_THAT(Formulary({"diff", "x", "--wrt", "x", "--report"}).out,
              HasSubstr("\nreverse mode; 5 operations as derived, 2 after; finished\n"));
  EXPECT_EQ(Formulary({"diff", "x", "--wrt", "x", "--json", "--values", "--sparse",
                       "--unsimplified", "--kind", "vector_jacobian"})
                .out,
            "{\"names\":[\"dx\"],\"texts\":[\"DERIVATIVE_KIND_VECTOR_JACOBIAN 0\"],\"seeds\":["
            "\"sparse\",\"values\",\"unsimplified\"],\"rows\":[0],\"columns\":[7],\"mode\":"
            "\"reverse\",\"operations_before\":5,\"operations_after\":2,\"stop_reason\":"
            "\"finished\"}\n");
  EXPECT_EQ(Formulary({"diff", "fail"}).exit_code, 2);
  EXPECT_EQ(Formulary({"diff", "x", "--kind", "slope"}).exit_code, 2);
}

TEST_F(RunTest, Analyze) {
  const Outcome plain = Formulary({"analyze", "f(x)", "x=[1,1e12]", "--samples", "99"});
  EXPECT_EQ(plain.exit_code, 0) << plain.err;
  EXPECT_THAT(plain.out, HasSubstr("bits of error  mean  median  p90   max  NaN  inf\n"
                                   "as written     20.2     0.0  0.0  40.0    0    0\n"));
  EXPECT_THAT(plain.out, HasSubstr("99 points, 2 left out that have no real value or overflow\n"));
  EXPECT_THAT(plain.out, HasSubstr("worst as written: x = 1e+08 gives 0, should be 5e-05\n"));
  EXPECT_THAT(plain.out, HasSubstr("20.0  40.0  sqrt(x + 1) - sqrt(x)\n"));
  const Outcome improved = Formulary({"analyze", "f(x)", "--improve"});
  EXPECT_THAT(improved.out, HasSubstr("improved (best of 9):\n  1/(sqrt(x + 1) + sqrt(x))\n"));
  const Outcome json = Formulary({"analyze", "f(x)", "--json", "--improve"});
  EXPECT_THAT(json.out, StartsWith("{\"arguments\":[\"x\"],\"as_written\":[{\"output\":\"y0\""));
  EXPECT_THAT(json.out, HasSubstr("{\"arguments\":[-1e+09],\"as_written\":[10]"));
  EXPECT_EQ(Formulary({"analyze", "fail"}).exit_code, 2);
  EXPECT_EQ(Formulary({"analyze", "f(x)", "x=[nan,1]"}).exit_code, 2);
  EXPECT_EQ(Formulary({"analyze", "f(x)", "--samples", "0"}).exit_code, 2);
}

TEST_F(RunTest, AnalyzeDrawsErrorsAgainstEachArgument) {
  const Outcome terminal = Formulary({"analyze", "f(x)", "--plot"});
  EXPECT_THAT(terminal.out, HasSubstr("bits of error against x\n"));
  EXPECT_THAT(terminal.out, HasSubstr("-1e9"));
  const std::string file = ::testing::TempDir() + "/errors.svg";
  EXPECT_EQ(Formulary({"analyze", "f(x)", "--improve", "--plot", file}).exit_code, 0);
  std::ifstream written(file);
  const std::string svg((std::istreambuf_iterator<char>(written)), {});
  for (const char* text : {"as written", "simplified", "improved", "bits of error", "1e9"})
    EXPECT_THAT(svg, HasSubstr(text));
  const std::string two = ::testing::TempDir() + "/two.svg";
  EXPECT_EQ(Formulary({"analyze", "f(x)", "x=1", "y=2", "--plot", two}).exit_code, 0);
  for (const char* name : {"/two-x.svg", "/two-y.svg"})
    EXPECT_TRUE(std::ifstream(::testing::TempDir() + name).good()) << name;
}

TEST_F(RunTest, Render) {
  EXPECT_EQ(Formulary({"render", "x"}).out, "FORMAT_TEXT\n");
  EXPECT_EQ(Formulary({"render", "x", "--format", "mathml", "--simplified"}).out,
            "FORMAT_MATHML simplified\n");
}

TEST_F(RunTest, Functions) {
  EXPECT_EQ(Formulary({"functions"}).out,
            "first group\n"
            "  f0(a)       does thing 0\n"
            "  f1(a)       does thing 1\n"
            "  f2(a, ...)  does thing 2\n"
            "\n"
            "second group\n"
            "  f3(a, ...)  does thing 3\n"
            "  f4(a, ...)  does thing 4\n"
            "\n"
            "5 functions; formulary functions NAME shows one in full\n");
  EXPECT_THAT(Formulary({"functions", "f1"}).out, HasSubstr("in sympy  F, G\n"));
  EXPECT_THAT(Formulary({"functions", "f1", "--json"}).out, StartsWith("{\"name\":\"f1\""));
}

TEST_F(RunTest, Kernels) {
  EXPECT_THAT(Formulary({"kernels"}).out,
              HasSubstr("kernels/0123456789ab          1  1.23 kB    30 ms  1,000"));
  EXPECT_THAT(Formulary({"kernels", "list", "--json"}).out, HasSubstr("\"hits\":\"1000\""));
  EXPECT_THAT(Formulary({"kernels", "show", "0123"}).out, HasSubstr("artefact      aa55"));
  EXPECT_THAT(Formulary({"kernels", "delete", "kernels/01"}).out,
              StartsWith("deleted kernels/0123456789abcdef"));
  EXPECT_EQ(Formulary({"kernels", "show", "ffff"}).exit_code, 1);
}

TEST_F(RunTest, Info) {
  EXPECT_THAT(Formulary({"info"}).out, HasSubstr("version     9.8.7"));
  EXPECT_THAT(Formulary({"info", "--json"}).out, HasSubstr("\"max_message_bytes\""));
}

TEST_F(RunTest, Bench) {
  const Outcome outcome = Formulary({"bench", "x*x", "--sizes", "1,1000", "--seconds", "0.02"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("elements"));
  EXPECT_THAT(outcome.out, HasSubstr("1,000"));
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(Formulary({"bench", "x", "--sizes", "10", "--seconds", "0.01", "--json"}).out,
              HasSubstr("\"elements\":10,"));
}

TEST_F(RunTest, LargeArraysGoInChunks) {
  // 2 x 16 MB over a message limit of 4 MiB.
  const std::string file = directory_ + "/big.npy";
  std::vector<double> values(2'000'000);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i);
  ASSERT_TRUE(WriteFile(file, *WriteNpy(client::Array(values))).ok());
  const Outcome outcome =
      Formulary({"eval", "x", "c=1", "x=@" + file, "--npy", directory_ + "/r.npy", "--report"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  const client::Array result = *ReadNpy(*ReadFile(directory_ + "/r.npy"));
  ASSERT_EQ(result.shape(), client::Shape{2'000'000});
  for (size_t i = 0; i < values.size(); i += 997) ASSERT_EQ(result.As<double>()[i], values[i] + 1);
  EXPECT_EQ(server_.evaluate_calls(), 0);
  EXPECT_GE(server_.stream_chunks(), 16);
  EXPECT_THAT(outcome.err, HasSubstr("for 2,000,000 elements"));
}

class ChunkedEvaluationTest : public RunTest {
 protected:
  absl::StatusOr<client::Result> Evaluate(const std::string& text,
                                          std::vector<client::NamedArray> inputs) {
    const client::Client client = *client::Client::Connect(server_.address());
    return EvaluateInChunks(client, {text, std::move(inputs), {}, 1},
                            {.direct_bytes = 64, .chunk_bytes = 256},
                            [this](int64_t done, int64_t) { done_ = done; });
  }
  int64_t done_ = 0;
};

client::Array Ramp(client::Shape shape) {
  client::Array array = *client::Array::Uninitialized(client::DType::kFloat64, std::move(shape));
  double* values = reinterpret_cast<double*>(array.mutable_data());
  for (int64_t i = 0; i < array.size(); ++i) values[i] = static_cast<double>(i);
  return array;
}

TEST_F(ChunkedEvaluationTest, MatricesComeBackInShape) {
  const auto result = Evaluate("x", {{"x", Ramp({7, 11})}, {"one", *Ramp({1}).Reshaped({1, 1})}});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->outputs[0].array.shape(), (client::Shape{7, 11}));
  EXPECT_EQ(result->outputs[0].array.AsDouble(76), 76);
  EXPECT_EQ(done_, 77);
  EXPECT_GT(server_.stream_chunks(), 3);
}

TEST_F(ChunkedEvaluationTest, EvenDivisionAndRest) {
  for (const int64_t n : {9, 16, 17, 31, 32, 33, 160}) {
    const auto result = Evaluate("x", {{"x", Ramp({n})}});
    ASSERT_TRUE(result.ok()) << result.status();
    for (int64_t i = 0; i < n; ++i)
      EXPECT_EQ(result->outputs[0].array.AsDouble(i), static_cast<double>(i));
  }
}

TEST_F(ChunkedEvaluationTest, FailureOfAChunkEndsTheWhole) {
  const auto result = Evaluate("fail", {{"x", Ramp({1000})}});
  EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(ChunkedEvaluationTest, SmallOnesGoDirectly) {
  EXPECT_TRUE(Evaluate("x", {{"x", Ramp({2})}}).ok());
  EXPECT_EQ(server_.evaluate_calls(), 1);
  // Shapes that do not fit are left to the server.
  EXPECT_TRUE(Evaluate("x", {{"x", Ramp({100})}, {"y", Ramp({100})}}).ok());
  Evaluate("x", {{"x", Ramp({100})}, {"y", Ramp({99})}}).status().IgnoreError();
  EXPECT_EQ(server_.evaluate_calls(), 2);
}

}  // namespace
}  // namespace formulary::cli
