// The organization's programs: texts, revisions, comparisons, and who did what with them.
#include <algorithm>

#include "base/utf8.h"
#include "http/limits.h"
#include "http/program_shapes.h"
#include "http/programs_asked.h"
#include "http/routes.h"

namespace heed::http {
namespace {

using machines::Program;
using machines::ProgramId;

constexpr std::string_view kBytes = "application/octet-stream";
constexpr std::int64_t kLongestPage = 500;
constexpr std::int64_t kUsualPage = 100;
constexpr std::int64_t kMostLines = 2'000;  // Of a text in one answer.

template <class Write, class T>
Response written(Write write, const T& value, int status = 200) {
  JsonWriter w;
  write(w, value);
  return json(std::move(w), status);
}

Asked<std::optional<machines::MachineId>> known_machine(const Shelf& shelf, std::string_view text) {
  if (text.empty()) return std::optional<machines::MachineId>();
  const auto id = machines::MachineId::parse(text);
  if (!id) return refuse(not_found());
  ASSIGN_OR_RETURN(const auto machine, shelf.machines->machine(shelf.access, *id));
  return std::optional(machine.id);
}

std::string query_text(const Context& context, std::string_view name) {
  const std::string* text = context.request.query.find(name);
  return text == nullptr ? std::string() : *text;
}

bool query_truth(const Context& context, std::string_view name) {
  return query_text(context, name) == "true";
}

Asked<std::size_t> page_limit(const Context& context) {
  ASSIGN_OR_RETURN(const auto limit, about("limit", context.request.query.number(
                                                        "limit", 1, kLongestPage, kUsualPage)));
  return static_cast<std::size_t>(limit);
}

// The programs ---------------------------------------------------------------------------------

// The cursor is where the last program given stands in the order, so that a page goes on at the
// right place when programs come and go between two requests.
std::string place_of(const Program& program) {
  return program.folder + '\n' + program.name + '\n' + program.id.text();
}

Asked<Response> list(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const std::size_t limit, page_limit(context));
  ASSIGN_OR_RETURN(const Shelf shelf, shelf_of(api, context));
  ASSIGN_OR_RETURN(const auto machine, known_machine(shelf, query_text(context, "machine")));
  auto after = from_base64url(query_text(context, "cursor"));
  if (!after) return wrong("cursor", "The cursor is none of ours.", "Begin again without one.");
  ASSIGN_OR_RETURN(
      const auto programs,
      shelf.programs().list(shelf.access, {.machine = machine,
                                           .words = query_text(context, "words"),
                                           .removed = query_truth(context, "removed")}));
  const auto first = std::ranges::find_if(
      programs, [&](const Program& program) { return place_of(program) > *after; });
  const auto last = std::ranges::next(first, static_cast<std::ptrdiff_t>(limit), programs.end());
  JsonWriter w;
  w.begin_object().key("items").begin_array();
  std::for_each(first, last, [&w](const Program& program) { write_program(w, program); });
  w.end_array().key("next");
  if (last == programs.end()) {
    w.null();
  } else {
    w.value(to_base64url(place_of(*std::prev(last))));
  }
  w.end_object();
  return json(std::move(w));
}

Asked<Response> add(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  ASSIGN_OR_RETURN(auto name, about("name", required_string(form, "name")));
  ASSIGN_OR_RETURN(auto folder, text_in_form(form, "folder"));
  ASSIGN_OR_RETURN(const auto for_machine, text_in_form(form, "machine"));
  ASSIGN_OR_RETURN(const Shelf shelf, shelf_of(api, context));
  ASSIGN_OR_RETURN(const auto machine, known_machine(shelf, for_machine));
  ASSIGN_OR_RETURN(
      const auto made,
      of_room(shelf.programs().add(shelf.access, {std::move(name), std::move(folder), machine})));
  return written(write_program, made, 201);
}

Asked<Response> show(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtProgram at, program_of(api, context));
  ASSIGN_OR_RETURN(const auto program, at.shelf.programs().find(at.shelf.access, at.id));
  return written(write_program, program);
}

