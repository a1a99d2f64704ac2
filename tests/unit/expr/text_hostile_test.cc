// Input that means harm: depth, length, bytes at random. Everything is answered, in linear time and
// without the stack.

#include <pthread.h>

#include <functional>
#include <random>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/expr/catalogue.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/expr/text_helpers.h"

namespace formulary::expr {
namespace {

// Runs `body` on a thread whose stack is as small as `ulimit -s 256` makes it.
void OnSmallStack(std::function<void()> body) {
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, 256 << 10), 0);
  pthread_t thread;
  const auto run = +[](void* argument) -> void* {
    (*static_cast<std::function<void()>*>(argument))();
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, &attributes, run, &body), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

std::string Repeat(std::string_view text, int count) {
  std::string result;
  result.reserve(text.size() * static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) result += text;
  return result;
}

constexpr int kMany = 900'000;

TEST(DeepTextTest, NineHundredThousandOfAnythingIsRead) {
  struct Case {
    std::string text;
    uint32_t most_nodes;  // work in proportion: a few nodes for every repetition
  };
  const Case cases[] = {
      {Repeat("(", kMany) + "x" + Repeat(")", kMany), 1},
      {Repeat("-", kMany) + "x", kMany + 1},
      {Repeat("not ", kMany) + "x", kMany + 1},
      {Repeat("sin(", kMany) + "x" + Repeat(")", kMany), kMany + 1},
      {"x" + Repeat(" + x", kMany), kMany + 1},
      {"x" + Repeat("**x", kMany), kMany + 1},
      {"x" + Repeat(" < x", kMany / 2), kMany},
      {Repeat("(1 + ", kMany) + "x" + Repeat(")", kMany), kMany + 2},
      {Repeat("Piecewise((", kMany / 4) + "x" + Repeat(", x > 0), (1, True))", kMany / 4), kMany},
      {"(FPCore (x) " + Repeat("(sin ", kMany) + "x" + Repeat(")", kMany) + ")", kMany + 1},
      {"(FPCore (x) " + Repeat("(let ((x x)) ", kMany / 4) + "x" + Repeat(")", kMany / 4) + ")", 1},
      {"(FPCore (x) " + Repeat("(let ((y ", kMany / 4) + "x" + Repeat(")) y)", kMany / 4) + ")", 1},
  };
  for (const Case& c : cases) {
    OnSmallStack([&c] {
      const absl::StatusOr<Program> program = ProgramOf(c.text);
      ASSERT_OK(program) << c.text.substr(0, 40);
      EXPECT_LE(program->graph.size(), c.most_nodes) << c.text.substr(0, 40);
    });
  }
}

TEST(DeepTextTest, DeepGraphsArePrintedInEveryNotation) {
  for (const std::string& text : {Repeat("sin(", kMany / 4) + "x" + Repeat(")", kMany / 4),
                                  "x" + Repeat(" + x", kMany / 4), "x" + Repeat("**x", kMany / 4),
                                  Repeat("-", kMany / 4) + "x", "x" + Repeat("/x", kMany / 4)}) {
    OnSmallStack([&text] {
      ASSERT_OK_AND_ASSIGN(const Program program, ProgramOf(text));
      for (const Notation notation : {Notation::kText, Notation::kSymPy, Notation::kLatex,
                                      Notation::kFpCore, Notation::kMathMl}) {
        EXPECT_OK(PrintProgram(program, {.notation = notation, .max_bytes = 200u << 20}))
            << text.substr(0, 20);
      }
      EXPECT_FALSE(PrintDot(program).empty());
    });
  }
}

TEST(DeepTextTest, UnendedDepthIsAnError) {
  for (const std::string& text :
       {Repeat("(", kMany), Repeat("sin(", kMany), Repeat("x**", kMany), Repeat("x < ", kMany),
        Repeat(")", kMany), Repeat("Piecewise((", kMany), Repeat("Piecewise((x,", kMany),
        "(FPCore (x) " + Repeat("(let ((y ", kMany), "(FPCore (x) :pre " + Repeat("(", kMany)}) {
    OnSmallStack([&text] {
      EXPECT_EQ(ReasonOf(ProgramOf(text).status()), "PARSE_ERROR") << text.substr(0, 20);
    });
  }
}

TEST(DeepTextTest, NodeLimitEndsLongSums) {
  std::string text = "x";
  for (int i = 0; i < 600'000; ++i) text += "+" + std::to_string(i);
  EXPECT_EQ(ReasonOf(ProgramOf(text).status()), "NODE_LIMIT");
}

TEST(DeepTextTest, HugeNumbersAreRefusedBeforeTheyAreConverted) {
  const std::string digits(10'000'000, '7');
  for (const std::string& text :
       {digits, "0." + digits, "1e" + digits, "Rational(1, " + digits + ")",
        "(FPCore () 0x" + digits + ")", "(FPCore () 1/" + digits + ")"}) {
    const absl::Status status = ProgramOf(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text.substr(0, 20);
    EXPECT_LT(status.message().size(), 500u) << text.substr(0, 20);
  }
}

// --- Bytes at random
// ---------------------------------------------------------------------------------

// Whatever it is, it is answered: with a program that prints and reads back, or with an error that
// is short and printable.
void Feed(const std::string& text) {
  ProgramBuilder builder{Limits{.max_nodes = 10'000}};
  const absl::StatusOr<NodeId> node = ParseText(text, &builder);
  if (!node.ok()) {
    const std::string message(node.status().message());
    ASSERT_LT(message.size(), 1200u) << message;
    for (const char c : message) {
      ASSERT_TRUE(c == '\n' || (c >= ' ' && c != 0x7f) || static_cast<signed char>(c) < 0)
          << message;
    }
    ASSERT_FALSE(ReasonOf(node.status()).empty()) << message;
    return;
  }
  ASSERT_OK(builder.AddOutput("", *node));
  ASSERT_OK_AND_ASSIGN(const Program program, builder.Build());
  for (const Notation notation : {Notation::kText, Notation::kSymPy, Notation::kLatex,
                                  Notation::kFpCore, Notation::kMathMl}) {
    const absl::StatusOr<std::string> printed =
        PrintProgram(program, {.notation = notation, .max_bytes = 1u << 20});
    if (notation == Notation::kText && printed.ok() && text.find("FPCore") == std::string::npos) {
      ASSERT_OK(ProgramOf(*printed)) << "from: " << text << "\nprinted: " << *printed;
    }
  }
  PrintDot(program);
}

const char* const kSeeds[] = {
    "exp(-(x-mu)**2/(2*sigma**2))/(sqrt(2*pi)*sigma)",
    "Piecewise((x**2/2, (x >= 0) & (x <= 1)), (-3*x**2/2 + 4*x - 2, x < 2), (0, True))",
    "a < b <= c and not d | ~e % 2 ^ -1e-3",
    "Rational(1, 3)*hyper((1, 2), (3,), z) + 1/3 - .5e+10",
    "where(a != b, Min(α, β_1), Mod(x, 1.25))",
    "(FPCore name (x (! :precision binary32 y)) :pre (< 0 x 1) (let* ([a (+ x 1)] [b (* a y)]) (if "
    "(< a b 3) "
    "(! :p 1 (- a)) (/ b 0x1.8p3))))",
    "A @ B + C.T - Derivative(x**2, (x, 1)) // [1] && {2} || !3",
};

TEST(HostileTextTest, RandomBytes) {
  std::mt19937 random(20240607);
  for (int i = 0; i < 20'000; ++i) {
    std::string text(random() % 40, ' ');
    for (char& c : text) c = static_cast<char>(random() % 256);
    Feed(text);
    if (HasFatalFailure()) FAIL() << "at " << i;
  }
}

TEST(HostileTextTest, RandomPunctuation) {
  constexpr std::string_view kAlphabet = "xy12.e+-*/%^<>=!&|~(),() \n@[]:;\"#'";
  std::mt19937 random(20240608);
  for (int i = 0; i < 60'000; ++i) {
    std::string text(1 + random() % 24, ' ');
    for (char& c : text) c = kAlphabet[random() % kAlphabet.size()];
    Feed(text);
    if (HasFatalFailure()) FAIL() << "at " << i;
  }
}

TEST(HostileTextTest, MutationsOfValidTexts) {
  std::mt19937 random(20240609);
  for (int i = 0; i < 60'000; ++i) {
    std::string text = kSeeds[random() % std::size(kSeeds)];
    for (uint32_t k = 0; k < 1 + random() % 4; ++k) {
      const size_t at = random() % text.size();
      const std::string other = kSeeds[random() % std::size(kSeeds)];
      const size_t from = random() % other.size();
      switch (random() % 5) {
        case 0:
          text[at] = static_cast<char>(random() % 256);
          break;
        case 1:
          text.erase(at, 1 + random() % 5);
          break;
        case 2:
          text.insert(at, other.substr(from, 1 + random() % 12));
          break;
        case 3:
          text[at] = other[from];
          break;
        default:
          text.insert(at, 1, "()[],*/+-<~ "[random() % 12]);
      }
      if (text.empty()) text = "x";
    }
    Feed(text);
    if (HasFatalFailure()) FAIL() << "at " << i << ": " << text;
  }
}

TEST(HostileTextTest, EveryPrefixAndSuffixOfValidTexts) {
  for (const std::string text : kSeeds) {
    for (size_t i = 0; i <= text.size(); ++i) {
      Feed(text.substr(0, i));
      Feed(text.substr(i));
      if (HasFatalFailure()) FAIL() << "at " << i;
    }
  }
}

}  // namespace
}  // namespace formulary::expr
