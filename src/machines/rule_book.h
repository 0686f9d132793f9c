// The versions of what figures are made with (calendars, reasons, goals), as records
// (docs/OEE.md §9).
//
// A version says from when on it holds. What was said later wins from there on, so a rule can be
// changed from now on or for all that was. None is ever changed or removed, only undone with its
// time: what was reported can be made again as it was known then. Their ids are
//   "<rule>/<whose, 32 hex digits>/<number, 5 digits>"
// as a location's name must not stand in a key.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "machines/access.h"
#include "machines/dated.h"
#include "machines/rules.h"
#include "silo/silo.h"

namespace heed::machines {

/// Thread-safe as its silo is; the caller serializes changes.
class RuleBook {
 public:
  static constexpr std::size_t kMostVersions = 200;  ///< Of one rule

  RuleBook(std::shared_ptr<silo::Silo> silo, const Clock& clock)
      : silo_(std::move(silo)), clock_(clock) {}

  /// In the order in which they were said. `whose`: a location, a machine's id, or nobody's.
  Governed<std::vector<RuleVersion>> versions(const Access& access, Rule rule,
                                              std::string_view whose) const;
  /// Whose versions there are.
  Governed<std::vector<std::string>> owners(const Access& access, Rule rule) const;
  /// kInvalid for a time in the future, kExhausted beyond kMostVersions.
  Governed<void> add(const Access& access, Rule rule, std::string_view whose, Time from,
                     std::string value);
  /// The newest that is not undone yet; kNotFound if there is none.
  Governed<void> undo(const Access& access, Rule rule, std::string_view whose);

 private:
  Governed<std::vector<silo::Record>> scan(const Access& access, const std::string& prefix) const;

  const std::shared_ptr<silo::Silo> silo_;
  const Clock& clock_;
};

/// What held when: `first` until a version says otherwise, as it was known at `known`. `read` makes
/// a value of a version's; nothing where it does not read, and then it counts as never said.
template <class T, class Read>
Dated<T> over_time(T first, const std::vector<RuleVersion>& versions, std::optional<Time> known,
                   Read read) {
  Dated<T> dated(std::move(first));
  for (const RuleVersion& version : versions) {
    if (known && version.said > *known) continue;
    if (version.undone && (!known || *version.undone <= *known)) continue;
    std::optional<T> value = read(version.value);
    if (!value) continue;
    dated.paint(version.from == RuleVersion::kEver ? Time::min() : version.from, *std::move(value));
  }
  return dated;
}

}  // namespace heed::machines
