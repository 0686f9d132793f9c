// One browser's view of an organization's feed: cards, removals and watched values as events.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/sync.h"
#include "base/time.h"
#include "http/event_stream.h"
#include "machines/live_feed.h"

namespace heed::http {

/// How the feed wakes the connection. The feed wants to know before the server can say.
class Wake {
 public:
  void call();
  void set(std::function<void()> wake);
  /// While it rests, calls wake nobody: whoever rests comes by itself.
  void rest(bool resting);

 private:
  Mutex mutex_;
  std::function<void()> wake_ HEED_GUARDED_BY(mutex_);
  bool resting_ HEED_GUARDED_BY(mutex_) = false;
};

/// The last events as the text that every browser gets, written once for all of them. Thread-safe.
class EventTexts {
 public:
  static constexpr std::size_t kKept = 512;
  using Text = std::shared_ptr<const std::string>;
  Text of(const std::shared_ptr<const machines::Event>& event);

 private:
  struct Written {
    std::shared_ptr<const machines::Event> event;  ///< Kept, so that its address is nobody else's.
    Text text;
  };
  Mutex mutex_;
  std::map<const machines::Event*, Written> written_ HEED_GUARDED_BY(mutex_);
  std::deque<const machines::Event*> order_ HEED_GUARDED_BY(mutex_);
};

class LiveEvents final : public EventSource {
 public:
  struct Parts {
    /// Of a feed that was told to call `wake`.
    std::unique_ptr<machines::Subscription> feed;
    std::shared_ptr<Wake> wake;
    std::shared_ptr<EventTexts> texts;
    std::optional<machines::MachineId> watched;
    /// Asked now and then; the stream ends at its first no.
    std::function<bool()> may_listen;
  };
  /// A stream goes on for at most this long after its listener lost the right to it.
  static constexpr Duration kStandingAge = Duration::seconds(15);
  /// After something was told the next is told no sooner: in a large shop something happens every
  /// millisecond, and a screen shows it once a frame (60 a second).
  static constexpr Duration kRest = Duration::milliseconds(16);

  /// `clock` outlives it.
  LiveEvents(Parts parts, const Clock& clock)
      : parts_(std::move(parts)), clock_(clock), stood_at_(clock.steady()) {}

  EventBatch next(std::optional<std::uint64_t> after_id) override;
  Subscription subscribe(std::function<void()> wake) override;

 private:
  bool may_listen();

  const Parts parts_;
  const Clock& clock_;
  Duration stood_at_;
};

}  // namespace heed::http
