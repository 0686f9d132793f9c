#include "silo/sharer.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/json.h"
#include "silo/disclosure_package.h"
#include "silo/governed.h"

namespace heed::silo {
namespace {

using policy::Withheld;

std::unexpected<Withheld> invalid(std::string message, std::string mend = {}) {
  return std::unexpected(Withheld(Error{ErrorKind::kInvalid, std::move(message), std::move(mend)}));
}

std::optional<std::size_t> index_of(const policy::Kind& kind, std::string_view field) {
  const auto found = std::ranges::find(kind.fields, field, &policy::Field::name);
  if (found == kind.fields.end()) return {};
  return static_cast<std::size_t>(found - kind.fields.begin());
}

Governed<void> check(const ShareRequest& request, const policy::Kind& kind) {
  if (request.fields.empty() || request.fields.size() > Sharing::kMostFields) {
    return invalid(fmt::format("1 to {} fields are shared at once", Sharing::kMostFields));
  }
  if (request.recipient.empty() || request.recipient.size() > Sharing::kLongestRecipient) {
    return invalid("a recipient is named in 1 to 128 bytes");
  }
  for (std::size_t i = 0; i < request.fields.size(); ++i) {
    const std::string& field = request.fields[i];
    if (!index_of(kind, field)) {
      return invalid(fmt::format("kind '{}' has no field '{}'", kind.name, field));
    }
    if (std::find(request.fields.begin(), request.fields.begin() + static_cast<std::ptrdiff_t>(i),
                  field) != request.fields.begin() + static_cast<std::ptrdiff_t>(i)) {
      return invalid(fmt::format("field '{}' is asked for twice", field));
    }
  }
  return {};
}

policy::Conditions known_of(const Pass& pass, const ShareRequest& request,
                            std::string_view source) {
  policy::Conditions known = pass.rulings().with_source(pass.claimed(), source);
  const auto logged = pass.rulings().ground_logged();
  // Without a complete ground the fact stays unknown, which helps no allow.
  if (logged && request.ground && request.ground->complete()) known = known.with(*logged, true);
  return known;
}

/// All that it is about, its subject first.
std::vector<SubjectId> persons_of(const policy::Kind& kind, const Record& record) {
  std::vector<SubjectId> persons;
  const auto add = [&](SubjectId person) {
    if (person.is_nil() || std::ranges::find(persons, person) != persons.end()) return;
    persons.push_back(person);
  };
  add(record.subject);
  for (const SubjectId owner : record.label.owners) add(owner);
  for (std::size_t i = 0; i < kind.fields.size(); ++i) {
    const auto* text = std::get_if<std::string>(&record.fields[i]);
    if (kind.fields[i].type != policy::FieldType::kSubject || text == nullptr) continue;
    add(SubjectId::parse(*text).value_or(SubjectId()));
  }
  return persons;
}

void write_words(JsonWriter& out, std::string_view name, const std::vector<std::string>& words) {
  out.key(name).begin_array();
  for (const std::string& word : words) out.value(word);
  out.end_array();
}

void write_ground(JsonWriter& out, const Ground& ground) {
  out.key("ground")
      .begin_object()
      .member("basis", ground.basis)
      .member("reference", ground.reference)
      .member("approver", ground.approver)
      .member("jurisdiction", ground.jurisdiction)
      .member("notify_subject", ground.notify_subject)
      .end_object();
}

/// The largest group size that any version asks for: an older item keeps its own.
std::uint32_t least_group(const Pass& pass, std::size_t field) {
  std::uint32_t least = 0;
  for (const policy::Version& version : pass.rulings().book().versions()) {
    const DeclaredKind* kind = pass.rulings().find(pass.kind().kind.id, version.number);
    if (kind == nullptr || field >= kind->kind.fields.size()) continue;
    const auto category = version.policy->categories().find(kind->kind.fields[field].category);
    if (!category) continue;
    const policy::Access& access = pass.access();
    least = std::max(least, version.policy->least_group(access.purpose, *category, access.party));
  }
  return least;
}

/// Records of one value. Subjects are remembered only until they are enough.
struct Group {
  FieldValue value;
  std::uint64_t records = 0;
  std::vector<SubjectId> subjects;

