#include "machines/program_records.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include <fmt/core.h>

#include "machines/kinds.h"

namespace heed::machines {
namespace {

enum ProgramFieldAt : std::size_t {
  kName,
  kFolder,
  kMachine,
  kCreated,
  kRemoved,
  kRevisions,
  kCurrent,
  kSize,
  kSha256,
  kChanged,
  kProgramFields
};
enum RevisionFieldAt : std::size_t {
  kRevisionAt,
  kRevisionOrigin,
  kRevisionMachine,
  kRevisionPlace,
  kRevisionSize,
  kRevisionSha256,
  kRevisionComment,
  kRevisionOf,
  kRevisionContent,
  kRevisionFields
};
enum LineFieldAt : std::size_t {
  kLineAt,
  kLineWhat,
  kLineProgram,
  kLineName,
  kLineMachine,
  kLineRevision,
  kLinePlace,
  kLineSize,
  kLineSha256,
  kLineReplaced,
  kLineDone,
  kLineFields
};

constexpr std::array<std::pair<Origin, std::string_view>, 4> kOrigins = {
    {{Origin::kUploaded, "uploaded"},
     {Origin::kFetched, "fetched"},
     {Origin::kReplaced, "replaced"},
     {Origin::kRestored, "restored"}}};
constexpr std::array<std::pair<Deed, std::string_view>, 6> kDeeds = {
    {{Deed::kStored, "stored"},
     {Deed::kFetched, "fetched"},
     {Deed::kSent, "sent"},
     {Deed::kChanged, "changed"},
     {Deed::kRemoved, "removed"},
     {Deed::kRestored, "restored"}}};

template <class Word, std::size_t N>
std::string_view word_in(const std::array<std::pair<Word, std::string_view>, N>& words, Word one) {
  const auto found = std::ranges::find(words, one, &std::pair<Word, std::string_view>::first);
  return found == words.end() ? std::string_view() : found->second;
}

template <class Word, std::size_t N>
std::optional<Word> parse_in(const std::array<std::pair<Word, std::string_view>, N>& words,
                             const std::string& text) {
  const auto found = std::ranges::find(words, text, &std::pair<Word, std::string_view>::second);
  return found == words.end() ? std::nullopt : std::optional(found->first);
}

std::string text_of(const silo::FieldValue& value) {
  const std::string* text = std::get_if<std::string>(&value);
  return text == nullptr ? std::string() : *text;
}
Time time_of(const silo::FieldValue& value) {
  const Time* time = std::get_if<Time>(&value);
  return time == nullptr ? Time() : *time;
}
std::uint64_t number_of(const silo::FieldValue& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  return number == nullptr ? 0 : static_cast<std::uint64_t>(std::max<std::int64_t>(0, *number));
}
std::uint32_t small_of(const silo::FieldValue& value) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(number_of(value), std::numeric_limits<std::uint32_t>::max()));
}
std::int64_t whole(std::uint64_t number) {
  return static_cast<std::int64_t>(number);
}
std::optional<MachineId> machine_in(const silo::FieldValue& value) {
  return MachineId::parse(text_of(value));
}
silo::FieldValue machine_text(const std::optional<MachineId>& machine) {
  if (!machine) return std::monostate();
  return machine->text();
}

}  // namespace

std::string_view word(Origin origin) {
  return word_in(kOrigins, origin);
}

std::string_view word(Deed deed) {
  return word_in(kDeeds, deed);
}

silo::Record write_program(const Program& program) {
  silo::Record record{.kind = kind::kProgram, .id = program.id.text(), .source = "browser"};
  record.fields = {program.name,           program.folder,      machine_text(program.machine),
                   program.created,        std::monostate(),    whole(program.revisions),
                   whole(program.current), whole(program.size), program.sha256,
                   program.changed};
  if (program.removed) record.fields[kRemoved] = *program.removed;
  return record;
}

