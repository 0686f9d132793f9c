#include "box/transfer_steps.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/crypto.h"
#include "box/transfer_settings.h"
#include "machines/program_name.h"

namespace heed::box {

using machines::Origin;
using policy::Governed;
using policy::Withheld;
using wire::ftp::Listed;

namespace {

std::unexpected<Withheld> withheld(ErrorKind kind, std::string message, std::string mend = {}) {
  return std::unexpected<Withheld>(Error{kind, std::move(message), std::move(mend)});
}

template <class T>
Governed<T> governed(Result<T> result) {
  if (!result) return std::unexpected<Withheld>(std::move(result).error());
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return *std::move(result);
  }
}

std::string upper(std::string_view text) {
  std::string high(text);
  std::ranges::transform(high, high.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  });
  return high;
}

}  // namespace

bool is_same_program(std::string_view program, std::string_view place) {
  return machines::is_same_program(program, place);
}

/// What has the name already.
struct TransferSteps::There {
  Bytes content;
  std::string sha256;
};

TransferSteps::TransferSteps(const TransferRequest& request, FilePlace place,
                             const FileLimits& limits, TransferReport report, TransferStops stops,
                             Random& random)
    : request_(request),
      place_(std::move(place)),
      limits_(limits),
      report_(std::move(report)),
      stops_(std::move(stops)),
      random_(random),
      on_person_(stops_.person, [this] { either_.request_stop(); }),
      on_closing_(stops_.closing, [this] { either_.request_stop(); }),
      files_(std::make_unique<FileService>(place_, limits_,
                                           FileWatch{either_.get_token(), report_.progress})) {}

std::unique_ptr<FileService> TransferSteps::undisturbed() const {
  return std::make_unique<FileService>(place_, limits_,
                                       FileWatch{stops_.closing, report_.progress});
}

std::string TransferSteps::where() const {
  return fmt::format("{}://{}:{}/{}", word(place_.protocol), place_.host, place_.port,
                     place_.directory);
}

std::string TransferSteps::hash_of(BytesView content) const {
  return to_hex(sha256(content));
}

// Eight characters and three, which every control takes for a file's name.
std::string TransferSteps::temporary_name() const {
  return "HEED" + upper(to_hex(random_.bytes(2))) + ".TMP";
}

Governed<wire::ftp::Listing> TransferSteps::list() {
  report_.begin("listing the directory");
  ASSIGN_OR_RETURN(auto listing, governed(files_->list()));
  if (auto pinned = pin(); !pinned) return std::unexpected(pinned.error());
  return listing;
}

Governed<void> TransferSteps::pin() {
  const std::string& seen = files_->host_key();
  if (seen.empty() || !place_.host_key.empty()) return {};
  ASSIGN_OR_RETURN(const auto machine,
                   request_.machines->machine(request_.access, request_.machine));
  auto place = transfer_of(machine.settings);
  if (!place || place->host != place_.host || place->port != place_.port) return {};
  place->host_key = seen;
  auto changed = request_.machines->change(request_.access, request_.machine,
                                           {.settings = with_transfer(machine.settings, place)});
  if (!changed) return std::unexpected(changed.error());
  return {};
}

Governed<std::optional<TransferSteps::There>> TransferSteps::look_there() {
  ASSIGN_OR_RETURN(const auto listing, list());
  const auto known = std::ranges::find(listing.files, request_.place, &Listed::name);
  if (known != listing.files.end() && known->directory) {
    return withheld(ErrorKind::kConflict, request_.place + " is a directory there");
  }
  // A control on Windows or DOS takes both for one file.
  const auto alike = std::ranges::find_if(listing.files, [&](const Listed& file) {
    return file.name != request_.place && upper(file.name) == upper(request_.place);
  });
  if (known == listing.files.end() && alike != listing.files.end()) {
    return withheld(
        ErrorKind::kConflict,
        fmt::format("the control has {}, which it may take for the same file", alike->name),
        "Write the name as it stands there.");
  }
  // Where lines were not understood the listing proves nothing: then the control is asked for it.
  const bool sure = !listing.cut && listing.unread == 0;
  if (known == listing.files.end() && sure) return std::optional<There>();
  report_.begin("reading " + request_.place);
  auto content = files_->fetch(request_.place);
  if (!content && content.error().kind == ErrorKind::kNotFound) return std::optional<There>();
  if (!content) return std::unexpected<Withheld>(std::move(content).error());
  std::string hash = hash_of(*content);
  return There{*std::move(content), std::move(hash)};
}