  void add(SubjectId subject, std::uint32_t least) {
    ++records;
    if (subject.is_nil() || subjects.size() >= least) return;
    if (std::ranges::find(subjects, subject) == subjects.end()) subjects.push_back(subject);
  }
};

Bytes name_of(const FieldValue& value) {
  ByteWriter out;
  out.u8(static_cast<std::uint8_t>(value.index()));
  if (const auto* text = std::get_if<std::string>(&value)) out.raw(*text);
  if (const auto* integer = std::get_if<std::int64_t>(&value)) out.i64(*integer);
  if (const auto* real = std::get_if<double>(&value)) out.u64(std::bit_cast<std::uint64_t>(*real));
  if (const auto* truth = std::get_if<bool>(&value)) out.u8(*truth ? 1 : 0);
  if (const auto* time = std::get_if<Time>(&value)) out.i64(time->nanoseconds());
  return out.take();
}

}  // namespace

bool Ground::complete() const {
  return std::ranges::all_of(
      std::array{&basis, &reference, &approver, &jurisdiction},
      [](const std::string* part) { return !part->empty() && part->size() <= kLongest; });
}

Governed<Shared> Sharing::share(const Access& access, const ShareRequest& request) {
  ASSIGN_OR_RETURN(const Pass pass, parts_.gate.look(access, request.kind));
  if (auto fits = check(request, pass.kind().kind); !fits) {
    return std::unexpected(std::move(fits).error());
  }
  ASSIGN_OR_RETURN(auto record, parts_.records.find(pass.rulings(), pass.kind(), request.id));
  const bool found =
      record.has_value() && !is_kept_back(parts_.subjects, pass.rulings(), access, record->label);
  if (found) hide_kept_back(parts_.subjects, pass.rulings(), access, pass.kind().kind, *record);
  if (!found) {
    record = Record{};  // decided as a record of which nothing is known
    record->label.policy_version = pass.rulings().version();
    record->fields.resize(pass.kind().kind.fields.size());
  }
  // A contract that ends meanwhile ends when this is in the journal.
  const auto held = parts_.contracts.none_stops();
  const Cover cover = parts_.contracts.cover(pass.rulings().policy(), request.recipient, access,
                                             pass.kind().kind.name);
  Sorted sorted = sort_fields(pass, request, *record, cover);
  if (sorted.shared.fields.empty()) {
    parts_.gate.note(access, *sorted.first_refusal);
    return std::unexpected(Withheld(*std::move(sorted.first_refusal)));
  }
  if (!found) {
    return std::unexpected(Withheld(Error{
        ErrorKind::kNotFound, fmt::format("there is no such '{}'", pass.kind().kind.name), {}}));
  }
  seal(pass, request, cover, sorted.shared);
  // Before anything is given: what is not in the journal was not handed on.
  if (auto noted = note_shared(pass, request, *record, sorted.shared); !noted) {
    return std::unexpected(Withheld(noted.error()));
  }
  return std::move(sorted.shared);
}

// The contract is decided field by field: `contract_valid` holds for those of its task. So a policy
// that asks for one refuses the others with its own clause; and where it asks for none, a recipient
// with a contract gets no more than is in it all the same.
Sharing::Sorted Sharing::sort_fields(const Pass& pass, const ShareRequest& request,
                                     const Record& record, const Cover& cover) const {
  Sorted sorted;
  const policy::Kind& kind = pass.kind().kind;
  const policy::Conditions facts = known_of(pass, request, record.label.source);
  const auto contract_valid = pass.rulings().contract_valid();
  for (const std::string& name : request.fields) {
    const std::size_t index = *index_of(kind, name);
    const bool in_task = cover && cover->has(name);
    const policy::Conditions known = contract_valid ? facts.with(*contract_valid, in_task) : facts;
    const auto category = pass.rulings().policy().categories().find(kind.fields[index].category);
    const std::uint32_t version = record.label.policy_version;
    Pass::OnField on_field = pass.field(index, known, version);
    if (on_field.allowed && cover && !in_task) {
      on_field = {false, pass.rulings().policy().refusal_of({}, kind.name + "." + name)};
    }
    if (category) parts_.tally.count(pass, *category, known, version);
    if (on_field.allowed) {
      sorted.shared.fields.emplace_back(name, record.fields[index]);
      std::vector<std::string>& clauses = sorted.shared.clauses;
      if (std::ranges::find(clauses, on_field.by.clause) == clauses.end()) {
        clauses.push_back(on_field.by.clause);
      }
    } else {
      sorted.shared.stripped.push_back(name);
      if (!sorted.first_refusal) sorted.first_refusal = std::move(on_field.by);
    }
  }
  return sorted;
}

void Sharing::seal(const Pass& pass, const ShareRequest& request, const Cover& cover,
                   Shared& shared) {
  shared.package = PackageId::make(parts_.random);
  if (!cover) return;
  shared.contract = cover->contract;
  const policy::Policy& policy = pass.rulings().policy();
  const DisclosurePackage package{.organization = parts_.organization,
                                  .package = shared.package,
                                  .at = parts_.clock.now(),
                                  .recipient = request.recipient,
                                  .contract = shared.contract,
                                  .party = policy.parties().path(pass.access().party),
                                  .purpose = policy.purposes().path(pass.access().purpose),
                                  .clauses = shared.clauses,
                                  .policy_hash = policy.hash(),
                                  .kind = pass.kind().kind,
                                  .fields = shared.fields};
  const auto key = ReceiverKey::from_bytes(cover->key);
  require(key.has_value(), "a contract's key was checked when it was placed");
  shared.sealed = seal_package(package, *key, parts_.random);
}

Result<void> Sharing::note_shared(const Pass& pass, const ShareRequest& request,
                                  const Record& record, Shared& shared) {
  const policy::Policy& policy = pass.rulings().policy();
  std::vector<SubjectId> persons = persons_of(pass.kind().kind, record);
  NoteAbout about;
  if (!persons.empty()) about = {persons.front(), record.id};
  JsonWriter detail;
  detail.begin_object().member("kind", pass.kind().kind.name);
  // What is about nobody may be named for good.
  if (persons.empty()) detail.member("id", record.id);
  detail.member("purpose", policy.purposes().path(pass.access().purpose))
      .member("party", policy.parties().path(pass.access().party))
      .member("recipient", request.recipient)
      .member("count", std::uint64_t{shared.fields.size()})
      .member("stripped", std::uint64_t{shared.stripped.size()});
  std::vector<std::string> fields;
  for (const auto& [name, value] : shared.fields) fields.push_back(name);
  write_words(detail, "fields", fields);
  write_words(detail, "clauses", shared.clauses);
  if (!shared.contract.empty()) detail.member("contract", shared.contract);
  if (request.ground) write_ground(detail, *request.ground);
  detail.end_object();
  Disclosed told{.at = parts_.clock.now(),
                 .subject = {},
                 .recipient = request.recipient,
                 .party = policy.parties().path(pass.access().party),
                 .purpose = policy.purposes().path(pass.access().purpose),
                 .kind = pass.kind().kind.name,
                 .record = record.id,
                 .fields = std::move(fields),
                 .clauses = shared.clauses,
                 .stripped = shared.stripped.size(),
                 .contract = shared.contract,
                 .package = shared.package,
                 .notify_subject = request.ground && request.ground->notify_subject};
  const auto in_ledger = [&, of = persons](std::uint64_t entry,
                                           kv::Changes& changes) -> Result<void> {
    told.entry = entry;
    if (of.empty()) return parts_.disclosures.put(told, changes);
    for (const SubjectId person : of) {
      told.subject = person;
      if (auto put = parts_.disclosures.put(told, changes); !put) return put;
    }
    return {};
  };
  if (request.ground) {
    persons.push_back(SubjectId::parse(request.ground->approver).value_or(SubjectId()));
  }
  ASSIGN_OR_RETURN(shared.entry, parts_.noting.append({.actor = pass.access().actor,
                                                       .what = "shared",
                                                       .detail = detail.view(),
                                                       .about = std::move(about),
                                                       .persons = std::move(persons),
                                                       .beside = in_ledger},
                                                      kv::Sync::kYes));
  return {};
}

Governed<Aggregate> Sharing::aggregate(const Access& access, KindId kind,
                                       std::string_view field) const {
  ASSIGN_OR_RETURN(const Pass pass, parts_.gate.look(access, kind));
  const auto index = index_of(pass.kind().kind, field);
  if (!index) {
    return invalid(fmt::format("kind '{}' has no field '{}'", pass.kind().kind.name, field));
  }
  Aggregate made;
  made.least = least_group(pass, *index);
  policy::Conditions known = pass.claimed();
  if (const auto aggregated = pass.rulings().aggregated(); aggregated && made.least > 0) {
    known = known.with(*aggregated, true);
  }
  std::optional<policy::Refusal> refusal;
  const auto admit = [&](const Label& label) {
    if (is_kept_back(parts_.subjects, pass.rulings(), access, label)) return false;
    auto on_field =
        pass.field(*index, pass.rulings().with_source(known, label.source), label.policy_version);
    if (on_field.allowed) return true;
    ++made.withheld;
    refusal = std::move(on_field.by);
    return false;
  };
  // Of which nothing is known: what speaks when there is no record at all.
  Pass::OnField on_any = pass.field(*index, known, pass.rulings().version());
  if (const auto category =
          pass.rulings().policy().categories().find(pass.kind().kind.fields[*index].category)) {
    parts_.tally.count(pass, *category, known, pass.rulings().version());
  }
  std::map<Bytes, Group> groups;
  bool too_many = false;
  const auto add = [&](Record record) {
    hide_kept_back(parts_.subjects, pass.rulings(), access, pass.kind().kind, record);
    FieldValue& value = record.fields[*index];
    Group& group = groups[name_of(value)];
    if (group.records == 0) group.value = std::move(value);
    group.add(record.subject, made.least);
    too_many = groups.size() > kMostGroups;
    return !too_many;
  };
  if (auto walked = parts_.records.visit(pass.rulings(), pass.kind(), admit, add); !walked) {
    return std::unexpected(Withheld(walked.error()));
  }
  if (too_many) {
    return std::unexpected(Withheld(
        Error{ErrorKind::kExhausted, fmt::format("'{}' has more than 10,000 values", field), {}}));
  }
  if (groups.empty() && !on_any.allowed && !refusal) refusal = std::move(on_any.by);
  if (groups.empty() && refusal) {
    parts_.gate.note(access, *refusal);
    return std::unexpected(Withheld(*std::move(refusal)));
  }
  for (auto& [name, group] : groups) {
    if (group.subjects.size() < made.least) {
      ++made.too_small;
    } else {
      made.groups.push_back({std::move(group.value), group.records});
    }
  }
  return made;
}

}  // namespace heed::silo
