// The closed vocabularies of a policy: small trees of words.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heed::policy {

/// A node of one vocabulary, by its place in it. Which vocabulary is in the type, so a purpose is
/// never taken for a category.
template <class Tag>
struct Word {
  std::uint16_t index = 0;
  auto operator<=>(const Word&) const = default;
};
using Category = Word<struct CategoryTag>;
using Purpose = Word<struct PurposeTag>;
using Party = Word<struct PartyTag>;

/// A tree of words, written as dotted paths: `machine_data`, `machine_data.production`. A rule on a
/// word covers what is below it. Words are added parents first and never removed.
template <class Tag>
class Vocabulary {
 public:
  /// The word for `path`, added with all its parents if it is new. At most 65,535 words.
  Word<Tag> add(std::string_view path) {
    if (const auto known = find(path)) return *known;
    const std::size_t dot = path.rfind('.');
    std::uint16_t parent = kNone;
    if (dot != std::string_view::npos) parent = add(path.substr(0, dot)).index;
    entries_.push_back({std::string(path), parent});
    return {static_cast<std::uint16_t>(entries_.size() - 1)};
  }
  std::optional<Word<Tag>> find(std::string_view path) const {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (entries_[i].path == path) return Word<Tag>{static_cast<std::uint16_t>(i)};
    }
    return {};
  }
  const std::string& path(Word<Tag> word) const { return entries_[word.index].path; }
  /// Whether a rule on `above` covers `word`: it is the same word or an ancestor of it.
  bool covers(Word<Tag> above, Word<Tag> word) const {
    for (std::uint16_t at = word.index; at != kNone; at = entries_[at].parent) {
      if (at == above.index) return true;
    }
    return false;
  }
  std::size_t size() const { return entries_.size(); }

 private:
  static constexpr std::uint16_t kNone = 0xffff;
  struct Entry {
    std::string path;
    std::uint16_t parent;
  };
  std::vector<Entry> entries_;
};

/// Facts about a request or an item, as named bits that are computed before a decision.
enum class Condition : std::uint8_t {
  kVerified,       ///< The person proved who they are for this request.
  kContractValid,  ///< The recipient's contract is in force.
  kOptedOut,       ///< The subject opted out of this purpose.
  kMinor,          ///< The subject is known to be a minor.
  kSamePerson,     ///< The one who asks is the subject.
};

/// A set of conditions; absent means "not known to hold".
class Conditions {
 public:
  constexpr Conditions() = default;
  constexpr Conditions(std::initializer_list<Condition> list) {
    for (const Condition c : list) bits_ |= bit(c);
  }
  constexpr bool has(Condition c) const { return (bits_ & bit(c)) != 0; }
  constexpr std::uint32_t bits() const { return bits_; }
  constexpr Conditions with(Condition c) const {
    Conditions more = *this;
    more.bits_ |= bit(c);
    return more;
  }

 private:
  static constexpr std::uint32_t bit(Condition c) { return 1U << static_cast<unsigned>(c); }
  std::uint32_t bits_ = 0;
};

}  // namespace heed::policy
