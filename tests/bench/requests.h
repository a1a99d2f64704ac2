#ifndef FORMULARY_TESTS_BENCH_REQUESTS_H_
#define FORMULARY_TESTS_BENCH_REQUESTS_H_

// Requests as bytes, for those benches that measure calls: made once, sent many times by a
// RawCaller.

#include <string>
#include <vector>

#include "formulary/v1/evaluation_service.pb.h"
#include "tests/bench/grpc_echo.h"
#include "tests/bench/workloads.h"

namespace formulary::bench {

// The argument by which a bench serves as its own echo server, followed by the answers' bytes.
inline constexpr char kServeEcho[] = "--serve_echo";

v1::NamedArray InputOf(const Values& values);
// The workload's texts, and these inputs.
v1::EvaluateRequest Request(const Workload& workload, const std::vector<Values>& values,
                            v1::CompilationMode mode);

// Has the server compile the workload for such inputs; the process ends when it cannot. Mode AUTO
// then finds the kernel in memory.
void CompileNow(const Workload& workload, const std::vector<Values>& values, RawCaller* caller);

}  // namespace formulary::bench

#endif  // FORMULARY_TESTS_BENCH_REQUESTS_H_
