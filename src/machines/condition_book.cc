#include "machines/condition_book.h"

#include <array>

#include "machines/said_words.h"

namespace heed::machines {
namespace {

bool is_fault(const Condition& condition) {
  return same_word(condition.level, "FAULT");
}

}  // namespace

Condition read_condition(std::string_view item, std::optional<std::string_view> value, Time at) {
  std::array<std::string, 5> fields;  // the last one takes what is left, bars and all
  std::string_view rest = value.value_or("UNAVAILABLE");
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::size_t bar = i + 1 < fields.size() ? rest.find('|') : std::string_view::npos;
    fields[i] = rest.substr(0, bar);
    rest = bar == std::string_view::npos ? std::string_view() : rest.substr(bar + 1);
  }
  return {.item = std::string(item),
          .level = std::string(trimmed(fields[0])),
          .code = std::move(fields[1]),
          .severity = std::move(fields[2]),
          .qualifier = std::move(fields[3]),
          .text = std::move(fields[4]),
          .since = at};
}

void ConditionBook::apply(const Condition& said) {
  if (same_word(said.level, "UNAVAILABLE")) return clear(said.item);
  if (same_word(said.level, "NORMAL")) {
    return said.code.empty() ? clear(said.item) : clear(said.item, said.code);
  }
  if (is_fault(said) || same_word(said.level, "WARNING")) set(said);
}

std::vector<Condition> ConditionBook::active() const {
  std::vector<Condition> all;
  for (const auto& [item, codes] : active_) {
    for (const auto& [code, condition] : codes) all.push_back(condition);
  }
  return all;
}

void ConditionBook::clear(const std::string& item) {
  const auto found = active_.find(item);
  if (found == active_.end()) return;
  for (const auto& [code, condition] : found->second) faults_ -= is_fault(condition) ? 1 : 0;
  active_.erase(found);
}

void ConditionBook::clear(const std::string& item, const std::string& code) {
  const auto found = active_.find(item);
  if (found == active_.end()) return;
  const auto condition = found->second.find(code);
  if (condition == found->second.end()) return;
  faults_ -= is_fault(condition->second) ? 1 : 0;
  found->second.erase(condition);
  if (found->second.empty()) active_.erase(found);
}

void ConditionBook::set(const Condition& said) {
  Codes& codes = active_[said.item];
  const bool full = codes.size() >= kMostCodes && !codes.contains(said.code);
  auto [place, added] = codes.try_emplace(full ? std::string() : said.code, said);
  if (!added) {
    faults_ -= is_fault(place->second) ? 1 : 0;
    const Time since = place->second.since;
    place->second = said;
    place->second.since = since;
  }
  faults_ += is_fault(said) ? 1 : 0;
}

void ConditionBook::write(ByteWriter& out) const {
  const std::vector<Condition> all = active();
  out.varint(all.size());
  for (const Condition& c : all) {
    out.sized(c.item).sized(c.level).sized(c.code).sized(c.severity).sized(c.qualifier);
    out.sized(c.text).i64(c.since.nanoseconds());
  }
}

ConditionBook ConditionBook::read(ByteReader& in) {
  ConditionBook book;
  for (std::uint64_t left = in.varint(); left > 0 && in.ok(); --left) {
    Condition c;
    for (std::string* field : {&c.item, &c.level, &c.code, &c.severity, &c.qualifier, &c.text}) {
      *field = in.sized();
    }
    c.since = Time::from_nanoseconds(in.i64());
    book.set(c);
  }
  return book;
}

}  // namespace heed::machines
