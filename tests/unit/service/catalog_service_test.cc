#include "server/service/catalog_service.h"

#include <set>
#include <string>

#include "formulary/v1/catalog_service.pb.h"
#include "gtest/gtest.h"
#include "server/expr/catalogue.h"
#include "tests/unit/service/fake_engine.h"
#include "tests/unit/service/requests.h"

namespace formulary::service {
namespace {

using testing::FakeCall;
using testing::FakeEngine;
using testing::Proto;
using testing::ReasonOf;

std::string KernelName(char digit) { return "kernels/" + std::string(64, digit); }

class CatalogServiceTest : public ::testing::Test {
 protected:
  template <typename Response>
  absl::StatusOr<Response> Call(void (CatalogService::*method)(CallPtr) const,
                                const google::protobuf::Message& request) {
    auto call = std::make_shared<FakeCall>(request.SerializeAsString(), absl::Seconds(30), 3);
    (service_.*method)(call);
    return call->WaitFor<Response>();
  }
  absl::StatusOr<v1::ListFunctionsResponse> Functions(std::string_view request) {
    return Call<v1::ListFunctionsResponse>(&CatalogService::ListFunctions,
                                           Proto<v1::ListFunctionsRequest>(request));
  }
  absl::StatusOr<v1::ListKernelsResponse> Kernels(std::string_view request) {
    return Call<v1::ListKernelsResponse>(&CatalogService::ListKernels,
                                         Proto<v1::ListKernelsRequest>(request));
  }
  absl::StatusOr<v1::GetFunctionResponse> Function(const std::string& name) {
    v1::GetFunctionRequest request;
    request.set_name(name);
    return Call<v1::GetFunctionResponse>(&CatalogService::GetFunction, request);
  }

