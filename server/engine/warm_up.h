#ifndef FORMULARY_SERVER_ENGINE_WARM_UP_H_
#define FORMULARY_SERVER_ENGINE_WARM_UP_H_

// What the passes make at their first use and keep (indices of names, sets of rules for each mode)
// is made when the server starts, so that no client's first formula waits for it. Called once, by
// Engine::Create. It changes no result and leaves nothing behind in the engine.

#include "server/engine/formula.h"
#include "server/passes/simplify.h"

namespace formulary::engine {

void WarmUp(const passes::Budget& budget, const BuildTarget& target);

}  // namespace formulary::engine

#endif  // FORMULARY_SERVER_ENGINE_WARM_UP_H_
