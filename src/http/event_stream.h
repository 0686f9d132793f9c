// What a live route gives the server to send on as it happens: server-sent events (WHATWG HTML
// §9.2), or the parts of a stream of another form.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace heed::http {

struct Event {
  /// Counts up per source; a browser sends the last one it saw when it comes back. 0 is unnumbered.
  std::uint64_t id = 0;
  /// "machine"; no line breaks.
  std::string type;
  /// Any text, usually JSON on one line.
  std::string data;
};

struct EventBatch {
  std::vector<Event> events;
  /// Ask again after this long even if nothing wakes: for sources that hold back to keep a rate.
  std::optional<Duration> again_in;
  /// These are the last: who listens may do so no longer.
  bool end = false;
};

/// Keeps a subscription alive; letting go of it ends it. A wake that is already under way may
/// still arrive and is harmless.
using Subscription = std::shared_ptr<void>;

/// The events of one connection. The server pulls: it calls next() when woken and never before the
/// last batch went out, so a slow client slows only itself, and what it misses is the source's ring
/// to remember or to replace by a `reset`.
class EventSource {
 public:
  virtual ~EventSource() = default;
  /// What came after `after_id`, oldest first; `after_id` is the last numbered event that was sent
  /// here, at first what the browser resumes from, or nothing for a fresh start. All of it is sent
  /// at once, so the source bounds it (a ring). Called on a worker thread, one call at a time; must
  /// not wait for events.
  virtual EventBatch next(std::optional<std::uint64_t> after_id) = 0;
  /// `wake` is to be called, from any thread and as often as liked, when next() may have more. It
  /// never blocks and outlives the subscription safely. Called once, before the first next().
  virtual Subscription subscribe(std::function<void()> wake) = 0;

  // How it goes over the wire: as server-sent events, unless the source says otherwise (then its
  // response has a Content-Type of its own).

  /// What is sent first. A browser that loses us comes back after two seconds instead of its own
  /// three to five.
  virtual std::string opening() const { return "retry: 2000\n\n"; }
  virtual std::string written(const Event& event) const;
  /// What is sent when nothing else was for Limits::heartbeat.
  virtual std::string sign_of_life() const { return ":\n\n"; }
};

/// The event as it goes over the wire, with its closing empty line. Data of several lines stays so.
std::string format_event(const Event& event);

/// Last-Event-ID or ?after= as a number; nothing if there is none or it is no number.
std::optional<std::uint64_t> parse_event_id(std::string_view text);

}  // namespace heed::http