Governed<MachineNow> TransferSteps::machine_now() {
  ASSIGN_OR_RETURN(const auto card, request_.machines->card(request_.access, request_.machine));
  MachineNow now{.running = card.standing.executing || card.standing.in_cycle,
                 .state = std::string(machines::word(card.standing.state)),
                 .program = {}};
  if (card.program) now.program = card.program->value;
  if (!now.running) return now;
  now.it = !now.program                                    ? RunsIt::kUnknown
           : is_same_program(*now.program, request_.place) ? RunsIt::kYes
                                                           : RunsIt::kNo;
  return now;
}

Governed<void> TransferSteps::check_machine() {
  if (request_.insist) return {};
  ASSIGN_OR_RETURN(const MachineNow now, machine_now());
  if (now.it == RunsIt::kNo) return {};
  const std::string which = now.it == RunsIt::kYes ? "is running " + *now.program
                                                   : "is running, and does not say which program";
  return withheld(ErrorKind::kConflict, "the machine " + which,
                  "Wait until it has ended, or say that you know what you do.");
}

// Looking ----------------------------------------------------------------------------------------

Governed<TransferPreview> TransferSteps::preview() {
  auto& programs = request_.machines->programs();
  ASSIGN_OR_RETURN(const Bytes content,
                   programs.content(request_.access, *request_.program, request_.revision));
  TransferPreview preview{.where = where(),
                          .place = request_.place,
                          .size = content.size(),
                          .sha256 = hash_of(content)};
  ASSIGN_OR_RETURN(const auto there, look_there());
  if (there) {
    preview.there = true;
    preview.there_size = there->content.size();
    preview.there_sha256 = there->sha256;
    report_.begin("comparing");
    preview.diff = machines::diff_programs(there->content, content, {});
  }
  ASSIGN_OR_RETURN(preview.machine, machine_now());
  return preview;
}

Governed<TransferFetched> TransferSteps::fetch() {
  report_.begin("reading " + request_.place);
  ASSIGN_OR_RETURN(const Bytes content, governed(files_->fetch(request_.place)));
  if (auto pinned = pin(); !pinned) return std::unexpected(pinned.error());
  report_.begin("keeping it");
  auto& programs = request_.machines->programs();
  std::optional<machines::ProgramId> program = request_.program;
  if (!program) {
    ASSIGN_OR_RETURN(const auto named,
                     programs.named(request_.access, request_.place, request_.machine));
    if (named) program = named->id;
  }
  if (!program) {
    ASSIGN_OR_RETURN(const auto made, programs.add(request_.access, {.name = request_.place,
                                                                     .folder = request_.folder,
                                                                     .machine = request_.machine}));
    program = made.id;
  }
  ASSIGN_OR_RETURN(auto kept, programs.keep(request_.access, *program, content,
                                            {.origin = Origin::kFetched,
                                             .machine = request_.machine,
                                             .place = request_.place}));
  return TransferFetched{*program, std::move(kept)};
}

// Sending ----------------------------------------------------------------------------------------

Governed<void> TransferSteps::check_there(const std::optional<There>& there) const {
  const std::string now = there ? there->sha256 : std::string();
  if (now != request_.expected) {
    return withheld(ErrorKind::kConflict,
                    there ? "the control has another file of this name than you have looked at"
                          : "the file that you have looked at is gone from the control",
                    "Look once more before you send.");
  }
  if (there && request_.confirm != request_.place) {
    return withheld(ErrorKind::kInvalid, "confirm: this is not the file's name",
                    "Write the name of the file that will be written over.");
  }
  return {};
}

Governed<std::uint32_t> TransferSteps::keep_old(const There& there) {
  if (there.content.empty()) return 0U;
  report_.begin("keeping what is there");
  ASSIGN_OR_RETURN(const auto kept, request_.machines->programs().keep(
                                        request_.access, *request_.program, there.content,
                                        {.origin = Origin::kReplaced,
                                         .machine = request_.machine,
                                         .place = request_.place,
                                         .comment = {}}));
  return kept.revision.number;
}

