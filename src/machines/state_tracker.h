// Follows one machine through the state table (docs/STATES.md §2–§4). Pure: no clock, no storage;
// told the same things in the same order it always says the same.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "machines/condition_book.h"
#include "machines/placement.h"
#include "machines/roles.h"
#include "machines/state_table.h"
#include "machines/transition.h"

namespace heed::machines {

class StateTracker {
 public:
  /// What the table calls "for ≥ 10 s".
  static constexpr Duration kSustained = Duration::seconds(10);
  static constexpr double kLowOverride = 90;

  struct Said {
    std::string_view item;
    Role role = Role::kNone;
    bool condition = false;
    std::optional<std::string_view> value;  ///< Nothing: UNAVAILABLE.
  };

  /// Takes one observation at its place. Every change goes to `changes`, in the order of instants.
  void observe(const Said& said, Placement::Place place, std::vector<Transition>& changes);
  /// The link to the source went up or down; decides from the first observation on.
  void link(bool up, Time at, std::vector<Transition>& changes);
  /// Time passes without a word: what has been so for long enough now counts.
  void advance(Time to, std::vector<Transition>& changes);

  /// The latest instant; nothing before the first observation.
  std::optional<Time> instant() const { return instant_; }
  /// What holds from the latest change on; nothing before the first observation.
  const std::optional<Transition>& current() const { return current_; }
  const ConditionBook& conditions() const { return conditions_; }
  bool link_up() const { return link_up_; }
  /// The item that has the role; empty if none was observed yet.
  const std::string& item_of(Role role) const { return items_.at(static_cast<std::size_t>(role)); }

  /// All of it but instant(), which changes with every observation.
  Bytes write() const;
  /// `instant`: the latest one when it was written. kCorrupt if the bytes are none of write()'s.
  static Result<StateTracker> read(BytesView bytes, std::optional<Time> instant);

 private:
  /// A number that fits, since when, and whether that is long enough.
  struct Sustained {
    std::optional<Time> since;
    Placed placed = Placed::kDevice;
    bool long_enough = false;
  };
  /// Whether the item has this role, or takes it because nobody had it.
  bool plays(const Said& said);
  /// False if it changed nothing that the table asks about.
  bool hear(const Said& said, Placement::Place place);
  void hear_number(Sustained& sustained, bool fits, Placement::Place place);
  Sustained* next_due(Time to);
  WordSet& fact(Fact f) { return facts_.at(static_cast<std::size_t>(f)); }
  void settle(Placed placed, std::vector<Transition>& changes);

  std::array<std::string, kRoles> items_;
  Facts facts_{};
  Sustained feed_zero_;
  Sustained override_low_;
  bool planned_ = false;
  bool link_up_ = true;
  ConditionBook conditions_;
  std::optional<Time> instant_;
  std::optional<Transition> current_;
  /// What held before current_'s instant, so that a change taken back in no time leaves no trace.
  std::optional<Transition> before_;
};

}  // namespace heed::machines
