// What a silo asks of a server's policies, looked up once for each change of them: the kinds of
// every version with their categories and keeps, and what an item's label says as facts.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/sync.h"
#include "policy/book.h"

namespace heed::silo {

/// A kind under one version.
struct DeclaredKind {
  /// A category that its fields name, with the first field that does.
  struct Use {
    policy::Category category;
    std::uint16_t field = 0;
  };
  policy::Kind kind;
  std::vector<Use> uses;  ///< Each category once.
  Duration keep;          ///< The shortest among the categories' keeps.
  /// Ends that begin to count when something happens; the earliest holds.
  std::vector<policy::Keep::Until> until = {};

  /// `stored` + keep, or the end of time if that lies beyond it.
  Time deadline(Time stored) const;
};

/// Kind 0 is the journal's own, in category "administration"; its keep is not used.
constexpr policy::KindId kJournalKind{0};

/// Of one book. Immutable. No string is looked up in a decision unless an item's source matters.
class Rulings {
 public:
  explicit Rulings(std::shared_ptr<const policy::Book> book);

  const policy::Book& book() const { return *book_; }
  const policy::Policy& policy() const { return book_->policy(); }
  /// Number of the version in force.
  std::uint32_t version() const { return book_->current().number; }

  /// kInvalid if the version in force has no such kind, or it has another shape.
  Result<const DeclaredKind*> find(policy::KindId id, policy::Shape shape) const;
  /// nullptr if the version in force has no such kind.
  const DeclaredKind* find(policy::KindId id) const { return find(id, version()); }
  /// As version `number` declares it.
  const DeclaredKind* find(policy::KindId id, std::uint32_t number) const;
  const DeclaredKind& journal() const { return journal_; }

  /// The number of the version that an item of `number` keeps beside the one in force; 0 for an
  /// unknown number.
  std::uint32_t kept_for(std::uint32_t number) const {
    return number < kept_.size() ? kept_[number] : 0;
  }
  /// Of an item of `number`, stored at `stored`: `deadline`, or what the version in force gives if
  /// that is earlier.
  Time deadline(policy::KindId kind, std::uint32_t number, Time stored, Time deadline) const;
  /// The same for a chunk, of which only its deadline and the day of its samples are known.
  Time chunk_deadline(policy::KindId kind, std::uint32_t number, std::int32_t day,
                      Time deadline) const;
  /// By how much the version in force shortens the longest earlier keep of any kind; zero when
  /// stored deadlines can be taken as they are.
  Duration shortened() const { return shortened_; }
  /// Up to which filed deadline something may be due at `now`.
  Time filed_until(Time now) const;
  /// Whether it shortens this kind's.
  bool shortened(policy::KindId kind) const;

  /// Whether items may come through `source`: the version in force declares it.
  bool is_source(std::string_view source) const;
  /// Where the item's source is known, and every other is known not to be it. An empty source
  /// leaves them as they are.
  policy::Conditions with_source(policy::Conditions known, std::string_view source) const;
  /// Without what nobody may claim: sources (they are the item's own) when `of_item`, and what the
  /// engine finds out by itself.
  policy::Conditions claimed(policy::Conditions conditions, bool of_item) const;
  /// Facts of sources.
  std::uint64_t source_facts() const { return source_facts_; }
  /// What is known of each source's items.
  const std::unordered_map<std::string, policy::Conditions>& sources() const { return sources_; }
  std::optional<policy::Fact> aggregated() const { return aggregated_; }
  std::optional<policy::Fact> ground_logged() const { return ground_logged_; }
  std::optional<policy::Fact> contract_valid() const { return contract_valid_; }
  /// The use that every write is, beside what its access wants it for: taking something in, by the
  /// program, through a source. Words that the policy lacks are denied.
  policy::Purpose intake_purpose() const { return intake_purpose_; }
  policy::Party intake_party() const { return intake_party_; }

 private:
  struct OfVersion {
    std::vector<DeclaredKind> kinds;
    std::vector<std::uint16_t> at;  // by number of kind: 1 + place in kinds
  };
  static OfVersion of(const policy::Policy& policy);
  void learn_facts();
  void learn_shortened();

  const std::shared_ptr<const policy::Book> book_;
  std::vector<OfVersion> versions_;  // by number; 0 is empty
  std::vector<std::uint32_t> kept_;  // by number
  DeclaredKind journal_;
  Duration shortened_;
  std::uint64_t source_facts_ = 0;
  std::uint64_t engine_facts_ = 0;
  std::unordered_map<std::string, policy::Conditions> sources_;
  std::optional<policy::Fact> aggregated_;
  std::optional<policy::Fact> ground_logged_;
  std::optional<policy::Fact> contract_valid_;
  policy::Purpose intake_purpose_;
  policy::Party intake_party_;
};

/// The rulings in force, replaced while the server runs. Thread-safe.
class CurrentRulings {
 public:
  explicit CurrentRulings(std::shared_ptr<const Rulings> rulings) : rulings_(std::move(rulings)) {}
  std::shared_ptr<const Rulings> now() const {
    const Lock lock(mutex_);
    return rulings_;
  }
  void replace(std::shared_ptr<const Rulings> rulings) {
    const Lock lock(mutex_);
    rulings_ = std::move(rulings);
  }

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const Rulings> rulings_ HEED_GUARDED_BY(mutex_);
};

}  // namespace heed::silo
