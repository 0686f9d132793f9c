#include "machines/condition_book.h"

#include <array>

#include "machines/said_words.h"

namespace heed::machines {
namespace {

constexpr std::string_view kIdMark = "id:";

/// "HIGH id:c-17" → HIGH, and c-17.
std::string take_id(std::string& qualifier) {
  const std::size_t blank = qualifier.find(' ');
  const bool alone = qualifier.starts_with(kIdMark);
  if (!alone && blank == std::string::npos) return {};
  const std::size_t mark = alone ? 0 : blank + 1;
  if (!std::string_view(qualifier).substr(mark).starts_with(kIdMark)) return {};
  std::string id = qualifier.substr(mark + kIdMark.size());
  qualifier.erase(alone ? 0 : blank);
  return id;
}

/// The other way round.
std::string qualifier_text(const Condition& condition) {
  if (condition.id.empty()) return condition.qualifier;
  const char* gap = condition.qualifier.empty() ? "" : " ";
  return condition.qualifier + gap + std::string(kIdMark) + condition.id;
}

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
  std::string id = take_id(fields[3]);
  return {.item = std::string(item),
          .level = std::string(trimmed(fields[0])),
          .code = std::move(fields[1]),
          .severity = std::move(fields[2]),
          .qualifier = std::move(fields[3]),
          .text = std::move(fields[4]),
          .since = at,
          .id = std::move(id)};
}

std::string condition_value(const Condition& condition) {
  return condition.level + "|" + condition.code + "|" + condition.severity + "|" +
         qualifier_text(condition) + "|" + condition.text;
}

void ConditionBook::apply(const Condition& said) {
  if (same_word(said.level, "UNAVAILABLE")) return clear(said.item);
  if (same_word(said.level, "NORMAL")) {
    return said.key().empty() ? clear(said.item) : clear_one(said);
  }
  if (is_fault(said) || same_word(said.level, "WARNING")) set(said);
}

std::vector<Condition> ConditionBook::active() const {
  std::vector<Condition> all;
  for (const auto& [item, keys] : active_) {
    for (const auto& [key, condition] : keys) all.push_back(condition);
  }
  return all;
}

void ConditionBook::clear(const std::string& item) {
  const auto found = active_.find(item);
  if (found == active_.end()) return;
  for (const auto& [key, condition] : found->second) faults_ -= is_fault(condition) ? 1 : 0;
  active_.erase(found);
}

// By the schemas a NORMAL has a code and no id: it ends all of that code.
void ConditionBook::clear_one(const Condition& said) {
  const auto found = active_.find(said.item);
  if (found == active_.end()) return;
  std::erase_if(found->second, [&](const auto& one) {
    const auto& [key, condition] = one;
    const bool over = key == said.key() || (said.id.empty() && condition.code == said.code);
    faults_ -= over && is_fault(condition) ? 1 : 0;
    return over;
  });
  if (found->second.empty()) active_.erase(found);
}

void ConditionBook::set(const Condition& said) {
  Keys& keys = active_[said.item];
  const bool full = keys.size() >= kMostCodes && !keys.contains(said.key());
  auto [place, added] = keys.try_emplace(full ? std::string() : said.key(), said);
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
    out.sized(c.item).sized(c.level).sized(c.code).sized(c.severity).sized(qualifier_text(c));
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
    c.id = take_id(c.qualifier);
    c.since = Time::from_nanoseconds(in.i64());
    book.set(c);
  }
  return book;
}

}  // namespace heed::machines
