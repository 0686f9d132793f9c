#include "http/sent_keys.h"

#include <algorithm>

#include "base/crypto.h"

namespace heed::http {
namespace {

constexpr std::string_view kMark = "sent1";
// Enough that among 64 a false match is less likely than a broken disk (2^-122).
constexpr std::size_t kKeySize = 16;

Bytes short_digest(std::string_view key) {
  return sha256(key).substr(0, kKeySize);
}

}  // namespace

SentKeys SentKeys::parse(BytesView cursor) {
  SentKeys keys;
  if (!cursor.starts_with(kMark)) return keys;
  ByteReader in(cursor.substr(kMark.size()));
  while (!in.rest().empty()) {
    Bytes key(in.raw(kKeySize));
    const std::uint64_t number = in.varint();
    if (!in.ok()) return {};
    keys.sent_.push_back({std::move(key), number});
  }
  return keys;
}

Bytes SentKeys::cursor() const {
  ByteWriter out;
  out.raw(kMark);
  for (const Sent& sent : sent_) out.raw(sent.key).varint(sent.number);
  return out.take();
}

std::optional<std::uint64_t> SentKeys::find(std::string_view key) const {
  const auto found = std::ranges::find(sent_, short_digest(key), &Sent::key);
  if (found == sent_.end()) return {};
  return found->number;
}

void SentKeys::add(std::string_view key, std::uint64_t number) {
  if (sent_.size() == kRemembered) sent_.pop_front();
  sent_.push_back({short_digest(key), number});
}

}  // namespace heed::http