Asked<Response> change(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtProgram at, program_of(api, context));
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  machines::ProgramChange wanted;
  if (form.find("name") != nullptr) {
    ASSIGN_OR_RETURN(wanted.name, text_in_form(form, "name"));
  }
  if (form.find("folder") != nullptr) {
    ASSIGN_OR_RETURN(wanted.folder, text_in_form(form, "folder"));
  }
  if (form.find("machine") != nullptr) {
    ASSIGN_OR_RETURN(const auto text, text_in_form(form, "machine"));
    ASSIGN_OR_RETURN(wanted.machine, known_machine(at.shelf, text));
  }
  ASSIGN_OR_RETURN(const auto changed,
                   of_room(at.shelf.programs().change(at.shelf.access, at.id, wanted)));
  return written(write_program, changed);
}

Asked<Response> preview_removal(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtProgram at, program_of(api, context));
  ASSIGN_OR_RETURN(const auto preview, at.shelf.programs().preview_removal(at.shelf.access, at.id));
  return written(write_removal, preview);
}

Asked<Response> remove(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtProgram at, program_of(api, context));
  if (auto removed = of_room(at.shelf.programs().remove(at.shelf.access, at.id)); !removed) {
    return std::unexpected(std::move(removed).error());
  }
  return no_content();
}

Asked<Response> take_back(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtProgram at, program_of(api, context));
  ASSIGN_OR_RETURN(const auto program,
                   of_room(at.shelf.programs().take_back(at.shelf.access, at.id)));
  return written(write_program, program);
}

// Their texts -----------------------------------------------------------------------------------

Asked<Response> list_revisions(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const std::size_t limit, page_limit(context));
  ASSIGN_OR_RETURN(
      const auto before,
      about("before", context.request.query.number("before", 0, machines::kMostRevisions + 1, 0)));
  ASSIGN_OR_RETURN(const AtProgram at, program_of(api, context));
  ASSIGN_OR_RETURN(const auto revisions,
                   at.shelf.programs().revisions(at.shelf.access, at.id,
                                                 static_cast<std::uint32_t>(before), limit));
  JsonWriter w;
  w.begin_object().key("items").begin_array();
  for (const auto& revision : revisions) write_revision(w, revision);
  w.end_array().key("next");
  const bool more = !revisions.empty() && revisions.back().number > 1;
  if (more) {
    w.value(std::uint64_t{revisions.back().number});
  } else {
    w.null();
  }
  w.end_object();
  return json(std::move(w));
}

Asked<Response> keep(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtProgram at, program_of(api, context));
  machines::NewRevision what{.comment = query_text(context, "comment")};
  if (context.request.query.find("expected") != nullptr) {
    ASSIGN_OR_RETURN(const auto number,
                     about("expected", context.request.query.number("expected", 0,
                                                                    machines::kMostRevisions, 0)));
    what.expected = static_cast<std::uint32_t>(number);
  }
  ASSIGN_OR_RETURN(const auto kept, of_room(at.shelf.programs().keep(at.shelf.access, at.id,
                                                                     context.request.body, what)));
  return written(write_kept, kept, kept.stored ? 201 : 200);
}

Asked<Response> show_revision(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtProgram at, program_of(api, context));
  ASSIGN_OR_RETURN(const auto number, revision_of(context));
  ASSIGN_OR_RETURN(const auto revision,
                   at.shelf.programs().revision(at.shelf.access, at.id, number));
  return written(write_revision, revision);
}

Asked<Response> give_content(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtProgram at, program_of(api, context));
  ASSIGN_OR_RETURN(const auto number, revision_of(context));
  ASSIGN_OR_RETURN(const auto program, at.shelf.programs().find(at.shelf.access, at.id));
  ASSIGN_OR_RETURN(Bytes content, at.shelf.programs().content(at.shelf.access, at.id, number));
  Response response = text(std::move(content), kBytes);
  // RFC 8187: the name in UTF-8, whatever is in it.
  std::string name;
  for (const char c : program.name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '-' || c == '_';
    name += plain ? std::string(1, c) : "%" + to_hex(std::string_view(&c, 1));
  }
  response.with("Content-Disposition", "attachment; filename*=UTF-8''" + name);
  return response;
}