Governed<TransferSent> TransferSteps::send() {
  auto& programs = request_.machines->programs();
  ASSIGN_OR_RETURN(const Bytes content,
                   programs.content(request_.access, *request_.program, request_.revision));
  if (auto may = check_machine(); !may) return std::unexpected(may.error());
  ASSIGN_OR_RETURN(const auto there, look_there());
  if (auto as_seen = check_there(there); !as_seen) return std::unexpected(as_seen.error());
  if (there && there->content == content) return TransferSent{.same = true};
  std::uint32_t kept = 0;
  if (there) {
    ASSIGN_OR_RETURN(kept, keep_old(*there));
  }
  std::string beside = temporary_name();
  ASSIGN_OR_RETURN(const bool lies_beside, put_beside(beside, content));
  if (!lies_beside) beside.clear();
  // Minutes may have gone by.
  auto may = check_machine();
  if (may && stops_.person.stop_requested())
    may = withheld(ErrorKind::kCancelled, "it was stopped");
  const machines::Sent what{.machine = request_.machine,
                            .place = request_.place,
                            .revision = request_.revision,
                            .replaced = there ? there->sha256 : std::string()};
  if (may) may = programs.note_sending(request_.access, *request_.program, what);
  if (!may) {
    if (!beside.empty()) (void)undisturbed()->remove(beside);
    return std::unexpected(may.error());
  }
  ASSIGN_OR_RETURN(TransferSent sent, put_in_place(beside, content, there));
  sent.kept = kept;
  if (auto noted = programs.note_sent(request_.access, *request_.program, what); !noted) {
    return std::unexpected(noted.error());
  }
  return sent;
}

Governed<bool> TransferSteps::put_beside(const std::string& name, BytesView content) {
  report_.begin("writing it beside, as " + name);
  if (auto stored = files_->store(name, content); !stored) {
    (void)undisturbed()->remove(name);
    // A control that takes no such name: it is written to its place at once.
    if (stored.error().kind == ErrorKind::kInvalid) return false;
    return std::unexpected<Withheld>(std::move(stored).error());
  }
  report_.begin("reading it back");
  auto read = files_->fetch(name);
  if (read && *read == content) return true;
  (void)undisturbed()->remove(name);
  if (!read) return std::unexpected<Withheld>(std::move(read).error());
  return withheld(ErrorKind::kCorrupt,
                  fmt::format("the control made other bytes of it: {} were sent, {} came back",
                              content.size(), read->size()),
                  "What was there is untouched. A control that changes ends of lines wants the "
                  "program as it writes it: fetch one from it and compare.");
}

Governed<TransferSent> TransferSteps::put_in_place(const std::string& beside, BytesView content,
                                                   const std::optional<There>& there) {
  const auto files = undisturbed();
  TransferSent sent;
  if (!beside.empty()) {
    report_.begin("renaming it to " + request_.place);
    const auto moved = move(*files, beside, there.has_value());
    if (!moved || !*moved) (void)files->remove(beside);
    if (!moved) return std::unexpected<Withheld>(moved.error());
    sent.renamed = *moved;
  }
  if (!sent.renamed) {
    report_.begin("writing " + request_.place);
    if (auto written = governed(write_there(*files, content, there)); !written) {
      return std::unexpected(written.error());
    }
  }
  report_.begin("reading it back");
  auto read = files->fetch(request_.place);
  if (!read) return std::unexpected<Withheld>(std::move(read).error());
  if (*read == content) return sent;
  return withheld(ErrorKind::kCorrupt,
                  fmt::format("{} is on the control now, but not as it was sent: {} bytes were "
                              "sent, {} came back",
                              request_.place, content.size(), read->size()),
                  "Compare them before anybody runs it. What was there before is kept as a "
                  "revision.");
}

// False: the control cannot rename, and all is as it was, or what was there is gone.
Result<bool> TransferSteps::move(FileService& files, const std::string& beside, bool over) {
  const auto moved = files.rename(beside, request_.place);
  if (moved) return true;
  if (moved.error().kind == ErrorKind::kUnavailable) return std::unexpected(moved.error());
  if (!over) return false;
  // Not every server renames over what is there.
  if (auto removed = files.remove(request_.place); !removed) return false;
  return files.rename(beside, request_.place).has_value();
}

Result<void> TransferSteps::write_there(FileService& files, BytesView content,
                                        const std::optional<There>& there) {
  auto written = files.store(request_.place, content);
  if (written) return {};
  Error why = std::move(written).error();
  if (!there) {
    (void)files.remove(request_.place);
    return std::unexpected(std::move(why));
  }
  const bool back = files.store(request_.place, there->content).has_value();
  why.message += back ? "; what was there has been put back"
                      : "; what was there could not be put back, but is kept as a revision";
  return std::unexpected(std::move(why));
}

}  // namespace heed::box
