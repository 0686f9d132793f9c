// A control that answers: asked in rounds over one connection, it tells what changed since. What
// Haas, FANUC, LinuxCNC, Grbl and their like have in common, so that one driver
// (box/control_driver) serves them all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"

namespace heed::wire {

/// One thing that changed.
struct Said {
  std::string key;
  /// Nothing where the control no longer tells (UNAVAILABLE). A condition's value is
  /// LEVEL|code|severity|qualifier|text.
  std::optional<std::string> value;
  bool condition = false;
  bool operator==(const Said&) const = default;
};

/// What a control can say under one key, in MTConnect's words (part 2).
struct SaidItem {
  enum class Category : std::uint8_t { kSample, kEvent, kCondition };
  std::string key;
  std::string name;      ///< For a person; the key if empty.
  std::string type;      ///< "EXECUTION"; empty for a customer's own item.
  std::string sub_type;  ///< "ACTUAL"
  std::string units;     ///< "MILLIMETER/SECOND"
  std::string component;
  Category category = Category::kEvent;
  bool operator==(const SaidItem&) const = default;
};

/// The same as a row of a table that does not change.
struct FixedItem {
  std::string_view key;
  std::string_view type;
  std::string_view sub_type;
  std::string_view units;
  std::string_view component;
  SaidItem::Category category;
};
inline SaidItem said_item(const FixedItem& item) {
  return {.key = std::string(item.key),
          .name = {},
          .type = std::string(item.type),
          .sub_type = std::string(item.sub_type),
          .units = std::string(item.units),
          .component = std::string(item.component),
          .category = item.category};
}

/// One connection, from its first byte to its last. `now` is Clock::steady(). Not thread-safe.
///
///   on_bytes(received, now); observe(take_changes()); send(bytes_to_send());
///   sleep until deadline(); on_time(now); send(bytes_to_send()); if (dead()) close.
class ControlSession {
 public:
  virtual ~ControlSession() = default;

  virtual void on_bytes(BytesView bytes, Duration now) = 0;
  virtual Duration deadline() const = 0;
  virtual void on_time(Duration now) = 0;
  /// Takes what is to be sent now; empty if nothing. Nothing else is ever sent to the control, and
  /// none of it can write (wire.h).
  virtual Bytes bytes_to_send() = 0;

  /// What changed since the last call.
  virtual std::vector<Said> take_changes() = 0;
  /// What the latest changes were read from: the lines of the control's last round, or the bytes of
  /// its frames in hexadecimal. At most kLongestRaw.
  virtual std::string take_raw() = 0;
  /// All items there are, when they were learned since the last call; else nothing. A session that
  /// never tells any is understood by its keys (docs/STATES.md §2).
  virtual std::vector<SaidItem> take_items() { return {}; }
  /// Answers that nobody asked for or that cannot be read, to the letter.
  virtual std::vector<std::string> take_strange() = 0;
  /// What is worth telling to who adds the machine: "the control is a VF-2, software 100.21".
  virtual std::vector<std::string> take_steps() { return {}; }

  /// Why the connection is of no more use, with the mend where there is one; empty while it is.
  virtual std::string_view dead() const = 0;
  /// Complete rounds so far.
  virtual std::uint64_t rounds() const = 0;

  static constexpr std::size_t kLongestRaw = 4'096;
};

}  // namespace heed::wire
