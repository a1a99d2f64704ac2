#ifndef FORMULARY_CLIENT_CLI_ACCURACY_TEXT_H_
#define FORMULARY_CLIENT_CLI_ACCURACY_TEXT_H_

// What the analyze command prints: for people, and as JSON.

#include "client/cli/terminal.h"
#include "formulary/v1/symbolic_service.pb.h"

namespace formulary::cli {

void PrintAccuracy(const v1::AnalyzeResponse& response, Io& io);
void PrintAccuracyJson(const v1::AnalyzeResponse& response, Io& io);

}  // namespace formulary::cli

#endif  // FORMULARY_CLIENT_CLI_ACCURACY_TEXT_H_