Asked<Response> show_text(const Api& api, const Context& context) {
  const auto& query = context.request.query;
  ASSIGN_OR_RETURN(const auto from, about("from", query.number("from", 1, 100'000'000, 1)));
  ASSIGN_OR_RETURN(const auto most, about("lines", query.number("lines", 1, kMostLines, 500)));
  ASSIGN_OR_RETURN(const AtProgram at, program_of(api, context));
  ASSIGN_OR_RETURN(const auto number, revision_of(context));
  ASSIGN_OR_RETURN(const Bytes content,
                   at.shelf.programs().content(at.shelf.access, at.id, number));
  const bool binary = machines::is_binary(content);
  const auto lines = binary ? std::vector<std::string_view>() : split_lines(content);
  JsonWriter w;
  w.begin_object().member("binary", binary);
  w.member("encoding", is_utf8(content) ? "utf-8" : "iso-8859-1").member("from", from);
  w.member("all", std::uint64_t{lines.size()}).key("lines").begin_array();
  const auto end = std::min(lines.size(), static_cast<std::size_t>(from - 1 + most));
  for (auto i = static_cast<std::size_t>(from - 1); i < end; ++i) {
    w.value(machines::shown_text(lines[i]));
  }
  w.end_array().end_object();
  return json(std::move(w));
}

Asked<Response> restore(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtProgram at, program_of(api, context));
  ASSIGN_OR_RETURN(const auto number, revision_of(context));
  ASSIGN_OR_RETURN(const auto kept,
                   of_room(at.shelf.programs().restore(at.shelf.access, at.id, number)));
  return written(write_kept, kept, kept.stored ? 201 : 200);
}

Asked<Response> compare(const Api& api, const Context& context) {
  const auto& query = context.request.query;
  ASSIGN_OR_RETURN(const auto before,
                   about("before", query.number("before", 1, machines::kMostRevisions, 0)));
  ASSIGN_OR_RETURN(const auto after,
                   about("after", query.number("after", 1, machines::kMostRevisions, 0)));
  ASSIGN_OR_RETURN(const auto around, about("context", query.number("context", 0, 20, 3)));
  ASSIGN_OR_RETURN(const AtProgram at, program_of(api, context));
  const auto text_of = [&](std::int64_t number) {
    return at.shelf.programs().content(at.shelf.access, at.id, static_cast<std::uint32_t>(number));
  };
  ASSIGN_OR_RETURN(const Bytes old_text, text_of(before));
  ASSIGN_OR_RETURN(const Bytes new_text, text_of(after));
  const machines::DiffOptions options{.ignore_numbers = query_truth(context, "ignore_numbers"),
                                      .ignore_space = query_truth(context, "ignore_space"),
                                      .context = static_cast<std::size_t>(around)};
  return written(write_diff, machines::diff_programs(old_text, new_text, options));
}

// What was done ---------------------------------------------------------------------------------

template <class Of>
Asked<Response> ledger_of(const Context& context, const Shelf& shelf, Of of) {
  ASSIGN_OR_RETURN(const std::size_t limit, page_limit(context));
  ASSIGN_OR_RETURN(const auto page, of_room(shelf.programs().ledger(
                                        shelf.access, of, query_text(context, "cursor"), limit)));
  JsonWriter w;
  w.begin_object().key("items").begin_array();
  for (const auto& line : page.lines) write_ledger_line(w, line);
  w.end_array();
  w.member("next", page.next.empty() ? std::nullopt : std::optional(page.next)).end_object();
  return json(std::move(w));
}

Asked<Response> program_ledger(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtProgram at, program_of(api, context));
  return ledger_of(context, at.shelf, at.id);
}

