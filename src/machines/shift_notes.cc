#include "machines/shift_notes.h"

#include <algorithm>
#include <tuple>

#include <fmt/core.h>

#include "machines/kinds.h"
#include "machines/registry.h"
#include "machines/text.h"

namespace heed::machines {
namespace {

constexpr std::size_t kPage = 1'000;
enum FieldAt : std::size_t { kLocation, kBegins, kMachine, kText, kWritten, kFields };

std::unexpected<policy::Withheld> refuse(ErrorKind kind, std::string message, std::string mend) {
  return std::unexpected<policy::Withheld>(Error{kind, std::move(message), std::move(mend)});
}

template <class T>
T value_of(const silo::FieldValue& value) {
  const T* found = std::get_if<T>(&value);
  return found == nullptr ? T() : *found;
}

std::string day_prefix(Time begins) {
  return fmt::format("{:05}", std::max(0, begins.utc_day()));
}

std::optional<ShiftNote> read_note(const silo::Record& record) {
  // Without its second half nobody is known to have written it.
  if (record.fields.size() != kFields || record.label.corrected_by.empty()) return {};
  return ShiftNote{.id = record.id,
                   .location = value_of<std::string>(record.fields[kLocation]),
                   .begins = value_of<Time>(record.fields[kBegins]),
                   .machine = MachineId::parse(value_of<std::string>(record.fields[kMachine])),
                   .text = value_of<std::string>(record.fields[kText]),
                   .written = value_of<Time>(record.fields[kWritten]),
                   .who = record.label.corrected_by};
}

Governed<void> check(const NewShiftNote& note) {
  const std::size_t length = characters(note.text);
  if (length == 0 || length > ShiftNote::kLongestText) {
    return refuse(ErrorKind::kInvalid, "text: a note has 1 to 2,000 characters",
                  "Say in a few sentences what the next shift must know.");
  }
  if (note.location.size() > ShiftNote::kLongestLocation) {
    return refuse(ErrorKind::kInvalid, "location: a location's name has at most 400 bytes",
                  "Take one that machines have.");
  }
  return {};
}

}  // namespace

Governed<ShiftNote> ShiftNotes::write(const Access& access, const NewShiftNote& note) {
  if (note.machine) {
    if (auto found = registry_.find(access, *note.machine); !found) {
      return std::unexpected(found.error());
    }
  }
  if (auto checked = check(note); !checked) return std::unexpected(checked.error());
  silo::Record record{
      .kind = kind::kShiftNote,
      .id = day_prefix(note.begins) + "/" + Id<struct ShiftNoteTag>::make(random_).text(),
      .source = "browser"};
  const Time now = clock_.now();
  record.fields = {note.location, note.begins, note.machine ? note.machine->text() : std::string(),
                   note.text, now};
  if (auto put = silo_->put(access, record, silo::Expect::kAbsent); !put) {
    return std::unexpected(put.error());
  }
  // Said once more as a correction, so that its label knows who (said_of_time.h).
  if (auto said =
          silo_->commit(access, {silo::Patch{record.kind, record.id, {{"said", note.text}}, {}}});
      !said) {
    return std::unexpected(said.error());
  }
  ASSIGN_OR_RETURN(const auto kept, silo_->find(access, record.kind, record.id));
  const auto read = kept ? read_note(*kept) : std::nullopt;
  if (!read)
    return refuse(ErrorKind::kConflict, "the note was removed meanwhile", "Write it anew.");
  return *read;
}

Governed<std::vector<ShiftNote>> ShiftNotes::list(const Access& access, std::string_view location,
                                                  TimeRange begins) const {
  std::vector<ShiftNote> notes;
  if (!silo_->declares(kind::kShiftNote)) return notes;
  std::string after = day_prefix(begins.from);
  const std::string end = day_prefix(begins.to + Duration::days(1));
  while (true) {
    ASSIGN_OR_RETURN(const silo::Page page,
                     silo_->scan(access, kind::kShiftNote, "", after, kPage));
    for (const silo::Record& record : page.records) {
      if (record.id >= end) break;
      auto note = read_note(record);
      if (note && note->location == location && begins.contains(note->begins)) {
        notes.push_back(*std::move(note));
      }
    }
    if (page.next.empty() || page.records.empty() || page.records.back().id >= end) break;
    after = page.next;
  }
  std::ranges::sort(notes, {},
                    [](const ShiftNote& note) { return std::tie(note.written, note.id); });
  return notes;
}

Governed<void> ShiftNotes::take_back(const Access& access, const std::string& id) {
  ASSIGN_OR_RETURN(const auto kept, silo_->find(access, kind::kShiftNote, id));
  const auto note = kept ? read_note(*kept) : std::nullopt;
  if (!note) return refuse(ErrorKind::kNotFound, "there is no such note", {});
  if (note->who != access.actor) {
    return refuse(ErrorKind::kInvalid, "id: somebody else wrote this note",
                  "Who wrote it may take it back; write one of your own beside it.");
  }
  ASSIGN_OR_RETURN(const bool removed, silo_->remove(access, kind::kShiftNote, id));
  if (!removed) return refuse(ErrorKind::kNotFound, "there is no such note", {});
  return {};
}

}  // namespace heed::machines
