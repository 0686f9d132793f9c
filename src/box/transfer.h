// Programs to and from controls, over the control's own file service. This is the one thing in the
// house that ever writes to a control, so it does so only for a person who asked for just that: the
// routes let no key in, and nothing here begins by itself.
//
// Sending is looked at first: what lies there now, what would change, what the machine is doing.
// Then, as the looker has it in hand:
//   1. what lies there is fetched, must be what was looked at, and is kept as a revision;
//   2. the text is written under a name of its own, read back and compared by hash;
//   3. it is renamed to its place. A control that cannot rename gets it written there; what was
//      there is put back if that fails;
//   4. it is read back once more from its place, and compared.
// Nobody may stop it between 3 and 4. The journal knows before 3 that something will be written.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/base.h"
#include "base/sync.h"
#include "box/net_files.h"
#include "machines/machines.h"
#include "machines/program_diff.h"
#include "machines/programs.h"

namespace heed::box {

using TransferId = Id<struct TransferTag>;

enum class TransferKind : std::uint8_t { kList, kPreview, kFetch, kSend };
std::string_view word(TransferKind kind);

struct TransferRequest {
  TransferKind kind = TransferKind::kList;
  OrganizationId organization;
  policy::Access access;  ///< The person's, for service.transfer.
  std::shared_ptr<machines::Machines> machines;
  machines::MachineId machine;
  std::string place;  ///< The file's name on the control; not for kList.
  /// Whose revision is sent or looked at; for kFetch, whose it becomes (else it is found by name,
  /// or made, in `folder`).
  std::optional<machines::ProgramId> program = {};
  std::uint32_t revision = 0;
  std::string folder = {};
  // kSend alone:
  std::string expected = {};  ///< SHA-256 of what the preview found there; empty: nothing.
  std::string confirm = {};   ///< The place once more, to write over what is there.
  bool insist = false;        ///< Though the machine runs this program, or it is not known which.
};

/// Whether the machine is running what would be written over.
enum class RunsIt : std::uint8_t { kNo, kYes, kUnknown };

struct MachineNow {
  bool running = false;
  std::string state;                   ///< "IN_CYCLE"
  std::optional<std::string> program;  ///< As the control names it.
  RunsIt it = RunsIt::kNo;
};

struct TransferPreview {
  std::string where;  ///< "ftp://10.0.0.7:21/PROG", never a secret
  std::string place;
  std::uint64_t size = 0;
  std::string sha256;
  bool there = false;  ///< Something has this name; the next three are about it.
  std::uint64_t there_size = 0;
  std::string there_sha256;
  machines::ProgramDiff diff;  ///< From what is there to what is sent.
  MachineNow machine;
};

struct TransferSent {
  bool same = false;       ///< The bytes were there already; nothing was written.
  bool renamed = false;    ///< It came to its place whole, by a rename.
  std::uint32_t kept = 0;  ///< The revision that what was there is kept as; 0: nothing was.
};

struct TransferFetched {
  machines::ProgramId program;
  machines::KeptText text;
};

/// How a transfer goes, or went.
struct TransferState {
  TransferId id;
  TransferKind kind = TransferKind::kList;
  machines::MachineId machine;
  bool running = true;
  std::string doing;                ///< "reading O1234"
  std::uint64_t done = 0, all = 0;  ///< Bytes of the present step.
  std::optional<policy::Withheld> failed;
  std::optional<wire::ftp::Listing> listing;
  std::optional<TransferPreview> preview;
  std::optional<TransferFetched> fetched;
  std::optional<TransferSent> sent;
};

/// Whether a control that says it runs `program` runs the file `place`: without path and ending,
/// without regard to case, and O0012 is O12.
bool is_same_program(std::string_view program, std::string_view place);

/// Thread-safe. Each transfer has a thread of its own while it goes.
class Transfers {
 public:
  static constexpr std::size_t kMostAtOnce = 4;  ///< Over all organizations.
  static constexpr std::size_t kMostOfOne = 2;   ///< Of one organization.
  static constexpr std::size_t kMostRemembered = 64;
  static constexpr Duration kRemembered = Duration::minutes(10);

  /// `clock` and `random` outlive it.
  Transfers(const Clock& clock, Random& random, FileLimits limits = {});
  /// Stops all that go on.
  ~Transfers();
  Transfers(const Transfers&) = delete;
  Transfers& operator=(const Transfers&) = delete;

  /// kConflict while another one with this machine goes on, kExhausted beyond kMostAtOnce, kInvalid
  /// where the machine has no transfer settings or the name is none.
  policy::Governed<TransferState> begin(TransferRequest request);
  /// Nothing if whoever asks did not begin it, or it ended long ago.
  std::optional<TransferState> state(OrganizationId organization, std::string_view actor,
                                     TransferId id) const;
  /// Asks it to stop. Whether there is one.
  bool stop(OrganizationId organization, std::string_view actor, TransferId id);

 private:
  struct Job;
  void tidy() HEED_REQUIRES(mutex_);
  policy::Governed<void> check_room(const TransferRequest& request) const HEED_REQUIRES(mutex_);

  const Clock& clock_;
  Random& random_;
  const FileLimits limits_;
  std::stop_source closing_;
  mutable Mutex mutex_;
  std::map<TransferId, std::shared_ptr<Job>> jobs_ HEED_GUARDED_BY(mutex_);
};

}  // namespace heed::box
