#include "machines/programs.h"

#include <algorithm>
#include <tuple>

#include <fmt/core.h>

#include "base/crypto.h"
#include "base/json.h"
#include "base/utf8.h"
#include "machines/kinds.h"
#include "machines/program_records.h"
#include "machines/text.h"

namespace heed::machines {
namespace {

constexpr std::size_t kPage = 1'000;
constexpr std::string_view kContent = "content";

std::unexpected<policy::Withheld> withheld(ErrorKind kind, std::string message,
                                           std::string mend = {}) {
  return std::unexpected<policy::Withheld>(Error{kind, std::move(message), std::move(mend)});
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

Governed<void> check_texts(const Program& program) {
  if (const auto name = check_file_name(program.name); !name) {
    return withheld(ErrorKind::kInvalid, "name: " + name.error().message, name.error().mend);
  }
  if (characters(program.folder) > kLongestFolder ||
      std::ranges::any_of(program.folder, is_control)) {
    return withheld(ErrorKind::kInvalid, "folder: a folder has at most 200 characters in one line");
  }
  return {};
}

std::string lower(std::string_view text) {
  std::string low(text);
  std::ranges::transform(low, low.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return low;
}

bool fits(const Program& program, const ProgramQuery& query, const std::string& words) {
  if (program.removed.has_value() != query.removed) return false;
  if (query.machine && program.machine && program.machine != query.machine) return false;
  return lower(program.folder + "/" + program.name).contains(words);
}

std::unexpected<policy::Withheld> no_revision() {
  return withheld(ErrorKind::kNotFound, "there is no such revision");
}

}  // namespace

Result<void> check_file_name(std::string_view name) {
  const auto wrong = [](std::string why) {
    return fail(ErrorKind::kInvalid, std::move(why), "Take the plain name of a file: O1234.nc");
  };
  if (name.empty() || name.size() > kLongestProgramName) {
    return wrong("a program's name has 1 to 200 bytes");
  }
  if (name == "." || name == "..") return wrong("this is the name of a directory");
  if (name.find_first_of("/\\") != std::string_view::npos) {
    return wrong("a name with a slash leads somewhere else");
  }
  if (std::ranges::any_of(name, is_control)) return wrong("the name has control characters");
  if (name.front() == ' ' || name.back() == ' ')
    return wrong("the name begins or ends with a blank");
  if (!is_utf8(name)) return wrong("the name is not in UTF-8");
  return {};
}

/// Why a program changes: a line of the ledger without what all of them have.
struct Programs::Step {
  Deed what = Deed::kChanged;
  std::uint32_t revision = 0;
  std::optional<MachineId> machine = {};
  std::string place = {};
  std::uint64_t size = 0;
  std::string sha256 = {};
};

Governed<Program> Programs::add(const Access& access, const NewProgram& program) {
  const Lock lock(one_change_);
  Program made{.id = ProgramId::make(random_),
               .name = program.name,
               .folder = program.folder,
               .machine = program.machine};
  made.created = made.changed = clock_.now();
  if (auto checked = check_texts(made); !checked) return std::unexpected(checked.error());
  ASSIGN_OR_RETURN(const auto all, load(access));
  if (all.size() >= kMostPrograms) {
    return withheld(ErrorKind::kExhausted, "an organization has at most 20,000 programs");
  }
  if (auto free = check_free(access, made); !free) return std::unexpected(free.error());
  if (auto put = silo_->put(access, write_program(made), silo::Expect::kAbsent); !put) {
    return std::unexpected(put.error());
  }
  return made;
}

Governed<Program> Programs::change(const Access& access, ProgramId id,
                                   const ProgramChange& change) {
  const Lock lock(one_change_);
  ASSIGN_OR_RETURN(Program program, there(access, id));
  if (change.name) program.name = *change.name;
  if (change.folder) program.folder = *change.folder;
  if (change.machine) program.machine = *change.machine;
  if (auto checked = check_texts(program); !checked) return std::unexpected(checked.error());
  if (auto free = check_free(access, program); !free) return std::unexpected(free.error());
  if (auto done = commit(access, program, {.what = Deed::kChanged}); !done) {
    return std::unexpected(done.error());
  }
  return program;
}

Governed<std::vector<Program>> Programs::list(const Access& access,
                                              const ProgramQuery& query) const {
  ASSIGN_OR_RETURN(auto programs, load(access));
  const std::string words = lower(query.words);
  std::erase_if(programs, [&](const Program& p) { return !fits(p, query, words); });
  std::ranges::sort(programs, {},
                    [](const Program& p) { return std::tie(p.folder, p.name, p.id); });
  return programs;
}

Governed<Program> Programs::find(const Access& access, ProgramId id) const {
  ASSIGN_OR_RETURN(const auto record, silo_->find(access, kind::kProgram, id.text()));
  auto program = record ? read_program(*record) : std::nullopt;
  if (!program) return withheld(ErrorKind::kNotFound, "there is no such program");
  return *std::move(program);
}

Governed<Program> Programs::there(const Access& access, ProgramId id) const {
  ASSIGN_OR_RETURN(Program program, find(access, id));
  if (program.removed) {
    return withheld(ErrorKind::kNotFound, "the program was removed", "Take it back first.");
  }
  return program;
}

Governed<std::optional<Program>> Programs::named(const Access& access, std::string_view name,
                                                 MachineId machine) const {
  ASSIGN_OR_RETURN(const auto programs, list(access, {.machine = machine}));
  std::optional<Program> best;
  for (const Program& program : programs) {
    if (program.name != name) continue;
    if (!best || (program.machine && !best->machine)) best = program;
  }
  return best;
}

Governed<void> Programs::check_free(const Access& access, const Program& program) const {
  ASSIGN_OR_RETURN(const auto all, load(access));
  const bool taken = std::ranges::any_of(all, [&](const Program& other) {
    return !other.removed && other.id != program.id && other.name == program.name &&
           other.folder == program.folder && other.machine == program.machine;
  });
  if (!taken) return {};
  return withheld(ErrorKind::kConflict, "name: there is a program of this name in the folder",
                  "Give it another name, or put the text there as a revision.");
}

Governed<std::vector<Program>> Programs::load(const Access& access) const {
  std::vector<Program> programs;
  std::string after;
  do {
    ASSIGN_OR_RETURN(const silo::Page page, silo_->scan(access, kind::kProgram, "", after, kPage));
    for (const silo::Record& record : page.records) {
      if (auto program = read_program(record)) programs.push_back(*std::move(program));
    }
    after = page.next;
  } while (!after.empty());
  return programs;
}

// Removing ---------------------------------------------------------------------------------------

Governed<RemovalPreview> Programs::preview_removal(const Access& access, ProgramId id) const {
  ASSIGN_OR_RETURN(const Program program, there(access, id));
  RemovalPreview preview{.program = program};
  ASSIGN_OR_RETURN(const auto record, silo_->find(access, kind::kProgram, id.text()));
  if (record) preview.kept_until = record->label.deadline;
  std::uint32_t before = 0;
  do {
    ASSIGN_OR_RETURN(const auto page, revisions(access, id, before, kPage));
    for (const Revision& revision : page) preview.bytes += revision.size;
    preview.revisions += page.size();
    before = page.size() < kPage ? 1 : page.back().number;
  } while (before > 1);
  return preview;
}

Governed<void> Programs::remove(const Access& access, ProgramId id) {
  const Lock lock(one_change_);
  ASSIGN_OR_RETURN(Program program, there(access, id));
  program.removed = clock_.now();
  return commit(access, program, {.what = Deed::kRemoved});
}

Governed<Program> Programs::take_back(const Access& access, ProgramId id) {
  const Lock lock(one_change_);
  ASSIGN_OR_RETURN(Program program, find(access, id));
  if (!program.removed) return program;
  program.removed.reset();
  if (auto free = check_free(access, program); !free) return std::unexpected(free.error());
  if (auto done = commit(access, program, {.what = Deed::kRestored}); !done) {
    return std::unexpected(done.error());
  }
  return program;
}

Governed<void> Programs::commit(const Access& access, const Program& program, const Step& step) {
  const LedgerLine line{.at = clock_.now(),
                        .what = step.what,
                        .program = program.id,
                        .name = program.name,
                        .machine = step.machine,
                        .revision = step.revision,
                        .place = step.place,
                        .size = step.size,
                        .sha256 = step.sha256,
                        .replaced = {},
                        .who = {}};
  return file(access, line, {silo::Put{write_program(program), silo::Expect::kPresent, {}}});
}

Governed<void> Programs::file(const Access& access, const LedgerLine& line,
                              std::vector<silo::Change> changes) {
  const std::string id = line_id(line.at, ProgramId::make(random_).text());
  if (auto put = silo_->put(access, write_line(id, line), silo::Expect::kAbsent); !put) return put;
  changes.emplace_back(line_done(id));
  return silo_->commit(access, changes);
}

// Revisions --------------------------------------------------------------------------------------

Governed<std::optional<Revision>> Programs::same(const Access& access, const Program& program,
                                                 const std::string& sha256, Origin origin) const {
  if (program.current == 0) return std::optional<Revision>();
  if (program.sha256 == sha256) {
    ASSIGN_OR_RETURN(auto now, revision(access, program.id, program.current));
    return std::optional(std::move(now));
  }
  if (origin != Origin::kReplaced) return std::optional<Revision>();
  ASSIGN_OR_RETURN(const auto all, revisions(access, program.id, 0, kPage));
  const auto known = std::ranges::find(all, sha256, &Revision::sha256);
  return known == all.end() ? std::nullopt : std::optional(*known);
}

Governed<KeptText> Programs::keep(const Access& access, ProgramId id, BytesView content,
                                  const NewRevision& what) {
  const Lock lock(one_change_);
  ASSIGN_OR_RETURN(const Program program, there(access, id));
  if (what.expected && *what.expected != program.current) {
    return withheld(ErrorKind::kConflict,
                    fmt::format("revision {} has come meanwhile", program.current),
                    "Compare it with yours, then put yours on top of it.");
  }
  return keep_held(access, program, content, what, 0);
}

Governed<KeptText> Programs::keep_held(const Access& access, const Program& before,
                                       BytesView content, const NewRevision& what,
                                       std::uint32_t of) {
  if (content.empty() || content.size() > kLargestProgram) {
    return withheld(ErrorKind::kInvalid, "content: a program has 1 byte to 64 MiB");
  }
  if (characters(what.comment) > kLongestComment) {
    return withheld(ErrorKind::kInvalid, "comment: a comment has at most 500 characters");
  }
  if (before.revisions >= kMostRevisions) {
    return withheld(ErrorKind::kExhausted, "a program has at most 100,000 revisions");
  }
  const std::string hash = to_hex(sha256(content));
  ASSIGN_OR_RETURN(const auto known, same(access, before, hash, what.origin));
  if (known) return KeptText{*known, false};
  Revision made{.number = before.revisions + 1,
                .at = clock_.now(),
                .origin = what.origin,
                .machine = what.machine,
                .place = what.place,
                .size = content.size(),
                .sha256 = hash,
                .comment = what.comment,
                .of = of,
                .who = {}};
  // What a crash left under this number is no revision: the program does not count it.
  if (auto put = silo_->put(access, write_revision(before.id, made)); !put) {
    return std::unexpected(put.error());
  }
  const auto source = [content, given = false]() mutable -> Result<Bytes> {
    return std::exchange(given, true) ? Bytes() : Bytes(content);
  };
  const silo::BlobPlace place{
      kind::kProgramRevision, revision_id(before.id, made.number), std::string(kContent), {}};
  if (auto put = silo_->put_blob(access, place, source); !put) return std::unexpected(put.error());
  Program after = before;
  after.revisions = made.number;
  if (made.origin != Origin::kReplaced) {
    after.current = made.number;
    after.size = made.size;
    after.sha256 = hash;
    after.changed = made.at;
  }
  const bool fetched = made.origin == Origin::kFetched || made.origin == Origin::kReplaced;
  const Step step{.what = fetched ? Deed::kFetched : Deed::kStored,
                  .revision = made.number,
                  .machine = made.machine,
                  .place = made.place,
                  .size = made.size,
                  .sha256 = hash};
  if (auto done = commit(access, after, step); !done) return std::unexpected(done.error());
  ASSIGN_OR_RETURN(Revision kept, revision(access, before.id, made.number));
  return KeptText{std::move(kept), true};
}

Governed<KeptText> Programs::restore(const Access& access, ProgramId id, std::uint32_t number) {
  ASSIGN_OR_RETURN(const Bytes old, content(access, id, number));
  const Lock lock(one_change_);
  ASSIGN_OR_RETURN(const Program program, there(access, id));
  return keep_held(access, program, old, {.origin = Origin::kRestored}, number);
}

Governed<std::vector<Revision>> Programs::revisions(const Access& access, ProgramId id,
                                                    std::uint32_t before, std::size_t limit) const {
  ASSIGN_OR_RETURN(const Program program, find(access, id));
  const std::uint32_t end =
      before == 0 ? program.revisions + 1 : std::min(before, program.revisions + 1);
  const auto wanted = static_cast<std::uint32_t>(std::min<std::size_t>(limit, kPage));
  // Ids are in the order of numbers, and pages go forward: begin as far back as the page is long.
  const std::uint32_t first = end > wanted ? end - wanted : 1;
  std::vector<Revision> found;
  ASSIGN_OR_RETURN(const silo::Page page,
                   silo_->scan(access, kind::kProgramRevision, id.text() + "/",
                               revision_id(id, first - 1), std::max<std::size_t>(1, end - first)));
  for (const silo::Record& record : page.records) {
    auto revision = read_revision(record);
    if (revision && revision->number < end) found.push_back(*std::move(revision));
  }
  std::ranges::reverse(found);
  return found;
}

Governed<Revision> Programs::revision(const Access& access, ProgramId id,
                                      std::uint32_t number) const {
  ASSIGN_OR_RETURN(const Program program, find(access, id));
  if (number == 0 || number > program.revisions) return no_revision();
  ASSIGN_OR_RETURN(const auto record,
                   silo_->find(access, kind::kProgramRevision, revision_id(id, number)));
  auto revision = record ? read_revision(*record) : std::nullopt;
  if (!revision) return no_revision();
  return *std::move(revision);
}

Governed<Bytes> Programs::content(const Access& access, ProgramId id, std::uint32_t number) const {
  ASSIGN_OR_RETURN(const Revision revision, this->revision(access, id, number));
  Bytes bytes;
  const silo::BlobPlace place{
      kind::kProgramRevision, revision_id(id, number), std::string(kContent), {}};
  const auto take = [&](BytesView piece) {
    bytes += piece;
    return bytes.size() <= kLargestProgram;
  };
  ASSIGN_OR_RETURN(const bool there, silo_->read_blob(access, place, 0, take));
  if (!there) return no_revision();
  if (to_hex(sha256(bytes)) != revision.sha256) {
    return withheld(ErrorKind::kCorrupt, "the text of the revision is not the one that was stored");
  }
  return bytes;
}

// The ledger -------------------------------------------------------------------------------------

Governed<void> Programs::note_sent(const Access& access, ProgramId id, const Sent& sent) {
  ASSIGN_OR_RETURN(const Program program, find(access, id));
  ASSIGN_OR_RETURN(const Revision revision, this->revision(access, id, sent.revision));
  const LedgerLine line{.at = clock_.now(),
                        .what = Deed::kSent,
                        .program = id,
                        .name = program.name,
                        .machine = sent.machine,
                        .revision = sent.revision,
                        .place = sent.place,
                        .size = revision.size,
                        .sha256 = revision.sha256,
                        .replaced = sent.replaced,
                        .who = {}};
  if (auto filed = file(access, line, {}); !filed) return filed;
  return note(access, "program.sent", id, sent, revision.sha256);
}

Governed<void> Programs::note_sending(const Access& access, ProgramId id, const Sent& sent) {
  ASSIGN_OR_RETURN(const Revision revision, this->revision(access, id, sent.revision));
  return note(access, "program.sending", id, sent, revision.sha256);
}

Governed<void> Programs::note(const Access& access, std::string_view what, ProgramId id,
                              const Sent& sent, const std::string& sha256) {
  JsonWriter detail;
  detail.begin_object().member("machine", sent.machine.text()).member("program", id.text());
  detail.member("revision", static_cast<std::uint64_t>(sent.revision));
  detail.member("sha256", sha256).member("replaced", sent.replaced).end_object();
  return silo_->note(access, what, detail.view());
}

Governed<LedgerPage> Programs::ledger(const Access& access, ProgramId program,
                                      std::string_view after, std::size_t limit) const {
  if (auto there = find(access, program); !there) return std::unexpected(there.error());
  return ledger_by(access, "program", program.text(), after, limit);
}

Governed<LedgerPage> Programs::ledger(const Access& access, MachineId machine,
                                      std::string_view after, std::size_t limit) const {
  return ledger_by(access, "machine", machine.text(), after, limit);
}

Governed<LedgerPage> Programs::ledger_by(const Access& access, std::string field, std::string value,
                                         std::string_view after, std::size_t limit) const {
  silo::Query query{.kind = kind::kProgramLedger};
  query.field = {std::move(field), std::move(value)};
  query.after = after;
  query.limit = std::clamp<std::size_t>(limit, 1, kPage);
  ASSIGN_OR_RETURN(silo::Page page, silo_->query(access, query));
  LedgerPage ledger{.lines = {}, .next = std::move(page.next)};
  for (const silo::Record& record : page.records) {
    if (auto line = read_line(record)) ledger.lines.push_back(*std::move(line));
  }
  return ledger;
}

}  // namespace heed::machines
