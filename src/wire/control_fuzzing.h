// Any answers as any control's, in any pieces, with time passing. Shared by the fuzz targets of
// sessions.
#pragma once

#include <algorithm>
#include <limits>

#include "base/result.h"
#include "wire/control_session.h"

namespace heed::wire::fuzzing {

struct Answers {
  std::string_view bytes;
  std::size_t piece = 1;  ///< Bytes that come at once.
  Duration apart = Duration::milliseconds(300);
  /// At most so many answers that nobody asked for may be kept.
  std::size_t most_strange = std::numeric_limits<std::size_t>::max();
};

/// `check_sent` is given all that the session sends at a time, `check_said` each change.
template <class CheckSent, class CheckSaid>
void converse(ControlSession& session, Answers answers, CheckSent check_sent,
              CheckSaid check_said) {
  Duration now;
  while (!answers.bytes.empty() && session.dead().empty()) {
    check_sent(session.bytes_to_send());
    session.on_bytes(answers.bytes.substr(0, answers.piece), now);
    answers.bytes.remove_prefix(std::min(answers.piece, answers.bytes.size()));
    now += answers.apart;
    session.on_time(now);
    for (const Said& said : session.take_changes()) check_said(said);
    require(session.take_strange().size() <= answers.most_strange, "strange answers are limited");
    require(session.take_raw().size() <= ControlSession::kLongestRaw, "what was read is limited");
  }
  check_sent(session.bytes_to_send());
}

inline void has_a_key(const Said& said) {
  require(!said.key.empty(), "what is said has a key");
}

/// A check that what is said is one of these.
inline auto is_among(std::vector<SaidItem> items) {
  return [items = std::move(items)](const Said& said) {
    require(std::ranges::find(items, said.key, &SaidItem::key) != items.end(),
            "what is said is an item");
  };
}

}  // namespace heed::wire::fuzzing
