#include "silo/noting.h"

#include <fmt/core.h>

#include <algorithm>
#include <functional>

#include "base/crypto.h"
#include "silo/rulings.h"

namespace heed::silo {
namespace {

constexpr kv::Family kFamily = kv::Family::kIndexes;
constexpr std::string_view kMark = "p:";
constexpr std::size_t kIdSize = 26;
constexpr std::size_t kHexSize = 2 * Noting::kTagSize;
constexpr std::uint8_t kAbout = 1;
constexpr std::uint8_t kBy = 2;
constexpr std::size_t kBatch = 1'000;

Bytes tag_key(BytesView tag) {
  return "j" + Bytes(tag);
}

Bytes own_key(SubjectId subject, std::uint64_t number) {
  return ByteWriter().raw("o").raw(subject.bytes()).u64(number).take();
}

/// A sealed subject is bound to no entry: the tree and the entry's own seal hold it in its place.
SealContext of_subject() {
  return {kv::Family::kJournal, "subject", kJournalKind, SubjectId(), {}, 0};
}

SealContext of_tag(BytesView key, std::uint32_t slot) {
  return {kFamily, key, kJournalKind, SubjectId(), {}, 0, slot};
}

bool is_letter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Replaces in `text`, which is JSON or a word, each id that stands for itself by what `word`
/// gives; nothing leaves it as it is.
std::string replace_ids(std::string_view text,
                        const std::function<std::optional<std::string>(SubjectId)>& word) {
  std::string made;
  for (std::size_t at = 0; at < text.size();) {
    // The letter of an escape is no letter of a word.
    const std::size_t escaped = text[at] != '\\' ? 0 : text.substr(at).starts_with("\\u") ? 6 : 2;
    std::size_t end = at + std::max<std::size_t>(escaped, 1);
    if (escaped == 0 && is_letter(text[at])) {
      while (end < text.size() && is_letter(text[end])) ++end;
    }
    const std::string_view run = text.substr(at, end - at);
    const auto id = run.size() == kIdSize ? SubjectId::parse(run) : std::nullopt;
    const auto instead = id ? word(*id) : std::nullopt;
    made += instead ? std::string_view(*instead) : run;
    at = end;
  }
  return made;
}

void add_once(std::vector<SubjectId>& all, SubjectId subject) {
  if (subject.is_nil() || std::ranges::find(all, subject) != all.end()) return;
  all.push_back(subject);
}

}  // namespace

std::string Noting::Person::word() const {
  return std::string(kMark) + to_hex(tag);
}

Result<std::uint64_t> Noting::append(const Note& note, kv::Sync sync) {
  if (note.about.record.size() > kLongestRecord) {
    return fail(ErrorKind::kInvalid, "a note names a record in at most 128 bytes");
  }
  const std::vector<SubjectId> persons = persons_in(note);
  const auto held = ground_.locks.writing_about(persons);
  ASSIGN_OR_RETURN(const Known known, know(persons));
  const auto word = [&](SubjectId subject) -> std::optional<std::string> {
    const auto found = known.find(subject);
    if (found == known.end()) return {};
    return found->second == nullptr ? std::string(kErased) : found->second->word();
  };
  const auto actor = SubjectId::parse(note.actor);
  Bytes sealed;
  if (!note.about.subject.is_nil()) {
    const auto& person = known.at(note.about.subject);
    if (person == nullptr) {
      return fail(ErrorKind::kConflict, "whom this is about has been erased");
    }
    const Bytes told = ByteWriter().raw(note.about.subject.bytes()).sized(note.about.record).take();
    sealed = person->tag + ground_.sealer.seal_with(person->key, of_subject(), told);
  }
  const auto beside = [&](std::uint64_t number, kv::Changes& changes) -> Result<void> {
    for (const auto& [subject, person] : known) {
      if (person == nullptr) continue;
      const bool theirs = actor == subject;
      changes.put(kFamily, own_key(subject, number), ByteWriter().u8(theirs ? kBy : kAbout).view());
    }
    return note.beside ? note.beside(number, changes) : Result<void>();
  };
  const std::string who = replace_ids(note.actor, word);
  const std::string detail = replace_ids(note.detail, word);
  return ground_.journal.append_numbered({who, note.what, detail, sealed, beside}, sync);
}

std::vector<SubjectId> Noting::persons_in(const Note& note) const {
  std::vector<SubjectId> persons;
  add_once(persons, SubjectId::parse(note.actor).value_or(SubjectId()));
  add_once(persons, note.about.subject);
  for (const SubjectId subject : note.persons) add_once(persons, subject);
  (void)replace_ids(note.detail, [&](SubjectId named) -> std::optional<std::string> {
    const auto slot = ground_.subjects.find(named);
    if ((slot && *slot) || ground_.subjects.is_erased(named)) add_once(persons, named);
    return {};
  });
  return persons;
}

Result<Noting::Known> Noting::know(const std::vector<SubjectId>& persons) {
  Known known;
  for (const SubjectId subject : persons) {
    ASSIGN_OR_RETURN(auto one, person(subject));
    known.emplace(subject, std::move(one));
  }
  return known;
}

/// Nothing of who was erased.
Result<std::shared_ptr<const Noting::Person>> Noting::person(SubjectId subject) {
  {
    const Lock lock(mutex_);
    if (const auto known = at_hand_.find(subject); known != at_hand_.end()) return known->second;
  }
  if (ground_.subjects.is_erased(subject)) return nullptr;
  ASSIGN_OR_RETURN(const std::uint32_t slot, ground_.subjects.slot_for(subject));
  ASSIGN_OR_RETURN(auto one, made(subject, slot));
  if (one == nullptr) return nullptr;
  const Lock lock(mutex_);
  if (at_hand_.size() >= kAtHand) at_hand_.clear();
  at_hand_.emplace(subject, one);
  return one;
}

Result<std::shared_ptr<const Noting::Person>> Noting::made(SubjectId subject,
                                                           std::uint32_t slot) const {
  ASSIGN_OR_RETURN(const auto key, ground_.keys.key(slot));
  if (!key) return nullptr;
  auto person = std::make_shared<const Person>(
      Person{hmac_sha256(*key, "heed journal pseudonym").substr(0, kTagSize),
             hmac_sha256(*key, "heed journal key")});
  if (auto filed = file(subject, slot, *person); !filed) return std::unexpected(filed.error());
  return person;
}

// Not synced: an entry with the pseudonym comes after it.
Result<void> Noting::file(SubjectId subject, std::uint32_t slot, const Person& person) const {
  ASSIGN_OR_RETURN(const auto filed, ground_.database.get(kFamily, own_key(subject, 0)));
  if (filed) return {};
  const Bytes key = tag_key(person.tag);
  ASSIGN_OR_RETURN(const Bytes sealed, ground_.sealer.seal(of_tag(key, slot), subject.bytes()));
  return ground_.database.write(
      kv::Changes().put(kFamily, key, sealed).put(kFamily, own_key(subject, 0), person.tag),
      kv::Sync::kNo);
}

/// Nil where nobody can say any more.
Result<SubjectId> Noting::whose(BytesView tag) const {
  const Bytes key = tag_key(tag);
  ASSIGN_OR_RETURN(const auto sealed, ground_.database.get(kFamily, key));
  if (!sealed) return SubjectId();
  const auto opened = ground_.sealer.open(of_tag(key, 0), *sealed);
  // Erased, and not cleaned up yet.
  if (!opened && opened.error().kind == ErrorKind::kNotFound) return SubjectId();
  if (!opened) return std::unexpected(opened.error());
  return SubjectId::from_bytes(*opened).value_or(SubjectId());
}

Result<std::string> Noting::with_names(std::string_view text) const {
  std::string named;
  while (!text.empty()) {
    const std::size_t at = std::min(text.find(kMark), text.size());
    named += text.substr(0, at);
    text.remove_prefix(at);
    const std::string_view word = text.substr(0, kMark.size() + kHexSize);
    const auto tag =
        word.size() < kMark.size() + kHexSize ? std::nullopt : from_hex(word.substr(kMark.size()));
    SubjectId subject;
    if (tag) {
      ASSIGN_OR_RETURN(subject, whose(*tag));
    }
    const std::size_t taken = subject.is_nil() ? std::min(kMark.size(), text.size()) : word.size();
    named += subject.is_nil() ? std::string(text.substr(0, taken)) : subject.text();
    text.remove_prefix(taken);
  }
  return named;
}

Result<std::string> Noting::word_for(std::string_view actor) {
  const auto subject = SubjectId::parse(actor);
  if (!subject || subject->is_nil()) return std::string(actor);
  const auto held = ground_.locks.writing_about({&*subject, 1});
  ASSIGN_OR_RETURN(const auto one, person(*subject));
  return one == nullptr ? std::string(kErased) : one->word();
}

Result<NamedEntry> Noting::name(const JournalEntry& entry) const {
  NamedEntry named;
  ASSIGN_OR_RETURN(named.actor, with_names(entry.actor));
  ASSIGN_OR_RETURN(named.detail, with_names(entry.detail));
  if (auto opened = open_subject(entry.sealed_subject, named); !opened) {
    return std::unexpected(opened.error());
  }
  return named;
}

Result<void> Noting::open_subject(BytesView sealed, NamedEntry& named) const {
  if (sealed.size() < kTagSize) return {};
  ASSIGN_OR_RETURN(const SubjectId subject, whose(sealed.substr(0, kTagSize)));
  if (subject.is_nil()) return {};
  ASSIGN_OR_RETURN(const auto slot, ground_.subjects.find(subject));
  if (!slot) return {};
  ASSIGN_OR_RETURN(const auto key, ground_.keys.key(*slot));
  if (!key) return {};
  ASSIGN_OR_RETURN(const Bytes told,
                   ground_.sealer.open_with(hmac_sha256(*key, "heed journal key"), of_subject(),
                                            sealed.substr(kTagSize)));
  ByteReader in(told);
  named.subject = SubjectId::from_bytes(in.raw(16)).value_or(SubjectId());
  named.record = in.sized();
  if (in.finished()) return {};
  return fail(ErrorKind::kCorrupt, "whom an entry of the journal is about does not decode");
}

Result<std::vector<Noting::Own>> Noting::own(SubjectId subject, std::uint64_t from,
                                             std::size_t limit) const {
  std::vector<Own> all;
  if (ground_.subjects.is_erased(subject)) return all;
  const Bytes prefix = own_key(subject, 0).substr(0, 17);
  auto cursor = ground_.database.cursor(kFamily);
  cursor.seek(own_key(subject, std::max<std::uint64_t>(from, 1)));
  for (; cursor.valid() && cursor.key().starts_with(prefix) && all.size() < limit; cursor.next()) {
    const std::uint64_t number = ByteReader(cursor.key().substr(prefix.size())).u64();
    all.push_back({number, ByteReader(cursor.value()).u8() == kBy});
  }
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  return all;
}

void Noting::forget(SubjectId subject) {
  const Lock lock(mutex_);
  at_hand_.erase(subject);
}

Result<void> Noting::clean(SubjectId subject) {
  const Bytes prefix = own_key(subject, 0).substr(0, 17);
  for (;;) {
    kv::Changes changes;
    auto cursor = ground_.database.cursor(kFamily);
    for (cursor.seek(prefix);
         cursor.valid() && cursor.key().starts_with(prefix) && changes.size() < kBatch;
         cursor.next()) {
      const bool first = ByteReader(cursor.key().substr(prefix.size())).u64() == 0;
      if (first) changes.remove(kFamily, tag_key(cursor.value()));
      changes.remove(kFamily, cursor.key());
    }
    if (auto walked = cursor.status(); !walked) return walked;
    if (changes.empty()) return {};
    if (auto written = ground_.database.write(changes, kv::Sync::kNo); !written) return written;
  }
}

}  // namespace heed::silo
