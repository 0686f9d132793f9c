// Identifiers that cannot be mixed up: each thing has its own type over 16 random bytes.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/random.h"

namespace heed {

namespace id_text {
/// 26 characters of Crockford's base 32 (crockford.com/base32.html), lower case.
std::string format(const std::array<std::uint8_t, 16>& bytes);
std::optional<std::array<std::uint8_t, 16>> parse(std::string_view text);
}  // namespace id_text

/// `Tag` is an incomplete struct that only names the thing: `using MachineId = Id<struct
/// MachineTag>;`
template <class Tag>
class Id {
 public:
  /// The nil id, which names nothing.
  constexpr Id() = default;
  static Id make(Random& random) {
    Id id;
    const Bytes bytes = random.bytes(id.bytes_.size());
    for (std::size_t i = 0; i < id.bytes_.size(); ++i) {
      id.bytes_[i] = static_cast<std::uint8_t>(bytes[i]);
    }
    return id;
  }
  static std::optional<Id> parse(std::string_view text) {
    const auto bytes = id_text::parse(text);
    if (!bytes) return {};
    Id id;
    id.bytes_ = *bytes;
    return id;
  }
  static std::optional<Id> from_bytes(BytesView bytes) {
    if (bytes.size() != 16) return {};
    Id id;
    for (std::size_t i = 0; i < 16; ++i) id.bytes_[i] = static_cast<std::uint8_t>(bytes[i]);
    return id;
  }

  std::string text() const { return id_text::format(bytes_); }
  Bytes bytes() const { return {bytes_.begin(), bytes_.end()}; }
  bool is_nil() const { return *this == Id(); }
  auto operator<=>(const Id&) const = default;

  struct Hash {
    std::size_t operator()(const Id& id) const {
      return std::hash<std::string_view>()(
          {reinterpret_cast<const char*>(id.bytes_.data()), id.bytes_.size()});
    }
  };

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

using OrganizationId = Id<struct OrganizationTag>;
using SubjectId = Id<struct SubjectTag>;

}  // namespace heed
