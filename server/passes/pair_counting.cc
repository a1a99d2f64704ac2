#include "server/passes/pair_counting.h"

#include <algorithm>
#include <map>
#include <queue>
#include <tuple>

namespace formulary::passes {
namespace {

struct Pair {
  uint32_t a = 0, b = 0;  // a < b
  int32_t relative = 1;   // of terms: the product of their signs

  auto operator<=>(const Pair&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const Pair& p) {
    return H::combine(std::move(h), p.a, p.b, p.relative);
  }
};

struct Candidate {
  uint32_t count = 0;
  Pair pair;

  // The largest count is on top, then the first pair.
  bool operator<(const Candidate& other) const {
    return count != other.count ? count < other.count : pair > other.pair;
  }
};

using ListIndices = absl::InlinedVector<uint32_t, 4>;  // ascending

class Taker {
 public:
  explicit Taker(PairCounting* counting) : counting_(*counting) {}

  std::vector<CommonPart> Run();

 private:
  bool IsProduct() const { return counting_.combining == Combining::kProduct; }
  Pair PairOf(const Entry& x, const Entry& y) const;
  void Count(const Entry& x, const Entry& y, int change);
  void CountAgainstList(uint32_t list, uint32_t item, int change);
  const Entry* Find(uint32_t list, uint32_t item) const;
  ListIndices ListsWith(const Pair& pair) const;
  int32_t SignOf(const Pair& pair, const ListIndices& lists) const;
  CommonPart PartOf(const Pair& pair, const ListIndices& lists) const;
  long SavedBy(const CommonPart& part, const ListIndices& lists);
  void Take(const CommonPart& part, const ListIndices& lists);
  void Replace(uint32_t list, const CommonPart& part, uint32_t item);
  void CountPowers(const CommonPart& part, const ListIndices& lists);

