#include "server/service/catalog_service.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "formulary/v1/catalog_service.pb.h"
#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/expr/catalogue.h"
#include "server/service/encode_catalog.h"
#include "server/service/names.h"
#include "server/service/small_request.h"

namespace formulary::service {
namespace {

using base::InvalidArgument;
using base::StrCat;

absl::Status CheckPageSize(int page_size) {
  if (page_size >= 0) return absl::OkStatus();
  return InvalidArgument("BAD_PAGE_SIZE", "page_size",
                         StrCat("page_size: ", page_size, " is negative"));
}

absl::Status BadPageToken() {
  return InvalidArgument("BAD_PAGE_TOKEN", "page_token",
                         "page_token: not a next_page_token of this method");
}

// ---- functions ----

std::vector<const expr::FunctionRow*> RowsByName() {
  std::vector<const expr::FunctionRow*> rows;
  for (const expr::FunctionRow& row : expr::Rows()) rows.push_back(&row);
  std::sort(rows.begin(), rows.end(),
            [](const auto* a, const auto* b) { return a->name < b->name; });
  return rows;
}

absl::StatusOr<v1::ListFunctionsResponse> ListFunctionsPage(
    const v1::ListFunctionsRequest& request) {
  RETURN_IF_ERROR(CheckPageSize(request.page_size()));
  const std::vector<const expr::FunctionRow*> rows = RowsByName();
  auto row = rows.begin();
  if (!request.page_token().empty()) {
    row = std::find_if(rows.begin(), rows.end(),
                       [&](const auto* each) { return each->name == request.page_token(); });
    if (row == rows.end()) return BadPageToken();
  }
  const auto left = static_cast<int>(rows.end() - row);
  const int count = request.page_size() == 0 ? left : std::min(left, request.page_size());
  v1::ListFunctionsResponse response;
  for (int i = 0; i < count; ++i) *response.add_functions() = EncodeFunction(**row++);
  if (row != rows.end()) response.set_next_page_token(std::string((*row)->name));
  return response;
}

absl::StatusOr<v1::GetFunctionResponse> FindFunctionRow(const v1::GetFunctionRequest& request) {
  const expr::FunctionRow* row = expr::FindFunction(request.name(), 0).namesake;
  if (row == nullptr) {
    const std::vector<std::string> nearest = expr::NearestNames(request.name(), 3);
    return base::MakeError(absl::StatusCode::kNotFound,
                           StrCat("no function is called \"", CleanText(request.name(), 64), "\"",
                                  nearest.empty() ? "" : "; did you mean ",
                                  absl::StrJoin(nearest, ", "), nearest.empty() ? "" : "?"),
                           {.reason = "UNKNOWN_FUNCTION",
                            .field = "name",
                            .metadata = {{"nearest", absl::StrJoin(nearest, ",")}}});
  }
  v1::GetFunctionResponse response;
  *response.mutable_function() = EncodeFunction(*row);
  return response;
}

// ---- kernels ----

absl::StatusOr<v1::ListKernelsResponse> ListKernelsPage(const engine::Engine& engine,
                                                        const v1::ListKernelsRequest& request) {
  RETURN_IF_ERROR(CheckPageSize(request.page_size()));
  const std::string& token = request.page_token();  // the last name of the page before
  if (!token.empty() && !IsKernelName(token)) return BadPageToken();
  const int most = CatalogService::kKernelPageSize;
  const int count = request.page_size() == 0 ? most : std::min(most, request.page_size());
  const std::vector<engine::KernelInfo> kernels = engine.ListKernels();
  auto kernel = std::upper_bound(
      kernels.begin(), kernels.end(), token,
      [](const std::string& name, const engine::KernelInfo& each) { return name < each.name; });
  v1::ListKernelsResponse response;
  for (int i = 0; i < count && kernel != kernels.end(); ++i)
    *response.add_kernels() = EncodeKernel(*kernel++);
  if (kernel != kernels.end())
    response.set_next_page_token(response.kernels(response.kernels_size() - 1).name());
  return response;
}

absl::StatusOr<v1::GetKernelResponse> FindKernel(const engine::Engine& engine,
                                                 const v1::GetKernelRequest& request) {
  RETURN_IF_ERROR(CheckKernelName(request.name(), "name"));
  ASSIGN_OR_RETURN(const engine::KernelInfo kernel, engine.GetKernel(request.name()));
  v1::GetKernelResponse response;
  *response.mutable_kernel() = EncodeKernel(kernel);
  return response;
}

absl::StatusOr<v1::DeleteKernelResponse> RemoveKernel(engine::Engine* engine,
                                                      const v1::DeleteKernelRequest& request) {
  RETURN_IF_ERROR(CheckKernelName(request.name(), "name"));
  RETURN_IF_ERROR(engine->DeleteKernel(request.name()));
  return v1::DeleteKernelResponse();
}

}  // namespace

void CatalogService::ListFunctions(CallPtr call) const {
  const auto request = ParseSmall<v1::ListFunctionsRequest>(call->request());
  if (!request.ok()) return call->Finish(request.status());
  call->Finish(Encoded(ListFunctionsPage(*request)));
}

void CatalogService::GetFunction(CallPtr call) const {
  const auto request = ParseSmall<v1::GetFunctionRequest>(call->request());
  if (!request.ok()) return call->Finish(request.status());
  call->Finish(Encoded(FindFunctionRow(*request)));
}

void CatalogService::ListKernels(CallPtr call) const {
  auto request = ParseSmall<v1::ListKernelsRequest>(call->request());
  if (!request.ok()) return call->Finish(request.status());
  RunOnPool(context_.engine, std::move(call),
            [engine = context_.engine, request = *std::move(request)](CallPtr running) {
              running->Finish(Encoded(ListKernelsPage(*engine, request)));
            });
}

void CatalogService::GetKernel(CallPtr call) const {
  auto request = ParseSmall<v1::GetKernelRequest>(call->request());
  if (!request.ok()) return call->Finish(request.status());
  RunOnPool(context_.engine, std::move(call),
            [engine = context_.engine, request = *std::move(request)](CallPtr running) {
              running->Finish(Encoded(FindKernel(*engine, request)));
            });
}

void CatalogService::DeleteKernel(CallPtr call) const {
  auto request = ParseSmall<v1::DeleteKernelRequest>(call->request());
  if (!request.ok()) return call->Finish(request.status());
  RunOnPool(context_.engine, std::move(call),
            [engine = context_.engine, request = *std::move(request)](CallPtr running) {
              running->Finish(Encoded(RemoveKernel(engine, request)));
            });
}

void CatalogService::GetServerInfo(CallPtr call) const {
  const auto request = ParseSmall<v1::GetServerInfoRequest>(call->request());
  if (!request.ok()) return call->Finish(request.status());
  const v1::GetServerInfoResponse info =
      EncodeServerInfo(context_.engine->facts(), context_.engine->options());
  call->Finish(Outgoing(info.SerializeAsString()));
}

}  // namespace formulary::service
