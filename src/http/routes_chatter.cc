// What Chatter's published Python client asks of its server, so that it works unchanged against
// this one: chattertools.Client(key, baseUrl="https://heed.example"). Every answer is {"data": …}.
#include <fmt/core.h>

#include <algorithm>
#include <deque>

#include "http/asked.h"
#include "http/chatter_types.h"
#include "http/machine_form.h"
#include "http/routes.h"
#include "http/sent_reports.h"
#include "machines/past.h"

namespace heed::http {
namespace {

using chatter::Transaction;

constexpr std::int64_t kUsualLimit = 100;
constexpr std::int64_t kLongestLimit = 1'000;
constexpr std::int64_t kFurthestOffset = 9'000;
constexpr Duration kLookedBack = Duration::days(30);

struct Page {
  std::size_t limit = 0;
  std::size_t offset = 0;
  std::size_t end() const { return limit + offset; }
};

Asked<Page> page_of(const Context& context) {
  const Query& query = context.request.query;
  ASSIGN_OR_RETURN(const auto limit,
                   about("limit", query.number("limit", 1, kLongestLimit, kUsualLimit)));
  ASSIGN_OR_RETURN(const auto offset,
                   about("offset", query.number("offset", 0, kFurthestOffset, 0)));
  return Page{static_cast<std::size_t>(limit), static_cast<std::size_t>(offset)};
}

/// `all` cut to the page.
template <class T>
std::span<const T> cut(const std::vector<T>& all, Page page) {
  const std::size_t from = std::min(page.offset, all.size());
  return std::span(all).subspan(from, std::min(page.limit, all.size() - from));
}

/// The client knows no organizations: a key has one, and so must who asks without a key.
Asked<Context> at_home(const Context& context) {
  const auto& known = context.principal.organizations;
  if (known.size() != 1) {
    return refuse(problem(Problem{.status = 409,
                                  .detail = "You belong to more than one organization.",
                                  .mend = "Ask with an API key of the one that you mean."}));
  }
  return Context{context.request, context.principal, known.front(), context.path};
}

Asked<std::vector<machines::Machine>> machines_of(const Floor& floor) {
  ASSIGN_OR_RETURN(auto all, floor.machines->list(floor.access));
  return all;
}

Asked<AtMachine> machine_by_number(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Context home, at_home(context));
  ASSIGN_OR_RETURN(const std::uint64_t number, number_in_path(context, "chatter"));
  ASSIGN_OR_RETURN(Floor floor, floor_of(api, home));
  ASSIGN_OR_RETURN(const auto all, machines_of(floor));
  for (const machines::Machine& machine : all) {
    if (static_cast<std::uint64_t>(chatter::number_of(machine.id)) == number) {
      return AtMachine{std::move(floor.machines), std::move(floor.access), machine.id};
    }
  }
  return refuse(not_found());
}

void write_machine(JsonWriter& w, const machines::Machine& machine) {
  w.begin_object().member("id", chatter::number_of(machine.id)).member("name", machine.name);
  w.end_object();
}

void write_transaction(JsonWriter& w, const Transaction& transaction) {
  w.begin_object().member("timestamp", chatter::tell_time(transaction.at));
  w.member("dataType", transaction.data_type).member("value", transaction.value).end_object();
}

Response list_of(std::span<const Transaction> transactions) {
  JsonWriter w;
  w.begin_object().key("data").begin_array();
  for (const Transaction& transaction : transactions) write_transaction(w, transaction);
  w.end_array().end_object();
  return json(std::move(w));
}

Asked<Response> list(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Page page, page_of(context));
  ASSIGN_OR_RETURN(const Context home, at_home(context));
  ASSIGN_OR_RETURN(const Floor floor, floor_of(api, home));
  ASSIGN_OR_RETURN(const auto all, machines_of(floor));
  JsonWriter w;
  w.begin_object().key("data").begin_array();
  for (const machines::Machine& machine : cut(all, page)) write_machine(w, machine);
  w.end_array().end_object();
  return json(std::move(w));
}

Asked<Response> show(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtMachine at, machine_by_number(api, context));
  ASSIGN_OR_RETURN(const auto machine, at.machines->machine(at.access, at.id));
  JsonWriter w;
  w.begin_object().key("data");
  write_machine(w, machine);
  w.end_object();
  return json(std::move(w));
}

