// The closed vocabularies of a policy: small trees of words.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace heed::policy {

/// What a word is a word of.
enum class Dimension : std::uint8_t {
  kCategory,   ///< What is said: personal.contact
  kPurpose,    ///< What it is used for: service.billing
  kParty,      ///< To whom it goes: processor.mail
  kSource,     ///< The surface it came through: site.demo_form
  kSubject,    ///< Whom it is about: visitor, employee
  kRegion,     ///< Which law's reach: us.california
  kChannel,    ///< How somebody is reached: email, sms
  kCondition,  ///< A fact of a request or an item: opted_out
  kEvent,      ///< What a clock starts from: account_closed
};
/// The keyword that declares such words: "category".
std::string_view name_of(Dimension dimension);
/// The path of a fact among all facts: "source:site.demo_form", "condition:opted_out".
std::string fact_path(Dimension dimension, std::string_view path);

/// A node of one vocabulary, by its place in it. Which vocabulary is in the type, so a purpose is
/// never taken for a category.
template <class Tag>
struct Word {
  std::uint16_t index = 0;
  auto operator<=>(const Word&) const = default;
};
struct CategoryTag;
struct PurposeTag;
struct PartyTag;
struct FactTag;
struct EventTag;
using Category = Word<CategoryTag>;
using Purpose = Word<PurposeTag>;
using Party = Word<PartyTag>;
/// A source, subject class, region, channel or condition: one bit of a request each, by its index.
using Fact = Word<FactTag>;
using Event = Word<EventTag>;

/// A tree of words, written as dotted paths: `machine_data`, `machine_data.production`. A rule on a
/// word covers what is below it. Words are added parents first and never removed, so an index means
/// the same in every version of a policy that was compiled from the one before.
template <class Tag>
class Vocabulary {
 public:
  static constexpr std::uint16_t kNone = 0xffff;

  /// The word for `path`, added with all its parents if it is new. At most 65,535 words.
  Word<Tag> add(std::string_view path) {
    if (const auto known = find(path)) return *known;
    const std::size_t dot = path.rfind('.');
    std::uint16_t parent = kNone;
    if (dot != std::string_view::npos) parent = add(path.substr(0, dot)).index;
    const auto index = static_cast<std::uint16_t>(entries_.size());
    entries_.push_back({std::string(path), parent});
    by_path_.emplace(path, index);
    return {index};
  }
  std::optional<Word<Tag>> find(std::string_view path) const {
    const auto found = by_path_.find(path);
    if (found == by_path_.end()) return {};
    return Word<Tag>{found->second};
  }
  const std::string& path(Word<Tag> word) const { return entries_[word.index].path; }
  /// Nothing for a root.
  std::optional<Word<Tag>> parent(Word<Tag> word) const {
    const std::uint16_t above = entries_[word.index].parent;
    if (above == kNone) return {};
    return Word<Tag>{above};
  }
  /// Whether a rule on `above` covers `word`: it is the same word or an ancestor of it.
  bool covers(Word<Tag> above, Word<Tag> word) const {
    for (std::uint16_t at = word.index; at != kNone; at = entries_[at].parent) {
      if (at == above.index) return true;
    }
    return false;
  }
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string path;
    std::uint16_t parent;
  };
  struct PathHash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  std::vector<Entry> entries_;
  std::unordered_map<std::string, std::uint16_t, PathHash, std::equal_to<>> by_path_;
};

/// What is known of a request or an item: facts that hold, facts that do not, and all others,
/// which are unknown. What is unknown never helps: an allow needs its facts known, a deny applies
/// unless one of its facts is known to fail.
class Conditions {
 public:
  static constexpr std::size_t kMost = 64;

  constexpr Conditions() = default;
  constexpr Conditions(std::uint64_t holds, std::uint64_t fails) : holds_(holds), fails_(fails) {}
  constexpr std::uint64_t holds() const { return holds_; }
  constexpr std::uint64_t fails() const { return fails_; }
  constexpr Conditions with(Fact fact, bool truth) const {
    const std::uint64_t bit = std::uint64_t{1} << fact.index;
    return truth ? Conditions(holds_ | bit, fails_ & ~bit)
                 : Conditions(holds_ & ~bit, fails_ | bit);
  }
  constexpr bool operator==(const Conditions&) const = default;

 private:
  std::uint64_t holds_ = 0;
  std::uint64_t fails_ = 0;
};

}  // namespace heed::policy
