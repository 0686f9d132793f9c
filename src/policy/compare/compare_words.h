// Which word of one policy is which of the other. Only compare*.cc include this.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "policy/policy.h"

namespace heed::policy {

/// A word of both policies, or of one.
template <class Tag>
struct WordPair {
  std::optional<Word<Tag>> before;
  std::optional<Word<Tag>> after;
  bool renamed = false;  ///< Supposed, until whoever compares finds something that differs.
};

/// What of one dimension is what. Only declared words: others do not exist.
template <class Tag>
struct Pairing {
  static constexpr std::uint16_t kNone = Vocabulary<Tag>::kNone;
  std::vector<WordPair<Tag>> pairs;
  std::vector<std::uint16_t> by_before;  ///< Index into `pairs` of an old word, or kNone.
  std::vector<std::uint16_t> by_after;

  void add(std::optional<Word<Tag>> before, std::optional<Word<Tag>> after, bool renamed) {
    if (before) by_before[before->index] = static_cast<std::uint16_t>(pairs.size());
    if (after) by_after[after->index] = static_cast<std::uint16_t>(pairs.size());
    pairs.push_back({before, after, renamed});
  }
};

/// Paths of an old and a new word that turned out not to be one renamed.
using NotRenamed = std::vector<std::pair<std::string, std::string>>;

/// Equal for a word of the one and a word of the other policy that may be the same under another
/// name. Must not hang on anything that itself may be renamed.
template <class Tag>
using Likeness = std::function<std::uint64_t(Word<Tag> word, bool after)>;

/// Matches words by path. Of those left over, a new word below the same parent that is like an old
/// one is supposed to be it: first one with the same gloss, else the next in order.
template <class Tag>
class WordMatcher {
 public:
  using Words = Vocabulary<Tag>;
  WordMatcher(const Policy& before, const Words& old_words, const Policy& after,
              const Words& new_words)
      : before_(before), old_words_(old_words), after_(after), new_words_(new_words) {
    pairing_.by_before.assign(old_words.size(), Pairing<Tag>::kNone);
    pairing_.by_after.assign(new_words.size(), Pairing<Tag>::kNone);
  }

  /// Only words of one path; the others stand alone.
  Pairing<Tag> by_path() && {
    match_paths();
    return finish();
  }

  Pairing<Tag> with_renames(const Likeness<Tag>& like, const NotRenamed& rejected) && {
    match_paths();
    for (std::uint16_t i = 0; i < old_words_.size(); ++i) {  // parents first
      if (is_left(i)) rename({i}, like, rejected);
    }
    return finish();
  }

 private:
  bool is_left(std::uint16_t old_word) const {
    return before_.gloss(Word<Tag>{old_word}).declared &&
           pairing_.by_before[old_word] == Pairing<Tag>::kNone;
  }
  bool is_new(std::uint16_t new_word) const {
    return after_.gloss(Word<Tag>{new_word}).declared &&
           pairing_.by_after[new_word] == Pairing<Tag>::kNone;
  }

  void match_paths() {
    for (std::uint16_t i = 0; i < new_words_.size(); ++i) {
      if (!is_new(i)) continue;
      const auto old_word = old_words_.find(new_words_.path({i}));
      if (old_word && is_left(old_word->index)) pairing_.add(*old_word, Word<Tag>{i}, false);
    }
  }

  /// Both roots, or below two words that are one.
  bool same_parent(Word<Tag> old_word, Word<Tag> new_word) const {
    const auto above_old = old_words_.parent(old_word);
    const auto above_new = new_words_.parent(new_word);
    if (!above_old || !above_new) return !above_old && !above_new;
    const std::uint16_t pair = pairing_.by_before[above_old->index];
    return pair != Pairing<Tag>::kNone && pair == pairing_.by_after[above_new->index];
  }

  void rename(Word<Tag> old_word, const Likeness<Tag>& like, const NotRenamed& rejected) {
    const Gloss& gloss = before_.gloss(old_word);
    std::optional<Word<Tag>> best;
    for (std::uint16_t i = 0; i < new_words_.size(); ++i) {
      const Word<Tag> word{i};
      if (!is_new(i) || !same_parent(old_word, word)) continue;
      const Gloss& other = after_.gloss(word);
      if (other.sensitive != gloss.sensitive || other.independent != gloss.independent) continue;
      const std::pair paths(old_words_.path(old_word), new_words_.path(word));
      if (std::ranges::find(rejected, paths) != rejected.end()) continue;
      if (like(old_word, false) != like(word, true)) continue;
      const bool same_gloss = !gloss.text.empty() && other.text == gloss.text;
      if (!best || same_gloss) best = word;
      if (same_gloss) break;
    }
    if (best) pairing_.add(old_word, *best, true);
  }

  Pairing<Tag> finish() {
    for (std::uint16_t i = 0; i < new_words_.size(); ++i) {
      if (is_new(i)) pairing_.add({}, Word<Tag>{i}, false);
    }
    for (std::uint16_t i = 0; i < old_words_.size(); ++i) {
      if (is_left(i)) pairing_.add(Word<Tag>{i}, {}, false);
    }
    return std::move(pairing_);
  }

  const Policy& before_;
  const Words& old_words_;
  const Policy& after_;
  const Words& new_words_;
  Pairing<Tag> pairing_;
};

}  // namespace heed::policy