/// The last of each type; what was sent goes before what the card says.
Asked<Response> state(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtMachine at, machine_by_number(api, context));
  ASSIGN_OR_RETURN(const auto card, at.machines->card(at.access, at.id));
  ASSIGN_OR_RETURN(const auto items, at.machines->past().items(at.access, at.id));
  std::vector<Transaction> told;
  const auto tell = [&told](Transaction transaction) {
    if (std::ranges::find(told, transaction.data_type, &Transaction::data_type) == told.end()) {
      told.push_back(std::move(transaction));
    }
  };
  for (const machines::ItemView& item : items) {
    const chatter::DataType* type = chatter::type_of(item);
    if (type == nullptr || !item.last || !item.last->value || item.item.type == "SYSTEM") continue;
    if (auto value = chatter::told_value(*type, *item.last->value)) {
      tell({item.last->at, type->number, *std::move(value)});
    }
  }
  for (Transaction& transaction : chatter::of_card(card)) tell(std::move(transaction));
  std::ranges::sort(told, {}, &Transaction::data_type);
  return list_of(told);
}

/// The newest of all items first.
Asked<Response> transactions(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Page page, page_of(context));
  ASSIGN_OR_RETURN(const AtMachine at, machine_by_number(api, context));
  ASSIGN_OR_RETURN(const auto items, at.machines->past().items(at.access, at.id));
  const Time now = api.clock.now();
  std::vector<Transaction> told;
  for (const machines::ItemView& item : items) {
    const chatter::DataType* type = chatter::type_of(item);
    if (type == nullptr || item.item.type == "SYSTEM") continue;
    std::deque<Transaction> newest;
    const auto keep = [&](const machines::SampleRow& row) {
      if (!row.value) return true;
      auto value = chatter::told_value(*type, *row.value);
      if (value) newest.push_back({row.at, type->number, *std::move(value)});
      if (newest.size() > page.end()) newest.pop_front();
      return true;
    };
    const TimeRange range{now - kLookedBack, now + Duration::days(1)};
    if (auto read = at.machines->past().scan_samples(at.access, at.id, item.item.key, range, keep);
        !read) {
      return std::unexpected(Refused(read.error()));
    }
    std::ranges::move(newest, std::back_inserter(told));
  }
  std::ranges::sort(told, [](const Transaction& a, const Transaction& b) {
    return a.at == b.at ? a.data_type < b.data_type : a.at > b.at;
  });
  return list_of(cut(told, page));
}

Asked<Transaction> transaction_of(const Json& form, Time now) {
  const Json* asked = form.find("dataType");
  const auto number = asked == nullptr ? std::nullopt : asked->integer();
  const chatter::DataType* type = number ? chatter::find_type(*number) : nullptr;
  if (type == nullptr) {
    return wrong("dataType", "There is no such data type.",
                 "Take the number of one, as chattertools' DataType has them: TOOL is 10.");
  }
  ASSIGN_OR_RETURN(auto value, about("value", required_string(form, "value")));
  Time at = now;
  if (const Json* said = given(form, "timestamp")) {
    const auto time =
        said->string() == nullptr ? std::nullopt : chatter::parse_sent_time(*said->string());
    if (!time) {
      return wrong("timestamp", "This is no time.",
                   "Write it as 2024-05-06 07:08:09 or 2024-05-06T07:08:09Z, in UTC.");
    }
    at = *time;
  }
  return Transaction{at, type->number, std::move(value)};
}

Asked<Response> send(const Api& api, const Context& context, SentReports& reports) {
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  const Time now = api.clock.now();
  ASSIGN_OR_RETURN(const Transaction sent, transaction_of(form, now));
  ASSIGN_OR_RETURN(const AtMachine at, machine_by_number(api, context));
  const chatter::DataType& type = *chatter::find_type(sent.data_type);
  auto observation = chatter::observation_of(type, sent.value, sent.at);
  if (!observation) {
    return wrong("value", fmt::format("{} is no {}.", sent.value, type.name),
                 "Send whole numbers for counts and times in seconds, true or false for states.");
  }
  machines::Report report;
  report.arrival = now;
  report.model = chatter::sent_items();
  report.raw = {context.request.body};
  report.observations = {*std::move(observation)};
  ASSIGN_OR_RETURN([[maybe_unused]] const auto taken,
                   reports.take(api, context, at, std::move(report), std::nullopt));
  JsonWriter w;
  w.begin_object().key("data");
  write_transaction(w, sent);
  w.end_object();
  return json(std::move(w), 201);
}

/// The machine's settings and the numbers of the variables that they name (docs/machines/haas.md).
struct Macros {
  Json settings;
  std::vector<std::int64_t> numbers;
};

Asked<Macros> macros_of(const AtMachine& at) {
  ASSIGN_OR_RETURN(const auto machine, at.machines->machine(at.access, at.id));
  Macros macros;
  auto settings = Json::parse(machine.settings.empty() ? "{}" : machine.settings);
  if (!settings) return macros;
  macros.settings = *std::move(settings);
  const Json* list = macros.settings.find("macros");
  if (list == nullptr || list->array() == nullptr) return macros;
  for (const Json& one : *list->array()) {
    const Json* number = one.find("number");
    const auto whole = number == nullptr ? std::nullopt : number->integer();
    if (whole) macros.numbers.push_back(*whole);
  }
  return macros;
}

