#include "machines/evidence.h"

#include <algorithm>

#include "machines/condition_book.h"
#include "machines/history.h"
#include "machines/said_words.h"
#include "machines/text_series.h"

namespace heed::machines {
namespace {

constexpr Duration kInstant = Duration::nanoseconds(1);
/// How far back an item's conditions are looked for before all of its history is read.
constexpr std::array kLookBack = {Duration::hours(1), Duration::days(1), Duration::days(30)};

bool clears_all(const Condition& said) {
  return same_word(said.level, "UNAVAILABLE") ||
         (same_word(said.level, "NORMAL") && said.code.empty());
}

struct Replayed {
  ConditionBook book;
  bool complete = false;  ///< What was before the range makes no difference.
};

Governed<Replayed> replay(const Reading& reading, const Directory::Entry& entry, TimeRange range) {
  Replayed replayed{{}, range.from == Time::min()};
  const auto each = [&](const silo::SampleView& view) {
    if (!SampleFlags::from(view.flags).condition) return true;
    const auto text = view.gap ? std::nullopt : std::optional(view.text);
    const Condition said = read_condition(entry.item.key, text, view.at);
    replayed.complete = replayed.complete || clears_all(said);
    replayed.book.apply(said);
    return true;
  };
  if (auto read = reading.silo.read(reading.access, entry.series, range, each); !read) {
    return std::unexpected(read.error());
  }
  return replayed;
}

Governed<std::vector<Condition>> conditions_of(const Reading& reading,
                                               const Directory::Entry& entry, Time at) {
  const Time end = at == Time::max() ? at : at + kInstant;
  ASSIGN_OR_RETURN(const auto last, reading.silo.last_at(reading.access, entry.series, at));
  if (!last) return std::vector<Condition>();
  for (const Duration back : kLookBack) {
    ASSIGN_OR_RETURN(const Replayed replayed, replay(reading, entry, {last->at - back, end}));
    if (replayed.complete) return replayed.book.active();
  }
  ASSIGN_OR_RETURN(const Replayed replayed, replay(reading, entry, {Time::min(), end}));
  return replayed.book.active();
}

using Because = Explanation::Because;

Because because_of(std::string_view role, const RawLine& line) {
  return {std::string(role), line.item,    line.value,  line.at,
          line.device,       line.arrival, line.placed, line.line};
}

/// The word that the item with the role had said by then; nothing if it had not.
Governed<std::optional<RawLine>> said_by(const Reading& reading, Role role, Time at) {
  const std::string& item = reading.now.tracker.item_of(role);
  const Directory::Entry* entry = reading.now.directory->find(item);
  if (entry == nullptr) return std::nullopt;
  auto line = load_line(reading, item, at);
  if (line) return *std::move(line);
  const Error* error = line.error().error();
  if (error != nullptr && error->kind == ErrorKind::kNotFound) return std::nullopt;
  return std::unexpected(line.error());
}

Governed<void> add_faults(const Reading& reading, Explanation& why) {
  ASSIGN_OR_RETURN(const auto conditions, load_conditions(reading, why.at));
  for (const Condition& condition : conditions) {
    if (!same_word(condition.level, "FAULT")) continue;
    const Directory::Entry* entry = reading.now.directory->find(condition.item);
    if (entry == nullptr) continue;
    ASSIGN_OR_RETURN(const auto lines, load_lines(reading, *entry, condition.since));
    for (const RawLine& line : lines) {
      const auto said = line.value ? std::optional<std::string_view>(*line.value) : std::nullopt;
      if (read_condition(line.item, said, line.at).key() == condition.key()) {
        why.because.push_back(because_of("fault", line));
        break;
      }
    }
  }
  return {};
}

Governed<bool> add_link(const Reading& reading, Explanation& why) {
  ASSIGN_OR_RETURN(const auto history, load_link_history(reading, 1'000));
  for (const LinkHistory::Change& change : history.changes) {
    if (change.at > why.at) continue;
    if (change.up) return false;
    why.because.push_back(
        {"link", "", change.words, change.at, change.at, change.at, Placed::kDevice, ""});
    return true;
  }
  return false;
}

Governed<void> add_word(const Reading& reading, const Term& term, Explanation& why) {
  const Role role = role_of_fact(term.fact);
  ASSIGN_OR_RETURN(const auto line, said_by(reading, role, why.at));
  if (line) why.because.push_back(because_of(word(role), *line));
  return {};
}

Governed<void> add_evidence(const Reading& reading, const Row& row, Explanation& why) {
  why.words = row.words;
  for (const Term& term : row.terms) {
    Governed<void> added;
    if (term.fact == Fact::kFault) {
      added = add_faults(reading, why);
    } else if (term.fact != Fact::kLink) {
      added = add_word(reading, term, why);
    }
    if (!added) return added;
  }
  return {};
}

/// The row of that number which fitted: two share the number 1, of which the link's is the first.
Governed<void> add_row(const Reading& reading, Explanation& why) {
  const auto& table = state_table();
  auto row = std::ranges::find(table, why.rule, &Row::number);
  if (row == table.end()) return {};
  if (!row->terms.empty() && row->terms.front().fact == Fact::kLink) {
    ASSIGN_OR_RETURN(const bool down, add_link(reading, why));
    if (!down) ++row;
  }
  return add_evidence(reading, *row, why);
}

}  // namespace

Governed<std::vector<Condition>> load_conditions(const Reading& reading, Time at) {
  std::vector<Condition> all;
  for (const auto& [key, entry] : reading.now.directory->observed) {
    if (!entry.condition) continue;
    auto of_item = conditions_of(reading, entry, at);
    if (!of_item && of_item.error().refusal()) continue;
    if (!of_item) return std::unexpected(of_item.error());
    std::ranges::move(*of_item, std::back_inserter(all));
  }
  return all;
}

Governed<Explanation> load_explanation(const Reading& reading, Time at) {
  ASSIGN_OR_RETURN(const auto holds, load_standing(reading, at));
  if (!holds) {
    return std::unexpected<policy::Withheld>(
        Error{ErrorKind::kNotFound, "the machine had said nothing until then", {}});
  }
  Explanation why{.at = at,
                  .standing = holds->standing,
                  .rule = holds->rule,
                  .since = holds->at,
                  .placed = holds->placed};
  if (auto added = add_row(reading, why); !added) return std::unexpected(added.error());
  return why;
}

}  // namespace heed::machines
