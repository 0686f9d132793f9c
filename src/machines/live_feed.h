// What happens now, for whoever looks: card changes in a bounded ring with rising ids, so that a
// viewer that lost its connection takes up where it was, and values of the one machine it watches.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/sync.h"
#include "base/time.h"
#include "machines/card.h"

namespace heed::machines {

struct ItemValue {
  std::string item;
  std::optional<std::string> value;
  Time at;
  bool condition = false;
  bool set = false;  ///< `value` tells what changed in a data set (data_set.h).
  Beside beside = {};
};

struct Removed {
  MachineId machine;
};

struct Event {
  /// Rising within the organization, also over restarts of the program.
  std::uint64_t id = 0;
  std::variant<Card, Removed> what;
};

class LiveFeed;

/// One viewer's place in the feed. Thread-safe; leaves the feed when destroyed.
class Subscription {
  struct Viewer;

 public:
  struct Taken {
    /// The ring no longer holds what the viewer missed: it must fetch the board anew. The id to
    /// go on from is then `last`.
    bool reset = false;
    std::uint64_t last = 0;
    std::vector<std::shared_ptr<const Event>> events;
    /// Of the watched machine: the last value of each item that changed, at most 10 times a second.
    std::vector<ItemValue> values;
  };
  /// For LiveFeed::subscribe() alone.
  Subscription(std::shared_ptr<LiveFeed> feed, std::shared_ptr<Viewer> viewer);
  ~Subscription();
  /// Everything since the last call; empty when nothing happened. Never blocks.
  Taken take();

 private:
  friend class LiveFeed;
  std::shared_ptr<LiveFeed> feed_;
  std::shared_ptr<Viewer> viewer_;
};

/// Thread-safe. Holds the last kRing events; one that is slower than that is told to reset.
class LiveFeed : public std::enable_shared_from_this<LiveFeed> {
 public:
  static constexpr std::size_t kRing = 1'024;
  /// A machine's card goes out at most five times a second, the last one wins.
  static constexpr Duration kCardInterval = Duration::milliseconds(200);
  static constexpr Duration kValuesInterval = Duration::milliseconds(100);
  static constexpr std::size_t kViewers = 1'000;

  /// `clock` outlives the feed.
  explicit LiveFeed(const Clock& clock);

  /// `after`: the last event the viewer has seen; nothing starts at now. `wake` is called without
  /// locks held, from any thread, when take() may have something; it must not block. kExhausted
  /// beyond kViewers.
  Result<std::unique_ptr<Subscription>> subscribe(std::optional<std::uint64_t> after,
                                                  std::optional<MachineId> watch,
                                                  std::function<void()> wake);
  std::uint64_t last_id() const;

  /// Something on the machine's card changed. `make` gives the card when its turn has come, at once
  /// or in a later tick(); nothing if there is none any more.
  void card_changed(MachineId machine, std::function<std::optional<Card>()> make);
  void removed(MachineId machine);
  /// Whether anybody watches this machine, so that values need not be gathered for nobody.
  bool watched(MachineId machine) const;
  void values(MachineId machine, std::vector<ItemValue> values);
  /// Lets out what was held back for the rates above. To be called about every 50 ms.
  void tick();

 private:
  friend class Subscription;
  using MakeCard = std::function<std::optional<Card>()>;
  struct Pacing {
    std::optional<Duration> last_out;  ///< On the steady clock.
    MakeCard held_back;
  };
  using Wakes = std::vector<std::function<void()>>;
  void publish(std::variant<Card, Removed> what);
  Subscription::Taken take(Subscription::Viewer& viewer);
  void leave(const std::shared_ptr<Subscription::Viewer>& viewer);

  const Clock& clock_;
  mutable Mutex mutex_;
  std::uint64_t last_id_ HEED_GUARDED_BY(mutex_) = 0;
  std::deque<std::shared_ptr<const Event>> ring_ HEED_GUARDED_BY(mutex_);
  std::map<MachineId, Pacing> cards_ HEED_GUARDED_BY(mutex_);
  std::vector<std::shared_ptr<Subscription::Viewer>> viewers_ HEED_GUARDED_BY(mutex_);
};

}  // namespace heed::machines