std::optional<Program> read_program(const silo::Record& record) {
  const auto id = ProgramId::parse(record.id);
  if (!id || record.fields.size() != kProgramFields) return {};
  const auto& f = record.fields;
  Program program{.id = *id,
                  .name = text_of(f[kName]),
                  .folder = text_of(f[kFolder]),
                  .machine = machine_in(f[kMachine])};
  program.created = time_of(f[kCreated]);
  if (std::holds_alternative<Time>(f[kRemoved])) program.removed = time_of(f[kRemoved]);
  program.revisions = small_of(f[kRevisions]);
  program.current = small_of(f[kCurrent]);
  program.size = number_of(f[kSize]);
  program.sha256 = text_of(f[kSha256]);
  program.changed = time_of(f[kChanged]);
  return program;
}

std::string revision_id(ProgramId program, std::uint32_t number) {
  return fmt::format("{}/{:06}", program.text(), number);
}

silo::Record write_revision(ProgramId program, const Revision& revision) {
  const bool from_control =
      revision.origin == Origin::kFetched || revision.origin == Origin::kReplaced;
  silo::Record record{.kind = kind::kProgramRevision,
                      .id = revision_id(program, revision.number),
                      .source = from_control ? "box" : "browser"};
  record.fields = {revision.at,
                   std::string(word(revision.origin)),
                   machine_text(revision.machine),
                   revision.place,
                   whole(revision.size),
                   revision.sha256,
                   revision.comment,
                   whole(revision.of),
                   std::monostate()};
  return record;
}

std::optional<Revision> read_revision(const silo::Record& record) {
  const auto slash = record.id.find('/');
  if (slash == std::string::npos || record.fields.size() != kRevisionFields) return {};
  const auto& f = record.fields;
  if (!std::holds_alternative<std::string>(f[kRevisionContent])) return {};
  Revision revision;
  for (const char c : record.id.substr(slash + 1)) {
    if (c < '0' || c > '9') return {};
    revision.number = revision.number * 10 + static_cast<std::uint32_t>(c - '0');
  }
  revision.at = time_of(f[kRevisionAt]);
  revision.origin = parse_in(kOrigins, text_of(f[kRevisionOrigin])).value_or(Origin::kUploaded);
  revision.machine = machine_in(f[kRevisionMachine]);
  revision.place = text_of(f[kRevisionPlace]);
  revision.size = number_of(f[kRevisionSize]);
  revision.sha256 = text_of(f[kRevisionSha256]);
  revision.comment = text_of(f[kRevisionComment]);
  revision.of = small_of(f[kRevisionOf]);
  revision.who = record.label.corrected_by;
  return revision;
}

silo::Record write_line(std::string id, const LedgerLine& line) {
  silo::Record record{.kind = kind::kProgramLedger, .id = std::move(id), .source = "browser"};
  record.fields = {line.at,
                   std::string(word(line.what)),
                   line.program.text(),
                   line.name,
                   machine_text(line.machine),
                   whole(line.revision),
                   line.place,
                   whole(line.size),
                   line.sha256,
                   line.replaced,
                   false};
  return record;
}

std::optional<LedgerLine> read_line(const silo::Record& record) {
  if (record.fields.size() != kLineFields || record.label.corrected_by.empty()) return {};
  const auto& f = record.fields;
  const bool* done = std::get_if<bool>(&f[kLineDone]);
  const auto what = parse_in(kDeeds, text_of(f[kLineWhat]));
  const auto program = ProgramId::parse(text_of(f[kLineProgram]));
  if (done == nullptr || !*done || !what || !program) return {};
  return LedgerLine{time_of(f[kLineAt]),
                    *what,
                    *program,
                    text_of(f[kLineName]),
                    machine_in(f[kLineMachine]),
                    small_of(f[kLineRevision]),
                    text_of(f[kLinePlace]),
                    number_of(f[kLineSize]),
                    text_of(f[kLineSha256]),
                    text_of(f[kLineReplaced]),
                    record.label.corrected_by};
}

std::string line_id(Time at, const std::string& random) {
  const auto since = static_cast<std::uint64_t>(at.nanoseconds()) ^ (1ULL << 63);
  return fmt::format("{:016x}/{}", ~since, random);
}

silo::Patch line_done(const std::string& id) {
  return {kind::kProgramLedger, id, {{"done", true}}, {}};
}

}  // namespace heed::machines
