#include "silo/rulings.h"

#include <fmt/core.h>

#include <algorithm>

namespace heed::silo {
namespace {

constexpr std::string_view kJournalCategory = "administration";
constexpr std::string_view kSourcePrefix = "source:";
constexpr std::string_view kIntakePurpose = "collection";
constexpr std::string_view kIntakeParty = "engine";
constexpr std::uint16_t kNoWord = policy::Table::kDefault;

DeclaredKind declared(const policy::Policy& policy, const policy::Kind& kind) {
  DeclaredKind made{kind, {}, Duration::max()};
  for (std::size_t i = 0; i < kind.fields.size(); ++i) {
    // A category that the policy does not have gets an index that no table has: it is refused.
    const auto category = policy.categories()
                              .find(kind.fields[i].category)
                              .value_or(policy::Category{policy::Table::kDefault});
    const bool known = std::ranges::any_of(
        made.uses, [&](const DeclaredKind::Use& use) { return use.category == category; });
    if (known) continue;
    made.uses.push_back({category, static_cast<std::uint16_t>(i)});
    // Without a keep nothing may stay: it is past its deadline at once.
    made.keep = std::min(made.keep, policy.keep_span(category).value_or(Duration()));
    const policy::Keep* keep = policy.keep(category);
    if (keep == nullptr) continue;
    made.until.insert(made.until.end(), keep->until.begin(), keep->until.end());
  }
  return made;
}

policy::Kind journal_kind() {
  return {.id = kJournalKind,
          .name = "journal",
          .shape = policy::Shape::kRecord,
          .fields = {{"entry", policy::FieldType::kText, std::string(kJournalCategory)}},
          .gloss = {}};
}

Time start_of(std::int32_t day) {
  return Time::from_seconds(std::int64_t{day} * 86'400);
}

}  // namespace

Time DeclaredKind::deadline(Time stored) const {
  const bool beyond = stored.nanoseconds() > 0 &&
                      keep.count_nanoseconds() > Time::max().nanoseconds() - stored.nanoseconds();
  return beyond || keep == Duration::max() ? Time::max() : stored + keep;
}

Rulings::Rulings(std::shared_ptr<const policy::Book> book)
    : book_(std::move(book)), journal_(declared(book_->policy(), journal_kind())) {
  versions_.resize(std::size_t{version()} + 1);
  kept_.resize(versions_.size(), 0);
  for (const policy::Version& one : book_->versions()) {
    versions_[one.number] = of(*one.policy);
    kept_[one.number] = book_->kept_for(one.number)->number;
  }
  learn_facts();
  learn_shortened();
}

Rulings::OfVersion Rulings::of(const policy::Policy& policy) {
  OfVersion made;
  for (const policy::Kind& kind : policy.kinds()) {
    if (kind.id.number >= made.at.size()) made.at.resize(std::size_t{kind.id.number} + 1, 0);
    made.kinds.push_back(declared(policy, kind));
    made.at[kind.id.number] = static_cast<std::uint16_t>(made.kinds.size());
  }
  return made;
}

void Rulings::learn_facts() {
  const auto& facts = policy().facts();
  for (std::uint16_t i = 0; i < facts.size(); ++i) {
    if (!facts.path({i}).starts_with(kSourcePrefix)) continue;
    source_facts_ |= std::uint64_t{1} << i;
    const std::string path = facts.path({i}).substr(kSourcePrefix.size());
    sources_.emplace(path, policy().knowing({}, policy::Dimension::kSource, path));
  }
  const auto& purposes = policy().purposes();
  intake_purpose_ = purposes.find(kIntakePurpose).value_or(policy::Purpose{kNoWord});
  intake_party_ = policy().parties().find(kIntakeParty).value_or(policy::Party{kNoWord});
  aggregated_ = facts.find("condition:aggregated");
  ground_logged_ = facts.find("condition:ground_logged");
  contract_valid_ = facts.find("condition:contract_valid");
  for (const auto& fact : {aggregated_, ground_logged_, contract_valid_}) {
    if (fact) engine_facts_ |= std::uint64_t{1} << fact->index;
  }
}

void Rulings::learn_shortened() {
  for (const OfVersion& earlier : versions_) {
    for (const DeclaredKind& kind : earlier.kinds) {
      const DeclaredKind* now = find(kind.kind.id);
      if (now != nullptr) shortened_ = std::max(shortened_, kind.keep - now->keep);
    }
  }
}

Result<const DeclaredKind*> Rulings::find(policy::KindId id, policy::Shape shape) const {
  const DeclaredKind* known = find(id);
  if (known == nullptr) {
    return fail(ErrorKind::kInvalid, fmt::format("kind {} is not declared", id.number),
                "activate the policy once more, at /policy or with --policy");
  }
  if (known->kind.shape != shape) {
    return fail(ErrorKind::kInvalid,
                fmt::format("kind '{}' is not of {}", known->kind.name,
                            shape == policy::Shape::kRecord ? "records" : "series"));
  }
  return known;
}

const DeclaredKind* Rulings::find(policy::KindId id, std::uint32_t number) const {
  if (number >= versions_.size()) return nullptr;
  const OfVersion& of_version = versions_[number];
  if (id.number >= of_version.at.size() || of_version.at[id.number] == 0) return nullptr;
  return &of_version.kinds[of_version.at[id.number] - 1U];
}

Time Rulings::deadline(policy::KindId kind, std::uint32_t number, Time stored,
                       Time deadline) const {
  if (number == version()) return deadline;
  const DeclaredKind* now = find(kind);
  return now == nullptr ? deadline : std::min(deadline, now->deadline(stored));
}

Time Rulings::chunk_deadline(policy::KindId kind, std::uint32_t number, std::int32_t day,
                             Time deadline) const {
  if (number == version() || shortened_ == Duration()) return deadline;
  const DeclaredKind* then = find(kind, number);
  // Where it had no end, its samples' own day stands for the day of storing, which is not earlier:
  // the error is on the short side.
  const bool ends = deadline != Time::max() && then != nullptr;
  return this->deadline(kind, number, ends ? deadline - then->keep : start_of(day), deadline);
}

Time Rulings::filed_until(Time now) const {
  const bool all = shortened_ == Duration::max() || Time::max() - shortened_ <= now;
  return all ? Time::max() : now + shortened_;
}

bool Rulings::shortened(policy::KindId kind) const {
  const DeclaredKind* now = find(kind);
  return now != nullptr && shortened_ > Duration() &&
         std::ranges::any_of(book_->versions(), [&](const policy::Version& earlier) {
           const DeclaredKind* then = find(kind, earlier.number);
           return then != nullptr && then->keep > now->keep;
         });
}

bool Rulings::is_source(std::string_view source) const {
  const auto fact = policy().facts().find(std::string(kSourcePrefix) + std::string(source));
  return fact && policy().gloss(*fact).declared;
}

policy::Conditions Rulings::with_source(policy::Conditions known, std::string_view source) const {
  if (source.empty() || source_facts_ == 0) return known;
  const auto found = sources_.find(std::string(source));
  // A source that no version ever named: it is none of those that are named.
  const policy::Conditions facts =
      found == sources_.end() ? policy::Conditions(0, source_facts_) : found->second;
  return {(known.holds() & ~source_facts_) | facts.holds(),
          (known.fails() & ~source_facts_) | facts.fails()};
}

policy::Conditions Rulings::claimed(policy::Conditions conditions, bool of_item) const {
  const std::uint64_t not_theirs = engine_facts_ | (of_item ? source_facts_ : 0);
  return {conditions.holds() & ~not_theirs, conditions.fails() & ~not_theirs};
}

}  // namespace heed::silo
