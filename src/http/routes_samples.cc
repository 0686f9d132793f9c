// Data items and their values over time: for a plot, for a file, for a look at the raw line.
#include "http/asked.h"
#include "http/json_shapes.h"
#include "http/routes.h"
#include "http/sample_csv.h"
#include "machines/past.h"

namespace heed::http {
namespace {

constexpr std::int32_t kLongestSampleDays = 3'660;
constexpr std::int64_t kLeastPoints = 2;
constexpr std::int64_t kMostPoints = 5'000;
constexpr std::int64_t kUsualPoints = 1'000;

Asked<Response> items(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  ASSIGN_OR_RETURN(const auto all, at.machines->past().items(at.access, at.id));
  JsonWriter w;
  w.begin_object().key("items").begin_array();
  for (const machines::ItemView& item : all) write_item(w, item);
  w.end_array().end_object();
  return json(std::move(w));
}

Asked<Response> as_csv(const AtMachine& at, const std::string& item, TimeRange range) {
  // A plot of the same range first: it says whether the item may be seen, while a status can still
  // be sent.
  ASSIGN_OR_RETURN(const auto plot,
                   at.machines->past().samples(at.access, at.id, item, range, kLeastPoints));
  Response response = text("", "text/csv; charset=utf-8; header=present");
  response.with("Content-Disposition", "attachment; filename=\"samples.csv\"");
  if (plot.damage.chunks > 0) {
    response.with("Heed-Damaged-Chunks", std::to_string(plot.damage.chunks));
  }
  response.body_stream = csv_of_samples({at.machines, at.access, at.id, plot.item.key, range});
  return response;
}

Asked<Response> samples(const Api& api, const Context& context) {
  const Query& query = context.request.query;
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  ASSIGN_OR_RETURN(const std::string item, needed(context, "item"));
  ASSIGN_OR_RETURN(const TimeRange range, range_of(api, context, kLongestSampleDays));
  ASSIGN_OR_RETURN(
      const std::int64_t points,
      about("points", query.number("points", kLeastPoints, kMostPoints, kUsualPoints)));
  const std::string* format = query.find("format");
  if (format != nullptr && *format == "csv") return as_csv(at, item, range);
  if (format != nullptr && *format != "json") {
    return wrong("format", "There is no such format.", "Take json or csv.");
  }
  ASSIGN_OR_RETURN(const auto plot, at.machines->past().samples(at.access, at.id, item, range,
                                                                static_cast<std::size_t>(points)));
  JsonWriter w;
  write_plot(w, plot);
  return json(std::move(w));
}

Asked<Response> raw(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  ASSIGN_OR_RETURN(const std::string item, needed(context, "item"));
  ASSIGN_OR_RETURN(const Time when, moment_of(api, context));
  ASSIGN_OR_RETURN(const auto line, at.machines->past().raw(at.access, at.id, item, when));
  JsonWriter w;
  write_raw_line(w, line);
  return json(std::move(w));
}

}  // namespace

void add_sample_routes(Router& router, const Api& api) {
  const Parameter item{.name = "item", .required = true, .description = "The data item's key"};
  router.add({.method = Method::kGet,
              .pattern = below(kMachinePath, "/items"),
              .name = "list_items",
              .summary = "The machine's data items with their last values",
              .need = Need::kSessionOrKey,
              .answers = {{.body = Body{"Items"}}},
              .handler = bind(api, items)});
  router.add({.method = Method::kGet,
              .pattern = below(kMachinePath, "/samples"),
              .name = "list_samples",
              .summary = "An item over time: as many points as a plot has, or every sample as CSV",
              .need = Need::kSessionOrKey,
              .parameters = {item,
                             time_parameter("from", "By default 24 hours before `to`"),
                             time_parameter("to", "By default now"),
                             {.name = "points",
                              .schema = R"({"type":"integer","minimum":2,"maximum":5000})"},
                             {.name = "format", .schema = R"({"enum":["json","csv"]})"}},
              .answers = {{.body = Body{"Samples"}}},
              .handler = bind(api, samples)});
  router.add({.method = Method::kGet,
              .pattern = below(kMachinePath, "/raw"),
              .name = "show_raw_line",
              .summary = "The line behind an item's value, to the letter",
              .need = Need::kSessionOrKey,
              .parameters = {item, time_parameter("at", "By default now")},
              .answers = {{.body = Body{"RawLine"}}},
              .handler = bind(api, raw)});
}

}  // namespace heed::http
