// A machine's tools: what they did, how much of their lives is over, and who says how long that is.
#include <cmath>

#include "http/routes.h"
#include "http/time_forms.h"
#include "http/tool_shapes.h"
#include "machines/tools.h"

namespace heed::http {
namespace {

constexpr std::int32_t kLongestToolDays = 100;
/// Far above every limit, and far from the end of what a Duration holds.
constexpr double kMostMinutes = 1e7;

Asked<Response> tools(const Api& api, const Context& context) {
  const std::string* format = context.request.query.find("format");
  if (format != nullptr && *format != "csv" && *format != "json") {
    return wrong("format", "There is no such format.", "Take json or csv.");
  }
  ASSIGN_OR_RETURN(const TimeRange range, range_of(api, context, kLongestToolDays));
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  ASSIGN_OR_RETURN(const auto table, at.machines->tools().table(at.access, at.id, range));
  const ToolRows rows = rows_of(table, api.random);
  if (format != nullptr && *format == "csv") {
    Response response = text(csv_of_tools(rows), "text/csv; charset=utf-8; header=present");
    response.with("Content-Disposition", "attachment; filename=\"tools.csv\"");
    return response;
  }
  JsonWriter w;
  write_tools(w, table, rows);
  return json(std::move(w));
}

Asked<std::optional<double>> number_in(const Json& form, std::string_view member) {
  const Json* found = given(form, member);
  if (found == nullptr) return std::optional<double>();
  const auto number = found->number();
  if (!number) return wrong(member, "This is no number.", "Write it without quotes.");
  return std::optional(*number);
}

Asked<machines::ToolLife> life_in(const Json& form, Time now) {
  machines::ToolLife life;
  ASSIGN_OR_RETURN(life.tool, text_in_form(form, "tool"));
  ASSIGN_OR_RETURN(life.changed, time_member(form, "changed", now));
  ASSIGN_OR_RETURN(const auto minutes, number_in(form, "minutes"));
  if (minutes && !(std::abs(*minutes) < kMostMinutes)) {
    return wrong("minutes", "This is no number of minutes.", "Write how long a cutter lasts.");
  }
  if (minutes) life.in_cycle = Duration::nanoseconds(std::llround(*minutes * 60e9));
  if (const Json* uses = given(form, "uses")) {
    life.uses = uses->integer();
    if (!life.uses) return wrong("uses", "This is no whole number.", "Write it without quotes.");
  }
  ASSIGN_OR_RETURN(life.item, text_in_form(form, "item"));
  ASSIGN_OR_RETURN(life.counted, number_in(form, "limit"));
  return life;
}

Asked<Response> set_life(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  ASSIGN_OR_RETURN(const auto life, life_in(form, api.clock.now()));
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  auto set = in_document(at.machines->tools().set_life(at.access, at.id, life));
  if (!set) return std::unexpected(std::move(set).error());
  return no_content();
}

Asked<Response> remove_life(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const std::string tool, needed(context, "tool"));
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  auto removed = in_document(at.machines->tools().remove_life(at.access, at.id, tool));
  if (!removed) return std::unexpected(std::move(removed).error());
  return no_content();
}

}  // namespace

void add_tool_routes(Router& router, const Api& api) {
  router.add({.method = Method::kGet,
              .pattern = below(kMachinePath, "/tools"),
              .name = "list_tools",
              .summary = "What each tool did in a range of at most 100 days, and how much of its "
                         "life is over",
              .need = Need::kSessionOrKey,
              .parameters = {time_parameter("from", "By default 24 hours before `to`"),
                             time_parameter("to", "By default now"),
                             {.name = "format", .schema = R"({"enum":["json","csv"]})"}},
              .answers = {{.body = Body{"Tools"}}},
              .handler = bind(api, tools)});
  const std::string life = below(kMachinePath, "/tools/life");
  router.add({.method = Method::kPut,
              .pattern = life,
              .name = "set_tool_life",
              .summary = "How long a tool is to last, from the change of its cutter on",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .request = Body{"NewToolLife"},
              .answers = {{.status = 204}},
              .handler = bind(api, set_life)});
  router.add({.method = Method::kDelete,
              .pattern = life,
              .name = "remove_tool_life",
              .summary = "The tool is no longer counted against a life",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .parameters = {{.name = "tool", .required = true}},
              .answers = {{.status = 204}},
              .handler = bind(api, remove_life)});
}

}  // namespace heed::http