  PairCounting& counting_;
  std::vector<ListIndices> places_;  // by item: lists that have it, ascending
  absl::flat_hash_map<Pair, uint32_t> counts_;
  std::priority_queue<Candidate> queue_;
  std::map<std::pair<uint32_t, int32_t>, int> power_changes_;
  std::vector<CommonPart> parts_;
  size_t steps_ = 0;
};

Pair Taker::PairOf(const Entry& x, const Entry& y) const {
  const int32_t relative = IsProduct() ? 1 : x.weight * y.weight;
  return {std::min(x.item, y.item), std::max(x.item, y.item), relative};
}

void Taker::Count(const Entry& x, const Entry& y, int change) {
  ++steps_;
  if (counting_.kinds[x.item] != counting_.kinds[y.item]) return;
  if (places_[x.item].size() < 2 || places_[y.item].size() < 2) return;
  const Pair pair = PairOf(x, y);
  uint32_t& count = counts_[pair];
  if (change < 0 && count == 0) return;
  count += static_cast<uint32_t>(change);
  if (change > 0 && count >= 2) queue_.push({count, pair});
}

void Taker::CountAgainstList(uint32_t list, uint32_t item, int change) {
  const Entry* const own = Find(list, item);
  for (const Entry& other : counting_.lists[list]) {
    if (other.item != item) Count(*own, other, change);
  }
}

const Entry* Taker::Find(uint32_t list, uint32_t item) const {
  for (const Entry& entry : counting_.lists[list]) {
    if (entry.item == item) return &entry;
  }
  return nullptr;
}

ListIndices Taker::ListsWith(const Pair& pair) const {
  ListIndices both, matching;
  std::set_intersection(places_[pair.a].begin(), places_[pair.a].end(), places_[pair.b].begin(),
                        places_[pair.b].end(), std::back_inserter(both));
  for (const uint32_t list : both) {
    if (PairOf(*Find(list, pair.a), *Find(list, pair.b)) == pair) matching.push_back(list);
  }
  return matching;
}

// Of terms the first positive, unless most sums that are the part alone have it negative: those
// would have to be negated.
int32_t Taker::SignOf(const Pair& pair, const ListIndices& lists) const {
  int32_t sum = 0;
  for (const uint32_t list : lists) {
    if (counting_.lists[list].size() == 2) sum += Find(list, pair.a)->weight;
  }
  return sum < 0 ? -1 : 1;
}

// Of factors the powers that all lists have.
CommonPart Taker::PartOf(const Pair& pair, const ListIndices& lists) const {
  if (!IsProduct()) {
    const int32_t sign = SignOf(pair, lists);
    return {{pair.a, sign}, {pair.b, sign * pair.relative}};
  }
  CommonPart part{{pair.a, 1}, {pair.b, 1}};
  part.a.weight = part.b.weight = INT32_MAX;
  for (const uint32_t list : lists) {
    part.a.weight = std::min(part.a.weight, Find(list, pair.a)->weight);
    part.b.weight = std::min(part.b.weight, Find(list, pair.b)->weight);
  }
  return part;
}

// How often each power is wanted more or less once the part is taken.
void Taker::CountPowers(const CommonPart& part, const ListIndices& lists) {
  power_changes_.clear();
  for (const Entry& own : {part.a, part.b}) {
    if (own.weight > 1) ++power_changes_[{own.item, own.weight}];
    for (const uint32_t list : lists) {
      const int32_t before = Find(list, own.item)->weight;
      if (before > 1) --power_changes_[{own.item, before}];
      if (before - own.weight > 1) ++power_changes_[{own.item, before - own.weight}];
    }
  }
}

// Operations saved: an operand less in every list that has no more of either item, minus the part's
// own operation; and powers that come or go.
long Taker::SavedBy(const CommonPart& part, const ListIndices& lists) {
  long saved = -1;
  if (!IsProduct()) return saved + static_cast<long>(lists.size());
  for (const uint32_t list : lists) {
    const bool more_a = Find(list, part.a.item)->weight > part.a.weight;
    const bool more_b = Find(list, part.b.item)->weight > part.b.weight;
    saved += 1 - (more_a ? 1 : 0) - (more_b ? 1 : 0);
  }
  CountPowers(part, lists);
  for (const auto& [power, change] : power_changes_) {
    const auto found = counting_.power_uses.find(power);
    const long before = found == counting_.power_uses.end() ? 0 : found->second;
    if (before > 0 && before + change <= 0) ++saved;
    if (before <= 0 && before + change > 0) --saved;
  }
  return saved;
}

void Taker::Replace(uint32_t list, const CommonPart& part, uint32_t item) {
  EntryList& entries = counting_.lists[list];
  const int32_t sign = IsProduct() ? 1 : Find(list, part.a.item)->weight * part.a.weight;
  for (const Entry& own : {part.a, part.b}) {
    const int32_t left = IsProduct() ? Find(list, own.item)->weight - own.weight : 0;
    if (left > 0) {
      std::find_if(entries.begin(), entries.end(), [&](const Entry& e) {
        return e.item == own.item;
      })->weight = left;
      continue;
    }
    CountAgainstList(list, own.item, -1);
    entries.erase(std::remove_if(entries.begin(), entries.end(),
                                 [&](const Entry& e) { return e.item == own.item; }),
                  entries.end());
    ListIndices& places = places_[own.item];
    places.erase(std::lower_bound(places.begin(), places.end(), list));
  }
  entries.push_back({item, sign});
}

void Taker::Take(const CommonPart& part, const ListIndices& lists) {
  if (IsProduct()) {
    CountPowers(part, lists);
    for (const auto& [power, change] : power_changes_)
      counting_.power_uses[power] += static_cast<uint32_t>(change);
  }
  const auto item = static_cast<uint32_t>(counting_.items + parts_.size());
  parts_.push_back(part);
  counting_.kinds.push_back(counting_.kinds[part.a.item]);
  places_.push_back(lists);
  for (const uint32_t list : lists) Replace(list, part, item);
  for (const uint32_t list : lists) CountAgainstList(list, item, 1);
}

std::vector<CommonPart> Taker::Run() {
  places_.resize(counting_.items);
  for (uint32_t list = 0; list < counting_.lists.size(); ++list) {
    for (const Entry& entry : counting_.lists[list]) {
      places_[entry.item].push_back(list);
      if (IsProduct() && entry.weight > 1) ++counting_.power_uses[{entry.item, entry.weight}];
    }
  }
  for (const EntryList& list : counting_.lists) {
    for (size_t i = 0; i < list.size() && steps_ < kMaxPairSteps; ++i) {
      for (size_t j = i + 1; j < list.size(); ++j) Count(list[i], list[j], 1);
    }
  }
  while (!queue_.empty() && steps_ < kMaxPairSteps && parts_.size() < kMaxCommonParts) {
    const Candidate top = queue_.top();
    queue_.pop();
    const uint32_t count = counts_[top.pair];
    if (count < top.count && count >= 2) queue_.push({count, top.pair});
    if (count != top.count) continue;
    const ListIndices lists = ListsWith(top.pair);
    steps_ += lists.size();
    if (lists.size() < 2) continue;
    const CommonPart part = PartOf(top.pair, lists);
    if (SavedBy(part, lists) > 0) Take(part, lists);
  }
  return std::move(parts_);
}

}  // namespace

std::vector<CommonPart> TakeCommonParts(PairCounting* counting) { return Taker(counting).Run(); }

}  // namespace formulary::passes
