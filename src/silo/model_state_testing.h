// For tests and benchmarks: what a silo promises, as a plain list in memory, written from the
// documents and not from the code (docs/SILO.md, docs/ERASURE.md). Never included by the program.
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "silo/mall_testing.h"

namespace heed::silo {

/// What a silo promises, in the plainest terms.
struct ModelState {
  static constexpr Duration kKeep = Duration::days(60);
  static constexpr Duration kKeepVisits = Duration::days(20);

  struct Kept {
    SubjectId subject;
    std::string said;
    std::string other;  ///< A note's friend, an album's partner, the note of a reply; or nothing
    Time deadline;
    // Of a photo: its guest, and what is in its pictures, or nothing.
    std::string guest = {}, picture = {}, portrait = {};
    bool led = false;  ///< To what was erased, and a hold keeps it
    bool operator==(const Kept&) const = default;
  };
  using Name = std::pair<std::uint16_t, std::string>;
  struct KeptSample {
    std::string of;  ///< The series' number, or whom it is about
    Time at;
    std::string value;
    Time deadline;
  };
  struct Held {
    SubjectId subject;  ///< Nil: everybody
    std::optional<KindId> kind;
    Time until;
  };
  /// Those that are past their deadline stay here until they are purged: they are removed with
  /// whom they were about, and what refers to them, too.
  std::map<Name, Kept> records;
  std::vector<KeptSample> samples;
  std::map<SubjectId, SeriesId> named;  ///< Series about somebody
  std::vector<SeriesId> gone;           ///< and about those who are erased
  std::map<std::string, std::uint64_t> senders = {{"a", 0}, {"b", 0}};
  std::vector<std::string> noted;
  std::map<std::string, Held> holds;
  std::set<SubjectId> waiting;  ///< Until the last hold on them ends

  // A hold stops what would be removed from being removed (docs/ERASURE.md §2, docs/SILO.md §3):
  // whoever is to be forgotten waits, what it keeps of them is read by nobody, and all else of them
  // goes at once.

