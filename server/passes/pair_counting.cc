#include "server/passes/pair_counting.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <tuple>

namespace formulary::passes {
namespace {

struct Pair {
  uint32_t a = 0, b = 0;  // a < b
  int32_t relative = 1;   // of terms: the product of their signs

  auto operator<=>(const Pair&) const = default;
};

// A pair in one word, in the order of pairs. Items are fewer than 2**31: nodes and parts.
using PairKey = uint64_t;
PairKey KeyOf(const Pair& pair) {
  return uint64_t{pair.a} << 33 | uint64_t{pair.b} << 1 | (pair.relative > 0 ? 1 : 0);
}
Pair PairOfKey(PairKey key) {
  return {static_cast<uint32_t>(key >> 33), static_cast<uint32_t>(key >> 1),
          (key & 1) != 0 ? 1 : -1};
}

struct Candidate {
  uint32_t count = 0;
  PairKey key = 0;

  // The largest count is on top, then the first pair.
  bool operator<(const Candidate& other) const {
    return count != other.count ? count < other.count : key > other.key;
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
  // Only what two lists have can be a part: of one kind, each in two lists.
  bool MayPair(const Entry& x, const Entry& y) const {
    return counting_.kinds[x.item] == counting_.kinds[y.item] && places_[x.item].size() >= 2 &&
           places_[y.item].size() >= 2;
  }
  void FindPlaces();
  void CountAll();
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
  // Of pairs in two lists or more. A pair in one list stays there alone: only pairs with a new part
  // become more.
  absl::flat_hash_map<PairKey, uint32_t> counts_;
  std::priority_queue<Candidate> queue_;
  struct PowerChange {
    std::pair<uint32_t, int32_t> power;
    int change = 0;
  };
  absl::InlinedVector<PowerChange, 8> power_changes_;  // few
  std::vector<CommonPart> parts_;
  size_t steps_ = 0;
};

Pair Taker::PairOf(const Entry& x, const Entry& y) const {
  const int32_t relative = IsProduct() ? 1 : x.weight * y.weight;
  return {std::min(x.item, y.item), std::max(x.item, y.item), relative};
}

void Taker::Count(const Entry& x, const Entry& y, int change) {
  ++steps_;
  if (!MayPair(x, y)) return;
  const PairKey key = KeyOf(PairOf(x, y));
  if (change < 0) {
    const auto found = counts_.find(key);
    if (found != counts_.end() && found->second > 0) --found->second;
    return;
  }
  const uint32_t count = ++counts_[key];
  if (count >= 2) queue_.push({count, key});
}

void Taker::FindPlaces() {
  places_.resize(counting_.items);
  for (uint32_t list = 0; list < counting_.lists.size(); ++list) {
    for (const Entry& entry : counting_.lists[list]) {
      places_[entry.item].push_back(list);
      if (IsProduct() && entry.weight > 1) ++counting_.power_uses[{entry.item, entry.weight}];
    }
  }
}

void Taker::CountAll() {
  std::vector<PairKey> keys;
  for (const EntryList& list : counting_.lists) {
    for (size_t i = 0; i < list.size() && steps_ < kMaxPairSteps; ++i) {
      if (places_[list[i].item].size() < 2) continue;
      for (size_t j = i + 1; j < list.size(); ++j) {
        ++steps_;
        if (MayPair(list[i], list[j])) keys.push_back(KeyOf(PairOf(list[i], list[j])));
      }
    }
  }
  std::sort(keys.begin(), keys.end());
  std::vector<Candidate> candidates;
  for (size_t first = 0, last = 0; first < keys.size(); first = last) {
    while (last < keys.size() && keys[last] == keys[first]) ++last;
    if (last - first >= 2) candidates.push_back({static_cast<uint32_t>(last - first), keys[first]});
  }
  for (const Candidate& candidate : candidates) counts_.emplace(candidate.key, candidate.count);
  queue_ = std::priority_queue<Candidate>(std::less<Candidate>(), std::move(candidates));
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
  const auto note = [&](uint32_t item, int32_t exponent, int change) {
    if (exponent <= 1) return;
    const std::pair<uint32_t, int32_t> power = {item, exponent};
    const auto same = std::find_if(power_changes_.begin(), power_changes_.end(),
                                   [&](const PowerChange& other) { return other.power == power; });
    if (same != power_changes_.end()) {
      same->change += change;
    } else {
      power_changes_.push_back({power, change});
    }
  };
  for (const Entry& own : {part.a, part.b}) {
    note(own.item, own.weight, 1);
    for (const uint32_t list : lists) {
      const int32_t before = Find(list, own.item)->weight;
      note(own.item, before, -1);
      note(own.item, before - own.weight, 1);
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
  FindPlaces();
  CountAll();
  while (!queue_.empty() && steps_ < kMaxPairSteps && parts_.size() < kMaxCommonParts) {
    const Candidate top = queue_.top();
    queue_.pop();
    const uint32_t count = counts_.at(top.key);
    if (count < top.count && count >= 2) queue_.push({count, top.key});
    if (count != top.count) continue;
    const Pair pair = PairOfKey(top.key);
    const ListIndices lists = ListsWith(pair);
    steps_ += lists.size();
    if (lists.size() < 2) continue;
    const CommonPart part = PartOf(pair, lists);
    if (SavedBy(part, lists) > 0) Take(part, lists);
  }
  return std::move(parts_);
}

}  // namespace

std::vector<CommonPart> TakeCommonParts(PairCounting* counting) { return Taker(counting).Run(); }

}  // namespace formulary::passes
