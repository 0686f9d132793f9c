// The idempotency keys that a machine's last reports came with, kept as its resume cursor: stored
// in the same transaction as the data, so a repeated request is known after any crash.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace heed::http {

class SentKeys {
 public:
  /// How many of the last requests a sender may repeat.
  static constexpr std::size_t kRemembered = 64;

  /// An empty or foreign cursor has none.
  static SentKeys parse(BytesView cursor);
  Bytes cursor() const;

  /// The number of the report that came with `key`.
  std::optional<std::uint64_t> find(std::string_view key) const;
  void add(std::string_view key, std::uint64_t number);

 private:
  struct Sent {
    Bytes key;  // the first bytes of its SHA-256
    std::uint64_t number;
  };
  std::deque<Sent> sent_;
};

}  // namespace heed::http
