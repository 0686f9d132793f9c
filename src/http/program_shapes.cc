#include "http/program_shapes.h"

#include "base/utf8.h"

namespace heed::http {
namespace {

void machine_or_null(JsonWriter& w, const std::optional<machines::MachineId>& machine) {
  w.member("machine", machine ? std::optional(machine->text()) : std::nullopt);
}

void text_or_null(JsonWriter& w, std::string_view name, const std::string& text) {
  w.member(name, text.empty() ? std::nullopt : std::optional(text));
}

void number(JsonWriter& w, std::string_view name, std::uint64_t value) {
  w.member(name, value);
}

std::string_view word(LineChange change) {
  switch (change) {
    case LineChange::kSame: return "same";
    case LineChange::kRemoved: return "removed";
    case LineChange::kAdded: return "added";
  }
  return "";
}

std::string_view word(box::RunsIt it) {
  switch (it) {
    case box::RunsIt::kNo: return "no";
    case box::RunsIt::kYes: return "yes";
    case box::RunsIt::kUnknown: return "unknown";
  }
  return "";
}

void write_diff_line(JsonWriter& w, const machines::DiffLine& line) {
  w.begin_object().member("change", word(line.change));
  w.member("before", line.before == 0 ? std::nullopt : std::optional(std::uint64_t{line.before}));
  w.member("after", line.after == 0 ? std::nullopt : std::optional(std::uint64_t{line.after}));
  w.member("text", line.text).end_object();
}

void write_listing(JsonWriter& w, const wire::ftp::Listing& listing) {
  w.begin_object().member("cut", listing.cut);
  number(w, "unread", listing.unread);
  w.key("files").begin_array();
  for (const wire::ftp::Listed& file : listing.files) {
    w.begin_object().member("name", machines::shown_text(file.name));
    w.member("size", file.size).member("directory", file.directory);
    text_or_null(w, "changed", file.changed);
    // Else its name cannot be said back to the control through here.
    w.member("usable", machines::check_file_name(file.name).has_value()).end_object();
  }
  w.end_array().end_object();
}

void write_machine_now(JsonWriter& w, const box::MachineNow& now) {
  w.begin_object().member("running", now.running).member("state", now.state);
  w.member("program", now.program).member("runs_it", word(now.it)).end_object();
}

void write_preview(JsonWriter& w, const box::TransferPreview& preview) {
  w.begin_object().member("where", preview.where).member("place", preview.place);
  number(w, "size", preview.size);
  w.member("sha256", preview.sha256).key("there");
  if (preview.there) {
    w.begin_object();
    number(w, "size", preview.there_size);
    w.member("sha256", preview.there_sha256).key("diff");
    write_diff(w, preview.diff);
    w.end_object();
  } else {
    w.null();
  }
  write_machine_now(w.key("machine"), preview.machine);
  w.end_object();
}

void write_failure(JsonWriter& w, const policy::Withheld& why) {
  w.begin_object();
  if (const policy::Refusal* refusal = why.refusal()) {
    w.member("detail", refusal->what).member("clause", refusal->clause);
    w.member("sentence", refusal->sentence).end_object();
    return;
  }
  const Error& error = *why.error();
  const bool inner = error.kind == ErrorKind::kInternal;
  w.member("detail", inner ? "Something in the program went wrong." : error.message);
  text_or_null(w, "mend", error.mend);
  w.member("stopped", error.kind == ErrorKind::kCancelled).end_object();
}

}  // namespace

void write_program(JsonWriter& w, const machines::Program& program) {
  w.begin_object().member("id", program.id.text()).member("name", program.name);
  w.member("folder", program.folder);
  machine_or_null(w, program.machine);
  w.member("created", program.created).member("removed", program.removed);
  number(w, "revisions", program.revisions);
  number(w, "current", program.current);
  number(w, "size", program.size);
  text_or_null(w, "sha256", program.sha256);
  w.member("changed", program.changed).end_object();
}

void write_revision(JsonWriter& w, const machines::Revision& revision) {
  w.begin_object();
  number(w, "number", revision.number);
  w.member("at", revision.at).member("origin", machines::word(revision.origin));
  machine_or_null(w, revision.machine);
  text_or_null(w, "place", revision.place);
  number(w, "size", revision.size);
  w.member("sha256", revision.sha256).member("comment", revision.comment);
  w.member("of", revision.of == 0 ? std::nullopt : std::optional(std::uint64_t{revision.of}));
  text_or_null(w, "who", revision.who);
  w.end_object();
}

void write_kept(JsonWriter& w, const machines::KeptText& kept) {
  w.begin_object().member("stored", kept.stored);
  write_revision(w.key("revision"), kept.revision);
  w.end_object();
}

void write_removal(JsonWriter& w, const machines::RemovalPreview& preview) {
  w.begin_object();
  write_program(w.key("program"), preview.program);
  number(w, "revisions", preview.revisions);
  number(w, "bytes", preview.bytes);
  w.member("kept_until", preview.kept_until).end_object();
}

void write_ledger_line(JsonWriter& w, const machines::LedgerLine& line) {
  w.begin_object().member("at", line.at).member("what", machines::word(line.what));
  w.member("program", line.program.text()).member("name", line.name);
  machine_or_null(w, line.machine);
  w.member("revision",
           line.revision == 0 ? std::nullopt : std::optional(std::uint64_t{line.revision}));
  text_or_null(w, "place", line.place);
  number(w, "size", line.size);
  text_or_null(w, "sha256", line.sha256);
  text_or_null(w, "replaced", line.replaced);
  text_or_null(w, "who", line.who);
  w.end_object();
}

void write_diff(JsonWriter& w, const machines::ProgramDiff& diff) {
  w.begin_object().member("equal", diff.equal).member("binary", diff.binary);
  w.member("endings_differ", diff.endings_differ).member("shortest", diff.shortest);
  w.member("cut", diff.cut);
  number(w, "removed", diff.removed);
  number(w, "added", diff.added);
  w.key("hunks").begin_array();
  for (const machines::DiffHunk& hunk : diff.hunks) {
    w.begin_object();
    number(w, "before", hunk.before);
    number(w, "before_count", hunk.before_count);
    number(w, "after", hunk.after);
    number(w, "after_count", hunk.after_count);
    w.key("lines").begin_array();
    for (const machines::DiffLine& line : hunk.lines) write_diff_line(w, line);
    w.end_array().end_object();
  }
  w.end_array().end_object();
}

void write_transfer_state(JsonWriter& w, const box::TransferState& state) {
  w.begin_object().member("id", state.id.text()).member("kind", box::word(state.kind));
  w.member("machine", state.machine.text()).member("running", state.running);
  text_or_null(w, "doing", state.doing);
  number(w, "done", state.done);
  number(w, "all", state.all);
  if (state.failed) write_failure(w.key("failed"), *state.failed);
  if (state.listing) write_listing(w.key("listing"), *state.listing);
  if (state.preview) write_preview(w.key("preview"), *state.preview);
  if (state.fetched) {
    w.key("fetched").begin_object().member("program", state.fetched->program.text()).key("kept");
    write_kept(w, state.fetched->text);
    w.end_object();
  }
  if (state.sent) {
    w.key("sent").begin_object().member("same", state.sent->same);
    w.member("renamed", state.sent->renamed);
    w.member("kept",
             state.sent->kept == 0 ? std::nullopt : std::optional(std::uint64_t{state.sent->kept}));
    w.end_object();
  }
  w.end_object();
}

}  // namespace heed::http
