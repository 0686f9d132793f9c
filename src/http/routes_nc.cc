// What a program's text means and how long it takes (docs/NC.md §9).
#include <memory>
#include <semaphore>

#include "http/limits.h"
#include "http/nc_routes.h"
#include "http/nc_shapes.h"
#include "http/principal.h"
#include "http/programs_asked.h"
#include "http/routes.h"

namespace heed::http {
namespace {

constexpr std::int64_t kMostLines = 2'000;  // Of a text in one answer.
constexpr std::string_view kDialects =
    R"({"enum":["fanuc","haas","linuxcnc","grbl","marlin","heidenhain"]})";

Asked<std::optional<machines::nc::Dialect>> asked_dialect(const Context& context) {
  const std::string* const text = context.request.query.find("dialect");
  if (text == nullptr || text->empty()) return std::optional<machines::nc::Dialect>();
  const auto dialect = machines::nc::dialect_named(*text);
  if (!dialect) {
    return wrong("dialect", "There is no such dialect.",
                 "Take fanuc, haas, linuxcnc, grbl, marlin or heidenhain.");
  }
  return dialect;
}

/// The one that is asked for, which must be there; else the program's own, if it still is.
Asked<std::optional<machines::Machine>> machine_for(const Shelf& shelf, const Context& context,
                                                    const machines::Program& program) {
  const std::string* const text = context.request.query.find("machine");
  if (text != nullptr && !text->empty()) {
    const auto id = machines::MachineId::parse(*text);
    if (!id) return refuse(not_found());
    ASSIGN_OR_RETURN(auto machine, shelf.machines->machine(shelf.access, *id));
    return std::optional(std::move(machine));
  }
  if (!program.machine) return std::optional<machines::Machine>();
  auto machine = shelf.machines->machine(shelf.access, *program.machine);
  if (machine) return std::optional(*std::move(machine));
  const Error* const error = machine.error().error();
  if (error == nullptr || error->kind != ErrorKind::kNotFound) {
    return std::unexpected(Refused(machine.error()));
  }
  return std::optional<machines::Machine>();
}

/// A revision, whom it is for, and how it is read.
struct AtText {
  AtProgram at;
  machines::TimeAsk ask;
};
Asked<AtText> text_of(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtProgram at, program_of(api, context));
  ASSIGN_OR_RETURN(const auto number, revision_of(context));
  ASSIGN_OR_RETURN(auto program, at.shelf.programs().find(at.shelf.access, at.id));
  ASSIGN_OR_RETURN(auto machine, machine_for(at.shelf, context, program));
  ASSIGN_OR_RETURN(const auto dialect, asked_dialect(context));
  return AtText{at,
                {.program = std::move(program),
                 .revision = number,
                 .machine = std::move(machine),
                 .dialect = dialect}};
}

Asked<Response> show_tokens(const Api& api, const Context& context) {
  const auto& query = context.request.query;
  ASSIGN_OR_RETURN(const auto from,
                   about("from_line", query.number("from_line", 1, 100'000'000, 1)));
  ASSIGN_OR_RETURN(const auto most, about("lines", query.number("lines", 1, kMostLines, 500)));
  ASSIGN_OR_RETURN(const AtText text, text_of(api, context));
  const Shelf& shelf = text.at.shelf;
  ASSIGN_OR_RETURN(const Bytes content,
                   shelf.programs().content(shelf.access, text.at.id, text.ask.revision));
  JsonWriter w;
  write_tokens(w, content, machines::dialect_of(content, text.ask.dialect, text.ask.machine),
               {static_cast<std::uint64_t>(from), static_cast<std::uint64_t>(most)});
  return json(std::move(w));
}

Asked<Response> estimate(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtText text, text_of(api, context));
  const Shelf& shelf = text.at.shelf;
  const machines::TimeAsker asker{.programs = shelf.access,
                                  .cycles = access_of(context.principal, *api.store.policy())};
  ASSIGN_OR_RETURN(const auto told, machines::time_of(shelf.programs(), shelf.machines->figures(),
                                                      asker, text.ask, api.clock.now()));
  JsonWriter w;
  write_program_time(w, told, text.ask.machine);
  return json(std::move(w));
}

/// An estimate may keep a worker for seconds, and there are few of them.
Handler one_at_a_time(Handler handler) {
  const auto place = std::make_shared<std::binary_semaphore>(1);
  return [place, handler = std::move(handler)](const Context& context) {
    if (!place->try_acquire()) {
      return problem(Error{ErrorKind::kUnavailable, "another program is being estimated",
                           "Ask once more in a few seconds."});
    }
    Response response = handler(context);
    place->release();
    return response;
  };
}

}  // namespace

void add_nc_routes(Router& router, const Api& api) {
  const std::string revision = below(kOrganizationPath, "/programs/{program}/revisions/{revision}");
  const Parameter dialect = {
      .name = "dialect",
      .schema = std::string(kDialects),
      .description = "By default the machine's, where its protocol tells it; else recognized"};
  router.add({.method = Method::kGet,
              .pattern = revision + "/tokens",
              .name = "show_revision_tokens",
              .summary = "Some of its lines in pieces that have a meaning each",
              .need = Need::kSessionOrKey,
              .parameters = {{.name = "from_line",
                              .schema = R"({"type":"integer","minimum":1})",
                              .description = "By default the first"},
                             {.name = "lines",
                              .schema = R"({"type":"integer","minimum":1,"maximum":2000})"},
                             {.name = "machine", .description = "By default the program's"},
                             dialect},
              .answers = {{.body = Body{"ProgramTokens"}}},
              .handler = bind(api, show_tokens)});
  router.add({.method = Method::kGet,
              .pattern = revision + "/estimate",
              .name = "estimate_revision",
              .summary = "How long it takes, with an interval, on a machine as its cycles tell it",
              .need = Need::kSessionOrKey,
              .parameters = {{.name = "machine",
                              .description = "By default the program's; without any, of a machine "
                                             "nothing is known but its control"},
                             dialect},
              .answers = {{.body = Body{"ProgramEstimate"}}},
              .handler = one_at_a_time(bind(api, estimate))});
}

}  // namespace heed::http