Asked<Response> machine_ledger(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtShelfMachine at, shelf_machine_of(api, context));
  return ledger_of(context, at.shelf, at.machine.id);
}

// Declarations ----------------------------------------------------------------------------------

std::vector<Parameter> pages(std::string cursor = "cursor") {
  return {{.name = "limit", .schema = R"({"type":"integer","minimum":1,"maximum":500})"},
          {.name = std::move(cursor), .description = "next of the page before"}};
}

std::vector<Parameter> diff_parameters() {
  const std::string number = R"({"type":"integer","minimum":1})";
  const std::string truth = R"({"type":"boolean"})";
  return {{.name = "before", .required = true, .schema = number, .description = "A revision"},
          {.name = "after", .required = true, .schema = number, .description = "A revision"},
          {.name = "ignore_numbers",
           .schema = truth,
           .description = "Blocks' own numbers (N10) do not count"},
          {.name = "ignore_space", .schema = truth, .description = "Blanks do not count"},
          {.name = "context", .schema = R"({"type":"integer","minimum":0,"maximum":20})"}};
}

void add_shelf_routes(Router& router, const Api& api, const std::string& programs) {
  auto listing = pages();
  listing.push_back({.name = "machine", .description = "Those for it, and those for all"});
  listing.push_back({.name = "words", .description = "A part of the name or the folder"});
  listing.push_back({.name = "removed",
                     .schema = R"({"type":"boolean"})",
                     .description = "true: those that were removed instead"});
  router.add({.method = Method::kGet,
              .pattern = programs,
              .name = "list_programs",
              .summary = "The organization's programs, by folder and name",
              .need = Need::kSessionOrKey,
              .parameters = std::move(listing),
              .answers = {{.body = Body{"ProgramPage"}}},
              .handler = bind(api, list)});
  router.add({.method = Method::kPost,
              .pattern = programs,
              .name = "add_program",
              .summary = "Make a program, which has no text yet",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .request = Body{"NewProgram"},
              .answers = {{.status = 201, .body = Body{"Program"}}},
              .handler = bind(api, add)});
}

void add_one_program_routes(Router& router, const Api& api, const std::string& program) {
  router.add({.method = Method::kGet,
              .pattern = program,
              .name = "show_program",
              .summary = "One program",
              .need = Need::kSessionOrKey,
              .answers = {{.body = Body{"Program"}}},
              .handler = bind(api, show)});
  router.add({.method = Method::kPatch,
              .pattern = program,
              .name = "change_program",
              .summary = "Give it another name, folder or machine",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .request = Body{"ProgramChange"},
              .answers = {{.body = Body{"Program"}}},
              .handler = bind(api, change)});
  router.add(
      {.method = Method::kGet,
       .pattern = program + "/removal",
       .name = "preview_program_removal",
       .summary = "What removing it would take from sight, and until when it can be had back",
       .need = Need::kSessionOrKey,
       .answers = {{.body = Body{"ProgramRemoval"}}},
       .handler = bind(api, preview_removal)});
  router.add({.method = Method::kDelete,
              .pattern = program,
              .name = "remove_program",
              .summary = "Remove it; it can be taken back for as long as it is kept",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .answers = {{.status = 204}},
              .handler = bind(api, remove)});
  router.add({.method = Method::kPost,
              .pattern = program + "/take-back",
              .name = "take_program_back",
              .summary = "Have a removed program back",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .answers = {{.body = Body{"Program"}}},
              .handler = bind(api, take_back)});
  router.add({.method = Method::kGet,
              .pattern = program + "/diff",
              .name = "compare_revisions",
              .summary = "What differs between two revisions, line by line",
              .need = Need::kSessionOrKey,
              .parameters = diff_parameters(),
              .answers = {{.body = Body{"ProgramDiff"}}},
              .handler = bind(api, compare)});
}

