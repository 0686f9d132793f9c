// The programs of an organization's controls: their texts, every one that there ever was, and who
// did what with them when.
//
// A text is never overwritten: each change is a revision of its own, with a number, who brought it,
// when, from where, its size, its SHA-256. A program that is removed can be had back for as long as
// it is kept. Every step has a line in the ledger, which is asked by program or by machine.
//
// All of it is machine_data.program_text; every read and write asks the policy (silo/silo.h).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/sync.h"
#include "machines/access.h"
#include "machines/observation.h"
#include "silo/silo.h"

namespace heed::machines {

using ProgramId = Id<struct ProgramTag>;

/// Bytes of one text. Controls hold a few megabytes; what a CAM program writes for five axes has
/// been seen to reach fifty.
constexpr std::size_t kLargestProgram = std::size_t{64} << 20;
constexpr std::size_t kMostPrograms = 20'000;      ///< Of an organization, removed ones included.
constexpr std::uint32_t kMostRevisions = 100'000;  ///< Of a program.
constexpr std::size_t kLongestProgramName = 200;   ///< Bytes.
constexpr std::size_t kLongestFolder = 200;        ///< Characters.
constexpr std::size_t kLongestComment = 500;       ///< Characters.

/// A name that a file of its own can have, here and on a control: nothing in it leads out of a
/// directory or ends a command. kInvalid says what is wrong.
Result<void> check_file_name(std::string_view name);

struct Program {
  ProgramId id;
  std::string name;                  ///< As the file is called on the control.
  std::string folder;                ///< A location, a part family; may be empty.
  std::optional<MachineId> machine;  ///< For which one alone.
  Time created;
  std::optional<Time> removed;
  std::uint32_t revisions = 0;  ///< The number of the last one.
  std::uint32_t current = 0;    ///< The one that counts; 0 before the first.
  std::uint64_t size = 0;       ///< Of the current one, as the next two.
  std::string sha256;           ///< 64 hexadecimal digits.
  Time changed;
};

struct NewProgram {
  std::string name;
  std::string folder = {};
  std::optional<MachineId> machine = {};
};

struct ProgramChange {
  std::optional<std::string> name, folder;
  /// Given and empty: for all machines.
  std::optional<std::optional<MachineId>> machine;
};

struct ProgramQuery {
  std::optional<MachineId> machine = {};  ///< Those for it alone, and those for all.
  std::string words = {};                 ///< A part of the name or the folder, in any case.
  bool removed = false;                   ///< Those that were removed instead.
};

/// Where a text came from. The words are part of the stored format.
enum class Origin : std::uint8_t {
  kUploaded,  ///< "uploaded": somebody brought it.
  kFetched,   ///< "fetched": from a control.
  kReplaced,  ///< "replaced": lay on a control before something was written over it.
  kRestored,  ///< "restored": an earlier revision, made the current one again.
};
std::string_view word(Origin origin);

struct Revision {
  std::uint32_t number = 0;
  Time at;
  Origin origin = Origin::kUploaded;
  std::optional<MachineId> machine;  ///< From which it came.
  std::string place;                 ///< Under which name there.
  std::uint64_t size = 0;
  std::string sha256;
  std::string comment;
  std::uint32_t of = 0;  ///< Which one was restored; else 0.
  std::string who;       ///< An id, or what stands for somebody who was erased.
};

struct NewRevision {
  Origin origin = Origin::kUploaded;
  std::optional<MachineId> machine = {};
  std::string place = {};
  std::string comment = {};
  /// If given, the number of the current revision that the writer has seen; kConflict otherwise.
  std::optional<std::uint32_t> expected = {};
};

/// What a text became.
struct KeptText {
  Revision revision;
  bool stored = false;  ///< False: the same bytes were there, as this revision.
};

/// What removing a program would take from sight.
struct RemovalPreview {
  Program program;
  std::uint64_t revisions = 0;
  std::uint64_t bytes = 0;
  Time kept_until;  ///< Until then it can be had back.
};

/// What was done. The words are part of the stored format.
enum class Deed : std::uint8_t { kStored, kFetched, kSent, kChanged, kRemoved, kRestored };
std::string_view word(Deed deed);

struct LedgerLine {
  Time at;
  Deed what = Deed::kStored;
  ProgramId program;
  std::string name;  ///< Of the program, then.
  std::optional<MachineId> machine;
  std::uint32_t revision = 0;
  std::string place;  ///< The file on the control.
  std::uint64_t size = 0;
  std::string sha256;
  std::string replaced;  ///< SHA-256 of what was written over.
  std::string who;
};

struct LedgerPage {
  std::vector<LedgerLine> lines;  ///< The newest first.
  std::string next;               ///< To go on; empty at the end.
};

/// What was written to a control.
struct Sent {
  MachineId machine;
  std::string place;
  std::uint32_t revision = 0;
  std::string replaced = {};  ///< SHA-256 of what lay there.
};

/// The programs of one organization. Thread-safe. Blocking (storage).
class Programs {
 public:
  /// `clock` and `random` outlive it.
  Programs(std::shared_ptr<silo::Silo> silo, const Clock& clock, Random& random)
      : silo_(std::move(silo)), clock_(clock), random_(random) {}