Asked<Response> list_macros(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Page page, page_of(context));
  ASSIGN_OR_RETURN(const AtMachine at, machine_by_number(api, context));
  ASSIGN_OR_RETURN(const Macros macros, macros_of(at));
  JsonWriter w;
  w.begin_object().key("data").begin_array();
  for (const std::int64_t number : cut(macros.numbers, page)) {
    w.begin_object().member("id", number).member("macroVariable", number).end_object();
  }
  w.end_array().end_object();
  return json(std::move(w));
}

/// The settings without the variable; the rest to the letter.
std::string without(const Macros& macros, std::int64_t number) {
  JsonWriter w;
  w.begin_object();
  for (const auto& [name, value] : *macros.settings.object()) {
    w.key(name);
    if (name != "macros" || value.array() == nullptr) {
      w.value(value);
      continue;
    }
    w.begin_array();
    for (const Json& one : *value.array()) {
      const Json* its = one.find("number");
      if (its == nullptr || its->integer() != number) w.value(one);
    }
    w.end_array();
  }
  w.end_object();
  return w.take();
}

Asked<Response> remove_macro(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtMachine at, machine_by_number(api, context));
  ASSIGN_OR_RETURN(const std::uint64_t asked, number_in_path(context, "macro"));
  ASSIGN_OR_RETURN(const Macros macros, macros_of(at));
  const auto number = static_cast<std::int64_t>(asked);
  if (std::ranges::find(macros.numbers, number) == macros.numbers.end()) {
    return refuse(not_found());
  }
  ASSIGN_OR_RETURN(const auto changed,
                   at.machines->change(at.access, at.id, {.settings = without(macros, number)}));
  if (auto read = read_anew(api, changed); !read) return std::unexpected(std::move(read).error());
  JsonWriter w;
  w.begin_object().key("data").null().end_object();
  return json(std::move(w));
}

const std::vector<Parameter>& paging() {
  static const std::vector<Parameter> kPaging = {
      {.name = "limit", .schema = R"({"type":"integer","minimum":1,"maximum":1000})"},
      {.name = "offset", .schema = R"({"type":"integer","minimum":0,"maximum":9000})"}};
  return kPaging;
}

void add_reading(Router& router, const Api& api) {
  struct Read {
    std::string_view below, name, summary, schema;
    bool pages;
    Answerer answerer;
  };
  for (const Read& read :
       {Read{"", "chatter_machines", "Chatter: the machines", "ChatterMachines", true, list},
        Read{"/{chatter}", "chatter_machine", "Chatter: a machine", "ChatterMachine", false, show},
        Read{"/{chatter}/state", "chatter_state", "Chatter: the last of each data type",
             "ChatterTransactions", false, state},
        Read{"/{chatter}/transactions", "chatter_transactions",
             "Chatter: what was said in the last 30 days, the newest first", "ChatterTransactions",
             true, transactions},
        Read{"/{chatter}/macros", "chatter_macros", "Chatter: the variables that are read",
             "ChatterMacros", true, list_macros}}) {
    router.add({.method = Method::kGet,
                .pattern = "/machines" + std::string(read.below),
                .name = std::string(read.name),
                .summary = std::string(read.summary),
                .need = Need::kSessionOrKey,
                .parameters = read.pages ? paging() : std::vector<Parameter>(),
                .answers = {{.body = Body{std::string(read.schema)}}},
                .handler = bind(api, read.answerer)});
  }
}

}  // namespace

void add_chatter_routes(Router& router, const Api& api,
                        const std::shared_ptr<SentReports>& reports) {
  add_reading(router, api);
  router.add({.method = Method::kPost,
              .pattern = "/machines/{chatter}/transactions",
              .name = "chatter_send",
              .summary = "Chatter: one value of a machine that sends by itself",
              .need = Need::kSessionOrKey,
              .scope = Scope::kIngest,
              .request = Body{"ChatterSent"},
              .answers = {{.status = 201, .body = Body{"ChatterTransaction"}}},
              .handler = [&api, reports](const Context& context) {
                auto answer = send(api, context, *reports);
                return answer ? *std::move(answer) : std::move(answer.error().response);
              }});
  router.add({.method = Method::kDelete,
              .pattern = "/machines/{chatter}/macros/{macro}",
              .name = "chatter_remove_macro",
              .summary = "Chatter: read a variable no more",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .answers = {{.body = Body{"ChatterNothing"}}},
              .handler = bind(api, remove_macro)});
}

}  // namespace heed::http