void add_revision_routes(Router& router, const Api& api, const std::string& revisions) {
  const std::string number = R"({"type":"integer","minimum":0})";
  router.add({.method = Method::kGet,
              .pattern = revisions,
              .name = "list_revisions",
              .summary = "A program's texts, the newest first: who brought each when from where",
              .need = Need::kSessionOrKey,
              .parameters = {{.name = "limit",
                              .schema = R"({"type":"integer","minimum":1,"maximum":500})"},
                             {.name = "before", .schema = number}},
              .answers = {{.body = Body{"Revisions"}}},
              .handler = bind(api, list_revisions)});
  router.add({.method = Method::kPost,
              .pattern = revisions,
              .name = "keep_revision",
              .summary = "Put a text on top; at most 64 MiB. The same bytes again are none",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .parameters = {{.name = "comment", .schema = R"({"type":"string","maxLength":500})"},
                             {.name = "expected",
                              .schema = number,
                              .description = "The current revision that it was made from"}},
              .request = Body{.schema = "", .type = std::string(kBytes)},
              .answers = {{.status = 201, .body = Body{"KeptRevision"}},
                          {.status = 200,
                           .description = "It was there already",
                           .body = Body{"KeptRevision"}}},
              .handler = bind(api, keep)});
}

void add_one_revision_routes(Router& router, const Api& api, const std::string& revision) {
  router.add({.method = Method::kGet,
              .pattern = revision,
              .name = "show_revision",
              .summary = "One revision",
              .need = Need::kSessionOrKey,
              .answers = {{.body = Body{"Revision"}}},
              .handler = bind(api, show_revision)});
  router.add({.method = Method::kGet,
              .pattern = revision + "/content",
              .name = "download_revision",
              .summary = "Its bytes",
              .need = Need::kSessionOrKey,
              .answers = {{.body = Body{.schema = "", .type = std::string(kBytes)}}},
              .handler = bind(api, give_content)});
  router.add({.method = Method::kGet,
              .pattern = revision + "/text",
              .name = "show_revision_text",
              .summary = "Some of its lines, to be shown",
              .need = Need::kSessionOrKey,
              .parameters = {{.name = "from",
                              .schema = R"({"type":"integer","minimum":1})",
                              .description = "By default the first"},
                             {.name = "lines",
                              .schema = R"({"type":"integer","minimum":1,"maximum":2000})"}},
              .answers = {{.body = Body{"ProgramText"}}},
              .handler = bind(api, show_text)});
  router.add({.method = Method::kPost,
              .pattern = revision + "/restore",
              .name = "restore_revision",
              .summary = "Make an old text the current one again, as a new revision",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .answers = {{.status = 201, .body = Body{"KeptRevision"}},
                          {.status = 200,
                           .description = "It is the current one",
                           .body = Body{"KeptRevision"}}},
              .handler = bind(api, restore)});
}

}  // namespace

void add_program_routes(Router& router, const Api& api) {
  const std::string programs = below(kOrganizationPath, "/programs");
  const std::string program = programs + "/{program}";
  add_shelf_routes(router, api, programs);
  add_one_program_routes(router, api, program);
  add_revision_routes(router, api, program + "/revisions");
  add_one_revision_routes(router, api, program + "/revisions/{revision}");
  router.add({.method = Method::kGet,
              .pattern = program + "/ledger",
              .name = "list_program_ledger",
              .summary = "Who did what with it when, the newest first",
              .need = Need::kSessionOrKey,
              .parameters = pages(),
              .answers = {{.body = Body{"ProgramLedger"}}},
              .handler = bind(api, program_ledger)});
  router.add({.method = Method::kGet,
              .pattern = below(kMachinePath, "/program-ledger"),
              .name = "list_machine_program_ledger",
              .summary = "Which programs went to and from the machine, by whom, when",
              .need = Need::kSessionOrKey,
              .parameters = pages(),
              .answers = {{.body = Body{"ProgramLedger"}}},
              .handler = bind(api, machine_ledger)});
}

}  // namespace heed::http
