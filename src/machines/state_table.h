// The state table (docs/STATES.md §3) as data. A row is a list of terms, a term asks one fact; the
// first row whose terms all hold decides.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "machines/roles.h"
#include "machines/state.h"

namespace heed::machines {

/// What the table asks about.
enum class Fact : std::uint8_t {
  kLink,
  kAvailability,
  kEmergencyStop,
  kFault,
  kExecution,
  kControllerMode,
  kFeed,
  kFeedOverride,
};
constexpr std::size_t kFacts = 8;

/// A set of words of one fact, one bit each; which word is which bit says words_of().
using WordSet = std::uint16_t;

/// For each fact the bit of the word that it has now; 0 when it is unknown or another word.
using Facts = std::array<WordSet, kFacts>;

struct Term {
  Fact fact{};
  WordSet words = 0;
  /// The fact is one of the words; or, if false, it is none of them (unknown included).
  bool is = true;
};

struct Row {
  std::uint8_t number = 0;
  State state = State::kUnknown;
  Bucket bucket = Bucket::kNone;
  std::span<const Term> terms;
  std::string_view words;  ///< For a person who asks why.
};

/// All rows, in order; the last one always fits. A row with "or" stands here twice.
std::span<const Row> state_table();
/// The first row that fits. No allocation.
const Row& decide(const Facts& facts);
/// The first row of that number; the last row if there is none.
const Row& row_of(std::uint8_t number);

/// The words that the table knows of a fact, in the order of their bits.
std::span<const std::string_view> words_of(Fact fact);
/// The bit of `text` read as a word (trimmed, any case); 0 if the table does not know it.
WordSet word_bit(Fact fact, std::string_view text);

// Facts that are no words of the machine.
constexpr WordSet kLinkDown = 1;
constexpr WordSet kFaultActive = 1;
constexpr WordSet kFeedZeroLong = 1;
constexpr WordSet kOverrideLowLong = 1;

/// Execution words that count as in automatic cycle, and the one that counts as executing.
extern const WordSet kInCycleWords;
extern const WordSet kExecutingWords;
/// FUNCTIONAL_MODE words that make the time planned.
bool is_planned_mode(std::string_view text);

/// The row's standing with what §3 adds: planned time, in cycle, executing.
Standing standing_of(const Row& row, const Facts& facts, bool planned);

/// The role whose observations a fact is made of; kNone for the link and faults.
Role role_of_fact(Fact fact);

}  // namespace heed::machines