  /// kConflict where there is one of this name in the folder for that machine; kInvalid names the
  /// field. That there is such a machine the caller has asked.
  Governed<Program> add(const Access& access, const NewProgram& program);
  Governed<Program> change(const Access& access, ProgramId program, const ProgramChange& change);
  /// By folder and name.
  Governed<std::vector<Program>> list(const Access& access, const ProgramQuery& query) const;
  /// A removed one too, which says since when.
  Governed<Program> find(const Access& access, ProgramId program) const;
  /// The one of this name for that machine, else the one for all; in whichever folder.
  Governed<std::optional<Program>> named(const Access& access, std::string_view name,
                                         MachineId machine) const;

  Governed<RemovalPreview> preview_removal(const Access& access, ProgramId program) const;
  Governed<void> remove(const Access& access, ProgramId program);
  /// kConflict where another one has its name meanwhile.
  Governed<Program> take_back(const Access& access, ProgramId program);

  /// The bytes that the current revision has (for kReplaced: that any has) are no new revision.
  Governed<KeptText> keep(const Access& access, ProgramId program, BytesView content,
                          const NewRevision& what);
  /// An old text as the current one again: a new revision with its bytes.
  Governed<KeptText> restore(const Access& access, ProgramId program, std::uint32_t number);
  /// The newest first, those numbered below `before` (0: from the last one), at most `limit`.
  Governed<std::vector<Revision>> revisions(const Access& access, ProgramId program,
                                            std::uint32_t before, std::size_t limit) const;
  Governed<Revision> revision(const Access& access, ProgramId program, std::uint32_t number) const;
  /// kCorrupt if the bytes are not those that the revision speaks of.
  Governed<Bytes> content(const Access& access, ProgramId program, std::uint32_t number) const;

  /// Notes in the journal that something will be written to a control now, whatever comes of it.
  Governed<void> note_sending(const Access& access, ProgramId program, const Sent& sent);
  /// Writes down that a revision was sent, and notes it in the journal without its text or name.
  Governed<void> note_sent(const Access& access, ProgramId program, const Sent& sent);
  Governed<LedgerPage> ledger(const Access& access, ProgramId program, std::string_view after,
                              std::size_t limit) const;
  Governed<LedgerPage> ledger(const Access& access, MachineId machine, std::string_view after,
                              std::size_t limit) const;

 private:
  struct Step;
  Governed<void> note(const Access& access, std::string_view what, ProgramId program,
                      const Sent& sent, const std::string& sha256);
  Governed<Program> there(const Access& access, ProgramId program) const;
  Governed<void> check_free(const Access& access, const Program& program) const;
  /// All of them, in no order.
  Governed<std::vector<Program>> load(const Access& access) const;
  /// The program as it is now, and the ledger's line of why: all or nothing.
  Governed<void> commit(const Access& access, const Program& program, const Step& step);
  /// The line, which counts once what it tells of is done: with `changes`, all or nothing.
  Governed<void> file(const Access& access, const LedgerLine& line,
                      std::vector<silo::Change> changes);
  Governed<std::optional<Revision>> same(const Access& access, const Program& program,
                                         const std::string& sha256, Origin origin) const;
  Governed<KeptText> keep_held(const Access& access, const Program& program, BytesView content,
                               const NewRevision& what, std::uint32_t of)
      HEED_REQUIRES(one_change_);
  Governed<LedgerPage> ledger_by(const Access& access, std::string field, std::string value,
                                 std::string_view after, std::size_t limit) const;

  const std::shared_ptr<silo::Silo> silo_;
  const Clock& clock_;
  Random& random_;
  Mutex one_change_;  ///< One change at a time, so that numbers and names are given once.
};

}  // namespace heed::machines
