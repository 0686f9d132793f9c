#include "machines/rule_book.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/crypto.h"
#include "machines/kinds.h"

namespace heed::machines {
namespace {

constexpr std::size_t kPage = 1'000;
constexpr std::size_t kHashed = 16;  ///< Bytes of whose it is

enum FieldAt : std::size_t { kRule, kWhose, kFrom, kSaid, kValue, kUndone, kFields };

std::string prefix_of(Rule rule) {
  return fmt::format("{}/", word(rule));
}

std::string prefix_of(Rule rule, std::string_view whose) {
  const Bytes hash = sha256(BytesView(whose));
  return fmt::format("{}{}/", prefix_of(rule), to_hex(BytesView(hash).substr(0, kHashed)));
}

template <class T>
T value_of(const silo::FieldValue& value) {
  const T* found = std::get_if<T>(&value);
  return found == nullptr ? T() : *found;
}

RuleVersion read_version(const silo::Record& record) {
  RuleVersion version{.from = value_of<Time>(record.fields[kFrom]),
                      .said = value_of<Time>(record.fields[kSaid]),
                      .by = record.label.corrected_by,
                      .value = value_of<std::string>(record.fields[kValue])};
  if (const Time* undone = std::get_if<Time>(&record.fields[kUndone])) version.undone = *undone;
  return version;
}

std::unexpected<policy::Withheld> wrong(ErrorKind kind, std::string message, std::string mend) {
  return std::unexpected<policy::Withheld>(Error{kind, std::move(message), std::move(mend)});
}

}  // namespace

Governed<std::vector<RuleVersion>> RuleBook::versions(const Access& access, Rule rule,
                                                      std::string_view whose) const {
  ASSIGN_OR_RETURN(const auto records, scan(access, prefix_of(rule, whose)));
  std::vector<RuleVersion> versions;
  for (const silo::Record& record : records) versions.push_back(read_version(record));
  return versions;
}

Governed<std::vector<std::string>> RuleBook::owners(const Access& access, Rule rule) const {
  ASSIGN_OR_RETURN(const auto records, scan(access, prefix_of(rule)));
  std::vector<std::string> owners;
  for (const silo::Record& record : records) {
    auto whose = value_of<std::string>(record.fields[kWhose]);
    if (owners.empty() || owners.back() != whose) owners.push_back(std::move(whose));
  }
  return owners;
}

Governed<void> RuleBook::add(const Access& access, Rule rule, std::string_view whose, Time from,
                             std::string value) {
  const Time now = clock_.now();
  if (from > now) {
    return wrong(ErrorKind::kInvalid, "from: the time is in the future",
                 "Change the rule when it is time, or let it hold from now on.");
  }
  ASSIGN_OR_RETURN(const auto earlier, versions(access, rule, whose));
  if (earlier.size() >= kMostVersions) {
    return wrong(ErrorKind::kExhausted, "from: a rule has at most 200 versions",
                 "Keep it as it is: all of them are kept, as figures were made with them.");
  }
  silo::Record record{.kind = kind::kRuleVersion,
                      .id = fmt::format("{}{:05}", prefix_of(rule, whose), earlier.size()),
                      .source = "browser"};
  record.fields.resize(kFields);
  record.fields[kRule] = std::string(word(rule));
  record.fields[kWhose] = std::string(whose);
  record.fields[kFrom] = from;
  record.fields[kSaid] = now;
  record.fields[kValue] = std::move(value);
  if (auto put = silo_->put(access, record, silo::Expect::kAbsent); !put) return put;
  // Said once more as a correction, so that the label knows who.
  return silo_->commit(access, {silo::Patch{record.kind, record.id, {{"said", now}}, {}}});
}

Governed<void> RuleBook::undo(const Access& access, Rule rule, std::string_view whose) {
  ASSIGN_OR_RETURN(const auto records, scan(access, prefix_of(rule, whose)));
  const auto newest = std::find_if(records.rbegin(), records.rend(),
                                   [](const silo::Record& r) { return !read_version(r).undone; });
  if (newest == records.rend()) {
    return wrong(ErrorKind::kNotFound, "there is no change that could be undone", {});
  }
  return silo_->commit(access,
                       {silo::Patch{newest->kind, newest->id, {{"undone", clock_.now()}}, {}}});
}

Governed<std::vector<silo::Record>> RuleBook::scan(const Access& access,
                                                   const std::string& prefix) const {
  std::vector<silo::Record> records;
  if (!silo_->declares(kind::kRuleVersion)) return records;
  std::string after;
  do {
    auto scanned = silo_->scan(access, kind::kRuleVersion, prefix, after, kPage);
    if (!scanned && scanned.error().refusal()) return records;
    ASSIGN_OR_RETURN(const silo::Page page, std::move(scanned));
    std::ranges::copy_if(page.records, std::back_inserter(records),
                         [](const silo::Record& r) { return r.fields.size() == kFields; });
    after = page.next;
  } while (!after.empty());
  return records;
}

}  // namespace heed::machines
