// For tests of sessions whose control answers at once.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "wire/control_session.h"

namespace heed::wire {

/// A session and a control on one line, and time that passes only here.
template <class Session, class Control>
class Conversation {
 public:
  explicit Conversation(Control& control) : session({}, now), control_(control) {}

  /// Answers at once until the session sends nothing more, and lets time pass until `end`.
  void until(Duration end) {
    exchange();
    while (session.dead().empty() && session.deadline() <= end) {
      now = std::max(now, session.deadline());
      session.on_time(now);
      exchange();
    }
    now = end;
  }
  std::vector<Said> changes() { return std::exchange(changes_, {}); }
  std::string value(std::string_view key) const {
    const auto at = values_.find(std::string(key));
    return at == values_.end() ? "(never said)" : at->second.value_or("(unavailable)");
  }

  Duration now;
  Session session;

 private:
  void exchange() {
    for (Bytes sent = session.bytes_to_send(); !sent.empty(); sent = session.bytes_to_send()) {
      session.on_bytes(control_.hear(rest_, sent), now);
      for (Said& said : session.take_changes()) {
        values_[said.key] = said.value;
        changes_.push_back(std::move(said));
      }
    }
  }
  Control& control_;
  std::string rest_;
  std::map<std::string, std::optional<std::string>> values_;
  std::vector<Said> changes_;
};

}  // namespace heed::wire