  /// Those that are in force and about somebody.
  std::vector<std::string> holds_on(SubjectId person, Time now) const {
    std::vector<std::string> all;
    for (const auto& [id, hold] : holds) {
      const bool theirs = hold.subject.is_nil() || hold.subject == person;
      if (theirs && hold.until > now) all.push_back(id);
    }
    return all;
  }
  bool spared(KindId kind, SubjectId of, SubjectId or_of, Time now) const {
    return std::ranges::any_of(holds, [&](const auto& named) {
      const Held& hold = named.second;
      const bool theirs = hold.subject.is_nil() || hold.subject == of || hold.subject == or_of;
      return theirs && hold.until > now && hold.kind.value_or(kind) == kind;
    });
  }
  bool spared(const Name& name, const Kept& kept, Time now) const {
    const KindId kind{name.first};
    const bool owned = kind == mall::kAlbum || kind == mall::kPhoto;
    const SubjectId partner = SubjectId::parse(owned ? kept.other : "").value_or(SubjectId());
    return spared(kind, kept.subject, partner.is_nil() ? kept.subject : partner, now);
  }
  void forget(SubjectId person, Time now) {
    const bool waits = !holds_on(person, now).empty();
    if (waits) waiting.insert(person);
    leave(person, now, waits);
  }
  /// For good, or all that no hold keeps of who waits.
  void leave(SubjectId person, Time now, bool waits) {
    if (!waits) waiting.erase(person);
    std::set<std::string> notes;
    for (auto entry = records.begin(); entry != records.end();) {
      const KindId kind{entry->first.first};
      Kept& kept = entry->second;
      const bool removed = !(waits && spared(entry->first, kept, now)) && loses(kind, kept, person);
      if (removed && kind == mall::kNote) notes.insert(entry->first.second);
      entry = removed ? records.erase(entry) : std::next(entry);
    }
    for (auto entry = records.begin(); entry != records.end();) {
      Kept& kept = entry->second;
      const bool led = KindId{entry->first.first} == mall::kReply && notes.contains(kept.other);
      kept.led = kept.led || led;
      const bool removed = led && !spared(entry->first, kept, now);
      entry = removed ? records.erase(entry) : std::next(entry);
    }
    if (waits && spared(mall::kPose, person, person, now)) return;
    std::erase_if(samples, [&](const KeptSample& one) { return one.of == person.text(); });
    if (const auto theirs = named.extract(person)) gone.push_back(theirs.mapped());
  }
  /// Whether the record goes with the person; otherwise what names them goes from it.
  static bool loses(KindId kind, Kept& kept, SubjectId person) {
    const bool owned = kind == mall::kAlbum || kind == mall::kPhoto;
    const bool named = kind != mall::kReply && kept.other == person.text();
    if (named) kept.other.clear();
    if (kept.guest == person.text()) kept.guest = kept.portrait = "";
    if (kept.subject != person && !(named && owned)) return false;
    if (kept.subject == person) {
      const auto partner = SubjectId::parse(owned ? kept.other : "");
      kept.subject = partner.value_or(SubjectId());
    }
    return kept.subject.is_nil();
  }
  /// Forgets whom no hold keeps any more, too.
  void purge(Time now) {
    const auto all = waiting;
    for (const SubjectId person : all) {
      if (holds_on(person, now).empty()) leave(person, now, false);
    }
    std::erase_if(records, [&](const auto& entry) {
      const bool due = entry.second.led || entry.second.deadline <= now;
      return due && !spared(entry.first, entry.second, now);
    });
    std::erase_if(samples, [&](const KeptSample& one) {
      const SubjectId of = SubjectId::parse(one.of).value_or(SubjectId());
      const KindId kind = of.is_nil() ? mall::kGauge : mall::kPose;
      return one.deadline <= now && !spared(kind, of, of, now);
    });
  }
  const Kept* find(const Name& name, Time now) const {
    const auto found = records.find(name);
    return found != records.end() && is_seen(name, found->second, now) ? &found->second : nullptr;
  }
  bool is_seen(const Name& name, const Kept& kept, Time now) const {
    return kept.deadline > now && !is_kept(name, kept);
  }
  /// Whether it is somebody's who waits, and nobody else's before them.
  bool is_kept(const Name& name, const Kept& kept) const {
    const KindId kind{name.first};
    const bool partners = kept.subject.is_nil() && (kind == mall::kAlbum || kind == mall::kPhoto);
    return partners ? waits(kept.other) : waiting.contains(kept.subject);
  }
  bool waits(std::string_view person) const {
    return waiting.contains(SubjectId::parse(person).value_or(SubjectId()));
  }
  /// As it is shown: without what tells of who waits.
  Kept shown(Kept kept) const {
    if (waits(kept.other)) kept.other.clear();
    if (waits(kept.guest)) kept.guest = kept.portrait = "";
    return kept;
  }
  /// As much of it as can be seen now, in words.
  std::vector<std::string> seen(Time now) const {
    std::vector<std::string> all;
    for (const auto& [name, kept] : records) {
      if (is_seen(name, kept, now)) all.push_back(line(name, shown(kept)));
    }
    for (const KeptSample& one : samples) {
      if (one.deadline <= now || waits(one.of)) continue;
      all.push_back(fmt::format("series {} {}", one.of, one.value));
    }
    for (const auto& [person, id] : named) {
      if (!waiting.contains(person)) all.push_back("series of " + person.text());
    }
    for (const auto& [id, hold] : holds) all.push_back("hold " + id);
    for (const SubjectId person : waiting) all.push_back(person.text() + " waits");
    for (const auto& [sender, number] : senders) {
      all.push_back(fmt::format("sender {} {}", sender, number));
    }
    for (std::size_t i = 0; i < noted.size(); ++i) {
      all.push_back(fmt::format("noted {} {}", i, noted[i]));
    }
    std::ranges::sort(all);
    return all;
  }
  static std::string line(const Name& name, const Kept& kept) {
    return fmt::format("record {} {} of {}: {}, {}, {}, {}, {}, until {}", name.first, name.second,
                       kept.subject.text(), kept.said, kept.other, kept.guest, kept.picture,
                       kept.portrait, kept.deadline.nanoseconds());
  }
};

}  // namespace heed::silo
