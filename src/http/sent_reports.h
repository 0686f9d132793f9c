// Taking in what programs send of a machine: numbered in turn, each durable when answered.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "base/sync.h"
#include "http/asked.h"

namespace heed::http {

/// Reports of one machine are numbered one after the other: two requests at once would take the
/// same number. A few locks for all machines are enough, as the store syncs one batch at a time.
/// Thread-safe; one for all routes.
class SentReports {
 public:
  /// The number it was taken under. `key`: a repeat with the same one stores nothing. 409 for a
  /// machine that the server reads itself, which would be counted twice.
  Asked<std::uint64_t> take(const Api& api, const Context& context, const AtMachine& at,
                            machines::Report report, const std::optional<std::string>& key);

 private:
  std::array<Mutex, 16> turns_;
};

}  // namespace heed::http