  FakeEngine engine_;
  ByteBudget budget_{1 << 20};
  ServiceContext context_{&engine_, &budget_};
  CatalogService service_{&context_};
};

TEST_F(CatalogServiceTest, AllFunctionsInNameOrder) {
  const auto response = Functions("");
  ASSERT_OK(response);
  EXPECT_EQ(response->functions_size(), static_cast<int>(expr::Rows().size()));
  EXPECT_EQ(response->next_page_token(), "");
  for (int i = 1; i < response->functions_size(); ++i)
    EXPECT_LT(response->functions(i - 1).name(), response->functions(i).name());
}

TEST_F(CatalogServiceTest, PagesOfFunctionsJoinToTheWhole) {
  std::set<std::string> names;
  std::string token;
  int pages = 0;
  do {
    const auto page = Functions("page_size: 7 page_token: '" + token + "'");
    ASSERT_OK(page);
    EXPECT_LE(page->functions_size(), 7);
    for (const v1::Function& function : page->functions())
      EXPECT_TRUE(names.insert(function.name()).second) << function.name();
    token = page->next_page_token();
  } while (!token.empty() && ++pages < 1000);
  EXPECT_EQ(names.size(), expr::Rows().size());
}

TEST_F(CatalogServiceTest, ARowIsWhole) {
  const auto response = Function("sin");
  ASSERT_OK(response);
  const v1::Function& sin = response->function();
  EXPECT_EQ(sin.name(), "sin");
  EXPECT_EQ(sin.min_arity(), 1u);
  EXPECT_EQ(sin.max_arity(), 1u);
  EXPECT_GE(sin.dtypes_size(), 2);
  EXPECT_GE(sin.aliases_size(), 3);
  EXPECT_EQ(sin.derivatives_size(), 1);
  EXPECT_EQ(sin.accuracy_size(), 2);
  EXPECT_FALSE(sin.doc().empty());
  EXPECT_FALSE(sin.example().empty());
  EXPECT_FALSE(sin.group().empty());
  EXPECT_GT(sin.nanoseconds(), 0);
}

TEST_F(CatalogServiceTest, EveryNameAndAliasFindsARow) {
  const auto all = Functions("");
  ASSERT_OK(all);
  for (const v1::Function& function : all->functions()) {
    EXPECT_OK(Function(function.name()));
    for (const v1::DialectNames& dialect : function.aliases()) {
      if (dialect.dialect() == "latex") continue;
      for (const std::string& name : dialect.names()) EXPECT_OK(Function(name)) << name;
    }
  }
}

TEST_F(CatalogServiceTest, AnUnknownFunctionComesWithTheNearest) {
  const absl::Status status = Function("sine").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ReasonOf(status), "UNKNOWN_FUNCTION");
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("sin"));
  EXPECT_EQ(Function("").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Function(std::string(10'000, 'q')).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(CatalogServiceTest, PagesOfKernels) {
  for (const char digit : {'1', '2', '3', '4', '5'})
    engine_.kernels.push_back({.name = KernelName(digit)});
  auto page = Kernels("page_size: 2");
  ASSERT_OK(page);
  EXPECT_EQ(page->kernels(1).name(), KernelName('2'));
  EXPECT_EQ(page->next_page_token(), KernelName('2'));
  engine_.kernels.erase(engine_.kernels.begin() + 1);  // the token's own kernel goes meanwhile
  page = Kernels("page_size: 2 page_token: '" + page->next_page_token() + "'");
  ASSERT_OK(page);
  EXPECT_EQ(page->kernels(0).name(), KernelName('3'));
  page = Kernels("page_size: 2 page_token: '" + page->next_page_token() + "'");
  EXPECT_EQ(page->kernels_size(), 1);
  EXPECT_EQ(page->next_page_token(), "");
  EXPECT_EQ(Kernels("")->kernels_size(), 4);
}

TEST_F(CatalogServiceTest, AKernelIsWhole) {
  engine_.kernels.push_back(
      {.name = KernelName('a'),
       .arguments = {{.name = "x", .dtype = expr::DType::kFloat64}},
       .outputs = {"y0"},
       .c_bytes = 100,
       .compile_seconds = 0.5,
       .hits = 3,
       .last_used = 1e9,
       .artifacts = {{.key = "k", .bytes = 7, .loaded = true, .target = "v3"}}});
  const auto response = Call<v1::GetKernelResponse>(
      &CatalogService::GetKernel, Proto<v1::GetKernelRequest>("name: '" + KernelName('a') + "'"));
  ASSERT_OK(response);
  EXPECT_EQ(response->kernel().SerializeAsString(),
            Proto<v1::Kernel>(
                "name: '" + KernelName('a') +
                "' arguments { name: 'x' dtype: DATA_TYPE_FLOAT64 } outputs: 'y0' c_bytes: 100 "
                "compile_seconds: 0.5 hits: 3 last_used: 1e9 artifacts { key: 'k' bytes: 7 loaded: "
                "true target: 'v3' }")
                .SerializeAsString());
}

TEST_F(CatalogServiceTest, KernelsAreKnownByWholeNamesOnly) {
  for (const std::string& name :
       {std::string(), std::string("kernels/"), "kernels/" + std::string(63, 'a'),
        "kernels/" + std::string(64, 'A'), std::string("../../etc/passwd")}) {
    v1::GetKernelRequest get;
    get.set_name(name);
    EXPECT_EQ(ReasonOf(Call<v1::GetKernelResponse>(&CatalogService::GetKernel, get).status()),
              "BAD_KERNEL_NAME");
    v1::DeleteKernelRequest remove;
    remove.set_name(name);
    EXPECT_EQ(
        ReasonOf(Call<v1::DeleteKernelResponse>(&CatalogService::DeleteKernel, remove).status()),
        "BAD_KERNEL_NAME");
  }
  v1::DeleteKernelRequest remove;
  remove.set_name(KernelName('b'));
  EXPECT_EQ(Call<v1::DeleteKernelResponse>(&CatalogService::DeleteKernel, remove).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(CatalogServiceTest, BadPagesAreRefused) {
  EXPECT_EQ(ReasonOf(Functions("page_size: -1").status()), "BAD_PAGE_SIZE");
  EXPECT_EQ(ReasonOf(Functions("page_token: 'zzz'").status()), "BAD_PAGE_TOKEN");
  EXPECT_EQ(ReasonOf(Kernels("page_size: -5").status()), "BAD_PAGE_SIZE");
  EXPECT_EQ(ReasonOf(Kernels("page_token: 'kernels/1'").status()), "BAD_PAGE_TOKEN");
}

TEST_F(CatalogServiceTest, MalformedBytesAreInvalid) {
  using Method = void (CatalogService::*)(CallPtr) const;
  for (const Method method : {&CatalogService::ListFunctions, &CatalogService::GetFunction,
                              &CatalogService::ListKernels, &CatalogService::GetKernel,
                              &CatalogService::DeleteKernel, &CatalogService::GetServerInfo}) {
    auto call = std::make_shared<FakeCall>("\xff");
    (service_.*method)(call);
    EXPECT_EQ(ReasonOf(call->Wait().status()), "MALFORMED_MESSAGE");
  }
}

TEST_F(CatalogServiceTest, ServerInfoHasEveryLimit) {
  const auto info =
      Call<v1::GetServerInfoResponse>(&CatalogService::GetServerInfo, v1::GetServerInfoRequest());
  ASSERT_OK(info);
  EXPECT_EQ(info->version(), "1.2.3");
  EXPECT_EQ(info->functions(), expr::Rows().size());
  EXPECT_EQ(info->cpu_target(), "x86-64-v3");
  EXPECT_EQ(info->threads(), 2u);
  ASSERT_EQ(info->limits_size(), static_cast<int>(engine::LimitRows().size()));
  for (int i = 0; i < info->limits_size(); ++i) {
    const engine::LimitRow& row = engine::LimitRows()[static_cast<size_t>(i)];
    EXPECT_EQ(info->limits(i).name(), row.name);
    EXPECT_EQ(info->limits(i).value(), engine_.options().*row.member);
    EXPECT_FALSE(info->limits(i).doc().empty());
  }
}

}  // namespace
}  // namespace formulary::service
