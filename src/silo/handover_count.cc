#include "silo/handover_count.h"

#include <fmt/core.h>

#include <map>

#include "silo/rulings.h"

namespace heed::silo {
namespace {

constexpr std::size_t kPage = 500;

Error plain(const policy::Withheld& withheld) {
  if (const Error* error = withheld.error()) return *error;
  return {ErrorKind::kInvalid, withheld.message(),
          "what the program itself may not read cannot be counted, nor handed over"};
}

template <class T>
Result<T> plainly(Governed<T> governed) {
  if (!governed) return std::unexpected(plain(governed.error()));
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return *std::move(governed);
  }
}

Result<Access> access_of(const policy::Policy& policy, const std::string& purpose,
                         const std::string& party,
                         const std::vector<std::pair<std::string, bool>>& facts) {
  const policy::Policy::KnownFacts known(facts.begin(), facts.end());
  auto access = policy.access("hand-over", purpose, party, known);
  if (access) return access;
  return fail(ErrorKind::kInvalid, access.error().message,
              "a policy that knows no hand-over allows none: name its own words with --purpose and "
              "--party, or put a version with a clause for it in force");
}

class Count {
 public:
  Count(const Rulings& rulings, const Silo& silo, Access reading, Access handing)
      : rulings_(rulings), silo_(silo), reading_(std::move(reading)), handing_(std::move(handing)) {
    // What is stated does not tell of an item's source, nor of what the engine finds out.
    handing_.conditions = rulings.claimed(handing_.conditions, true);
    if (const auto logged = rulings.ground_logged()) {
      handing_.conditions = handing_.conditions.with(*logged, true);
    }
  }

  Result<HandoverCount> run() {
    for (const Kind& kind : rulings_.policy().kinds()) {
      HandedKind handed{kind.name};
      auto counted = kind.shape == policy::Shape::kRecord ? count_records(kind, handed)
                                                          : count_series(kind, handed);
      if (!counted) return std::unexpected(counted.error());
      if (handed.records + handed.series > 0) count_.kinds.push_back(std::move(handed));
    }
    return std::move(count_);
  }

 private:
  using Sort = std::pair<std::string, std::uint32_t>;  // source, version

  void refuse(const Kind& kind, std::uint64_t items, policy::Refusal why) {
    for (HandoverRefusal& known : count_.refused) {
      if (known.kind != kind.name || known.why.clause != why.clause) continue;
      known.items += items;
      return;
    }
    count_.refused.push_back({kind.name, items, std::move(why)});
  }

  Result<void> count_records(const Kind& kind, HandedKind& handed) {
    std::map<Sort, std::uint64_t> sorts;
    std::string after;
    do {
      ASSIGN_OR_RETURN(const Page page, plainly(silo_.scan(reading_, kind.id, {}, after, kPage)));
      if (page.withheld > 0) {
        return fail(ErrorKind::kInvalid,
                    fmt::format("{} records of kind '{}' may not be read even to count them",
                                page.withheld, kind.name),
                    "remove them first, or leave the silo where it is");
      }
      for (const Record& record : page.records) {
        ++handed.records;
        ++sorts[{record.source, record.label.policy_version}];
        for (std::size_t i = 0; i < record.fields.size() && i < kind.fields.size(); ++i) {
          const bool blob = kind.fields[i].type == policy::FieldType::kBlob;
          handed.blobs += blob && record.fields[i].index() != 0 ? 1U : 0U;
        }
      }
      after = page.next;
    } while (!after.empty());
    for (const auto& [sort, items] : sorts) {
      Access access = handing_;
      access.conditions = rulings_.with_source(access.conditions, sort.first);
      auto why = rulings_.book().refusal(access, kind.id, sort.second);
      if (why) refuse(kind, items, *std::move(why));
    }
    return {};
  }

  Result<void> count_series(const Kind& kind, HandedKind& handed) {
    ASSIGN_OR_RETURN(const auto all, plainly(silo_.list_series(reading_, kind.id, {})));
    handed.series = all.size();
    if (all.empty()) return {};
    for (const SeriesName& series : all) {
      const auto seen = [&](const SampleView&) {
        ++handed.samples;
        return true;
      };
      if (auto read = plainly(silo_.read(reading_, series.id, {}, seen)); !read) return read;
    }
    for (const policy::Version& version : rulings_.book().versions()) {
      if (version.policy->kind(kind.id) == nullptr) continue;
      auto why = rulings_.book().refusal(handing_, kind.id, version.number);
      if (!why) continue;
      refuse(kind, all.size(), *std::move(why));
      break;
    }
    return {};
  }

  const Rulings& rulings_;
  const Silo& silo_;
  const Access reading_;
  Access handing_;
  HandoverCount count_;
};

}  // namespace

Result<HandoverCount> count_handover(const Store& store, const Silo& silo,
                                     const TransferRecord& record, const std::string& purpose,
                                     const std::string& party) {
  const Rulings rulings(store.book());
  ASSIGN_OR_RETURN(Access reading, store.policy()->access("hand-over", "operation", "engine"));
  ASSIGN_OR_RETURN(Access handing, access_of(rulings.policy(), purpose, party, record.facts));
  return Count(rulings, silo, std::move(reading), std::move(handing)).run();
}

std::string record_clause(const policy::Book& book, const std::string& purpose,
                          const std::string& party) {
  const policy::Policy& policy = book.policy();
  auto without = policy.access("hand-over", purpose, party);
  const auto logged = policy.facts().find("condition:ground_logged");
  if (!without || !logged) return {};
  // Of an item of which nothing else is true.
  without->conditions = policy::Conditions(0, ~std::uint64_t{0});
  Access with = *without;
  with.conditions = with.conditions.with(*logged, true);
  for (std::uint16_t i = 0; i < policy.categories().size(); ++i) {
    const policy::Decision refused = policy.decide(*without, {i});
    if (refused.allowed || !policy.decide(with, {i}).allowed) continue;
    const policy::Refusal why = policy.refusal_of(refused, policy.categories().path({i}));
    return fmt::format("{} \"{}\"", why.clause, why.sentence);
  }
  return {};
}

}  // namespace heed::silo
