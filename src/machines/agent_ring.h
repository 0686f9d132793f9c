// The last observations of an organization in numbered order, for those who read by sequence: what
// MTConnect calls an agent's buffer. Bounded memory; what it does not hold any more is gone from
// here (not from the silo).
//
// A ring costs nothing while nobody asks, but for the first kWaiting observations after the start
// of the program: they are kept unnumbered, so that a reader that is back soon after a restart
// misses nothing. Whoever asks first begins the ring: an instance with a number of its own, in
// which what each item said last stands before the first sequence that is held. An instance ends
// with the program, when the standing changes under which its observations were taken, and when
// nobody asked for kForgottenAfter.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/sync.h"
#include "base/time.h"
#include "machines/live_feed.h"

namespace heed::machines {

/// The item of a ring that tells whether the machine's source is reached: AVAILABLE or gap. No
/// item of a machine has an empty key.
inline constexpr std::string_view kLinkItem;

/// An observation of the ring. Immutable.
struct Numbered {
  std::uint64_t sequence = 0;
  MachineId machine;
  std::string item;
  std::optional<std::string> value;  ///< Nothing: UNAVAILABLE.
  Time at;
  bool condition = false;
  bool set = false;  ///< `value` tells what changed in a data set; in standings, all of it.
  /// Said before the instance began: it may have been taken under another standing.
  bool earlier = false;
  Beside beside = {};
};
using NumberedPointer = std::shared_ptr<const Numbered>;

/// Where a ring stands.
struct RingPlace {
  std::uint64_t instance = 0;
  std::uint64_t first = 0;  ///< The oldest sequence that is held; `next` if none is.
  std::uint64_t next = 0;   ///< What the next observation will have.
  Time model_changed;       ///< Later with each change of the machines or of their items.
};

/// What the items say at one place of the ring: a value each, or the active conditions.
class RingStandings {
 public:
  using Key = std::pair<MachineId, std::string>;

  void apply(const NumberedPointer& said);
  void forget(MachineId machine);
  /// Nothing if the item never said anything.
  const NumberedPointer* last(const Key& key) const;
  /// By machine and item; of a condition's actives by sequence.
  std::vector<NumberedPointer> all() const;
  std::vector<NumberedPointer> of(MachineId machine) const;
  void clear() { items_.clear(); }

 private:
  struct Active {
    NumberedPointer said;
    std::string key;  ///< Condition::key()
    std::string code;
    bool active = false;  ///< WARNING or FAULT.
  };
  std::map<Key, std::vector<Active>> items_;
};

/// Thread-safe.
class AgentRing {
 public:
  static constexpr std::size_t kEntries = 65'536;
  static constexpr std::size_t kBytes = std::size_t{16} << 20;
  static constexpr std::size_t kWaiting = 4'096;
  static constexpr std::size_t kListeners = 1'000;
  static constexpr Duration kForgottenAfter = Duration::hours(1);

  /// `clock` outlives it. `entries` is kEntries but in tests.
  explicit AgentRing(const Clock& clock, std::size_t entries = kEntries)
      : clock_(clock), entries_(entries) {}

  // From those who record.

  /// Whether take() is of use.
  bool wants() const;
  void take(MachineId machine, const std::vector<ItemValue>& values);
  /// The source is not reached: from now on nothing is known of any item.
  void suspend(MachineId machine, Time at);
  /// It is again. `values`: what each item says, the link's among them; all of it is told if the
  /// machine was suspended, else the link alone.
  void resume(MachineId machine, const std::vector<ItemValue>& values);
  void forget(MachineId machine);
  void model_changed();

  // Beginning, by one thread at a time.

  /// False if it runs under this standing; then it was asked for once more. Else base() is to be
  /// called for every machine, then run().
  bool begin(std::string_view standing);
  /// What each item of a machine says; conditions by their active ones. While nothing of this
  /// machine is being recorded.
  void base(MachineId machine, const std::vector<ItemValue>& values);
  void run();
  /// Instead of run(): it did not come to it.
  void sleep();
  /// To be called now and then: lets go of what nobody asks for.
  void tick();

  // From those who read. Of a ring that does not run, instance 0 and nothing.

  struct Part {
    RingPlace place;
    std::vector<NumberedPointer> entries;
  };
  RingPlace place() const;
  /// From this sequence on, or from the first that is held; at most `most`.
  Part slice(std::uint64_t from, std::size_t most) const;
  /// What every item says now, or said when `at` was the last sequence (which must be held).
  Part standings(std::optional<std::uint64_t> at) const;
  std::size_t capacity() const { return entries_; }

  /// `wake` is called without locks held, from any thread, when there is more; it must not block.
  /// Letting go of what is returned ends it. kExhausted beyond kListeners.
  Result<std::shared_ptr<void>> subscribe(std::function<void()> wake);

 private:
  enum class Phase : std::uint8_t { kWaits, kBegins, kRuns, kSleeps };
  using Wake = std::shared_ptr<std::function<void()>>;

  void wait_with(MachineId machine, const std::vector<ItemValue>& values) HEED_REQUIRES(mutex_);
  std::vector<ItemValue> waiting_of(MachineId machine) const HEED_REQUIRES(mutex_);
  void append(Numbered entry) HEED_REQUIRES(mutex_);
  void append(MachineId machine, const std::vector<ItemValue>& values) HEED_REQUIRES(mutex_);
  void drop_oldest() HEED_REQUIRES(mutex_);
  void clear() HEED_REQUIRES(mutex_);
  RingPlace place_now() const HEED_REQUIRES(mutex_);
  std::vector<Wake> listeners() const HEED_REQUIRES(mutex_);

  const Clock& clock_;
  const std::size_t entries_;
  mutable Mutex mutex_;
  Phase phase_ HEED_GUARDED_BY(mutex_) = Phase::kWaits;
  std::string standing_ HEED_GUARDED_BY(mutex_);
  std::uint64_t instance_ HEED_GUARDED_BY(mutex_) = 0;
  std::uint64_t next_ HEED_GUARDED_BY(mutex_) = 1;
  std::size_t bytes_ HEED_GUARDED_BY(mutex_) = 0;
  Time model_changed_ HEED_GUARDED_BY(mutex_);
  Duration asked_ HEED_GUARDED_BY(mutex_);
  std::deque<NumberedPointer> ring_ HEED_GUARDED_BY(mutex_);
  RingStandings before_ HEED_GUARDED_BY(mutex_);  ///< Before the first that is held.
  RingStandings now_ HEED_GUARDED_BY(mutex_);
  /// Not numbered yet: what stood before, and what came since.
  std::vector<Numbered> base_ HEED_GUARDED_BY(mutex_);
  std::deque<Numbered> waiting_ HEED_GUARDED_BY(mutex_);
  std::set<MachineId> suspended_ HEED_GUARDED_BY(mutex_);
  std::vector<std::weak_ptr<std::function<void()>>> listeners_ HEED_GUARDED_BY(mutex_);
};

}  // namespace heed::machines
