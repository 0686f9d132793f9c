#include "policy/table.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "base/result.h"

namespace heed::policy {
namespace {

using Numbers = std::vector<std::uint32_t>;

struct NumbersHash {
  std::size_t operator()(const Numbers& numbers) const {
    std::uint64_t hash = numbers.size();
    for (const std::uint32_t number : numbers) {
      hash = (hash ^ number) * 0x9e37'79b9'7f4a'7c15ULL;
      hash ^= hash >> 32;
    }
    return hash;
  }
};

}  // namespace

TableBuilder::TableBuilder(TableSize size) {
  require(size.cells() <= Table::kMostCells, "a table has at most 4,000,000 cells");
  table_.size_ = size;
  table_.set_of_.assign(size.cells(), 0);
  sets_.emplace_back();
  last_steps_.emplace_back();
}

void TableBuilder::add(std::span<const std::uint16_t> purposes,
                       std::span<const std::uint16_t> categories,
                       std::span<const std::uint16_t> parties, const CellRule& rule) {
  const auto number = static_cast<std::uint32_t>(known_.size());
  known_.push_back(rule);
  // Neighbouring cells mostly have the same set already: the last step is remembered.
  std::uint32_t from = 0;
  std::uint32_t to = with_rule(0, number);
  for (const std::uint16_t purpose : purposes) {
    for (const std::uint16_t category : categories) {
      const std::size_t row = (purpose * table_.size_.categories + category) * table_.size_.parties;
      for (const std::uint16_t party : parties) {
        std::uint32_t& set = table_.set_of_[row + party];
        if (set != from) {
          from = set;
          to = with_rule(set, number);
        }
        set = to;
      }
    }
  }
}

std::uint32_t TableBuilder::with_rule(std::uint32_t set, std::uint32_t rule) {
  const Step& last = last_steps_[set];
  if (last.to != 0 && last.rule == rule) return last.to;
  const auto grown = static_cast<std::uint32_t>(sets_.size());
  last_steps_[set] = {rule, grown};
  sets_.push_back({set, rule});
  last_steps_.emplace_back();
  return grown;
}

std::vector<std::uint32_t> TableBuilder::sort_rules(std::span<const std::uint16_t> rank) {
  const auto order = [&](const CellRule& r) {
    return std::tuple(r.allow, rank[r.clause], r.must, r.must_not);
  };
  std::vector<CellRule> sorted = known_;
  std::ranges::sort(sorted, {}, order);
  sorted.erase(std::ranges::unique(sorted).begin(), sorted.end());
  Numbers place_of;
  for (const CellRule& rule : known_) {
    const auto at = std::ranges::lower_bound(sorted, order(rule), {}, order);
    place_of.push_back(static_cast<std::uint32_t>(at - sorted.begin()));
  }
  known_ = std::move(sorted);
  return place_of;
}

Table TableBuilder::build(std::span<const std::uint16_t> rank) && {
  const Numbers place_of = sort_rules(rank);
  std::vector<bool> used(sets_.size(), false);
  for (const std::uint32_t set : table_.set_of_) used[set] = true;
  std::unordered_map<Numbers, std::uint32_t, NumbersHash> stored;
  std::vector<std::uint32_t> number_of(sets_.size(), 0);
  Numbers places;
  for (std::uint32_t i = 0; i < sets_.size(); ++i) {
    if (!used[i]) continue;
    places.clear();
    for (std::uint32_t at = i; at != 0; at = sets_[at].from) {
      places.push_back(place_of[sets_[at].rule]);
    }
    std::ranges::sort(places);
    places.erase(std::ranges::unique(places).begin(), places.end());
    const auto [at, is_new] =
        stored.emplace(places, static_cast<std::uint32_t>(table_.sets_.size()));
    number_of[i] = at->second;
    if (is_new) store(places);
  }
  for (std::uint32_t& set : table_.set_of_) set = number_of[set];
  return std::move(table_);
}

void TableBuilder::store(std::span<const std::uint32_t> places) {
  Table::Set set{static_cast<std::uint32_t>(table_.rules_.size()),
                 static_cast<std::uint32_t>(places.size())};
  for (const std::uint32_t place : places) {
    const CellRule& rule = known_[place];
    set.relevant |= rule.must | rule.must_not;
    table_.rules_.push_back(rule);
  }
  table_.sets_.push_back(set);
}

}  // namespace heed::policy
