// Two organizations on one server: whoever belongs to one gets 404 for everything of the other, on
// every route there is. The routes are enumerated from the router, so a new one is tested the day
// it is added.
#include <set>

#include "api_house.h"
#include "http/chatter_types.h"
#include "http/live_events.h"
#include "http/openapi.h"
#include "http/schema_check.h"
#include "machines/programs.h"
#include "machines/tools.h"

namespace heed {
namespace {

using http::Method;
using http::Need;
using http::Parameter;
using http::Route;

void replace(std::string& text, std::string_view what, std::string_view with) {
  if (const auto at = text.find(what); at != std::string::npos) {
    text.replace(at, what.size(), with);
  }
}

/// The names in a route's pattern, filled in.
struct Target {
  OrganizationId organization;
  machines::MachineId machine;
  std::string machine_name;
  people::ApiKeyId key;
  SubjectId subject;
  machines::ProgramId program;
  box::TransferId transfer;
};

Target target_of(const Shop& shop) {
  return {shop.organization, shop.machine, shop.machine_name, shop.key,
          shop.owner,        shop.program, shop.transfer};
}

constexpr auto kPassword = "correct horse battery";

constexpr auto kRemark = "r1";
constexpr auto kRemarkForm = R"({"id":"r1","source":"api","fields":{"said":"hello"}})";
constexpr auto kCorrectionForm = R"({"fields":{"said":"good day"}})";
constexpr auto kHoldForm = R"({"id":"h1","reason":"litigation","until":"2030-01-01T00:00:00Z"})";
constexpr auto kShareForm =
    R"({"purpose":"improvement","party":"staff","recipient":"quality","fields":["said"]})";

/// A contract by which quality may have remarks.
constexpr auto kContractForm =
    R"({"id":"c1","recipient":"quality","party":"staff","purposes":["improvement"],
        "tasks":[{"kind":"remark","fields":["said"]}],"confidential":true,
        "ends":"2030-01-01T00:00:00Z",
        "key":"0900000000000000000000000000000000000000000000000000000000000000"})";

/// Of the routes whose bodies have nothing in common with the others'.
std::optional<std::string> form_of(const Route& route, const Target& target) {
  if (route.name == "file_record") return kRemarkForm;
  if (route.name == "correct_record") return kCorrectionForm;
  if (route.name == "share_record") return kShareForm;
  if (route.name == "place_hold") return kHoldForm;
  if (route.name == "place_contract") return kContractForm;
  if (route.name == "begin_scan") return R"({"range":"127.42.9.1"})";
  if (route.name == "set_shift_calendar") return R"({"zone":"Europe/Berlin"})";
  if (route.name == "set_reasons") return R"({"codes":[{"code":"material","name":"No material"}]})";
  if (route.name == "tag_stop") return R"({"from":"2023-11-14T22:13:20Z","code":"material"})";
  if (route.name == "write_shift_note") return R"({"text":"x","begins":"2023-11-14T22:00:00Z"})";
  if (route.name == "grafana_query" || route.name == "grafana_annotations") {
    return R"({"range":{"from":"2023-11-14T22:00:00Z","to":"2023-11-14T23:00:00Z"},"targets":[]})";
  }
  if (route.name == "set_goal") return R"({"ideal_seconds":90})";
  if (route.name == "begin_transfer") return R"({"kind":"list"})";
  if (route.name == "set_transfer_settings") return R"({"protocol":"ftp","host":"127.0.0.1"})";
  if (route.name == "set_tool_life") return R"({"tool":"1","uses":40})";
  if (route.name == "report_scrap") return R"({"count":1})";
  if (route.name == "set_machine_hour") return R"({"cost":85.5,"currency":"EUR"})";
  if (route.name == "dismiss_recommendation") return R"({"reason":"the part needs it"})";
  if (route.name == "undo_rule") return R"({"rule":"reasons"})";
  if (route.name == "ask_what_if") {
    return R"({"goal":{"ideal_seconds":90},"machine":")" + target.machine.text() + R"("})";
  }
  if (route.name != "erase_subject" && route.name != "suspend_subject") return {};
  return R"({"reason":"request 17","confirm":")" + target.subject.text() + R"(","password":")" +
         kPassword + R"("})";
}

/// A request to the route that is good in every way, as far as its declaration and these few
/// values tell.
Ask good_request(const Route& route, const Target& target) {
  Ask ask{.method = route.method, .path = route.pattern};
  replace(ask.path, "{organization}", target.organization.text());
  replace(ask.path, "{machine}", target.machine.text());
  replace(ask.path, "{key}", target.key.text());
  replace(ask.path, "{chatter}", std::to_string(http::chatter::number_of(target.machine)));
  replace(ask.path, "{device}", target.machine.text());
  replace(ask.path, "{request}", "assets");
  replace(ask.path, "{ids}", "T1");
  replace(ask.path, "{macro}", "3901");
  replace(ask.path, "{kind}", "remark");
  replace(ask.path, "{record}", kRemark);
  replace(ask.path, "{number}", "1");
  replace(ask.path, "{subject}", target.subject.text());
  replace(ask.path, "{hold}", "h1");
  replace(ask.path, "{field}", "picture");
  replace(ask.path, "{contract}", "c1");
  replace(ask.path, "{program}", target.program.text());
  replace(ask.path, "{revision}", "1");
  replace(ask.path, "{transfer}", target.transfer.text());
  replace(ask.path, "{recommendation}", "0123456789abcdef");
  require(!ask.path.contains('{'), "the test knows every parameter of every pattern");
  const std::map<std::string, std::string> values = {
      {"item", "execution"}, {"kind", "remark"},   {"recipient", "quality"},
      {"before", "1"},       {"after", "1"},       {"confirm", target.machine_name},
      {"tool", "1"},         {"id", "19675/none"}, {"rule", "reasons"}};
  for (const Parameter& parameter : route.parameters) {
    if (!parameter.required) continue;
    if (parameter.in == Parameter::In::kHeader) {
      ask.headers.set(parameter.name, "a new one");
      continue;
    }
    require(values.contains(parameter.name), "the test knows every required parameter");
    ask.query += parameter.name + "=" + values.at(parameter.name) + "&";
  }
  if (!ask.query.empty()) ask.query.pop_back();
  if (!route.request) return ask;
  ask.type = route.request->type;
  if (auto form = form_of(route, target)) {
    ask.body = *std::move(form);
    return ask;
  }
  if (route.name == "write_lines") {
    ask.body = "m f=1";
    return ask;
  }
  if (route.name == "chatter_send") {
    ask.body = R"({"dataType":10,"value":"7"})";
    return ask;
  }
  ask.body = ask.type == "text/plain" ? "|execution|READY\n"
                                      : R"({"name":")" + target.machine_name +
                                            R"(-2","location":"Hall 2","protocol":"shdr",
                       "address":"127.0.0.1:7878","scopes":["read"],"email":"a@example.com",
                       "password":"battery staple","token":"x"})";
  return ask;
}

bool names(const Route& route, std::string_view parameter) {
  return route.pattern.contains("{" + std::string(parameter) + "}");
}

class Isolation : public testing::Test {
 protected:
  std::vector<Route> routes_with(std::string_view parameter) const {
    std::vector<Route> found;
    for (const Route& route : house_.router().routes()) {
      if (names(route, parameter)) found.push_back(route);
    }
    return found;
  }
  void file(const Shop& shop, const std::string& form) {
    const Ask filing{
        .method = Method::kPost, .path = shop.path() + "/records/remark", .body = form};
    const auto filed = house_.send(shop.session, filing);
    ASSERT_EQ(filed.status, 201) << filed.body;
    const Ask giving{.method = Method::kPut,
                     .path = shop.path() + "/records/remark/" + kRemark + "/blobs/picture",
                     .body = "content",
                     .type = "application/octet-stream"};
    ASSERT_EQ(house_.send(shop.session, giving).status, 204);
  }
  /// Where nothing answers.
  void reach_files(const Shop& shop) {
    const Ask ask{.method = Method::kPut,
                  .path = shop.machine_path() + "/transfer-settings",
                  .body = R"({"protocol":"ftp","host":"127.0.0.1","port":1})"};
    ASSERT_EQ(house_.send(shop.session, ask).status, 200);
  }
  std::string state_of(const Shop& shop) {
    return body_of(house_.get(shop.session, shop.path() + "/machines")) +
           body_of(house_.get(shop.session, shop.machine_path())) +
           body_of(house_.get(shop.session, shop.path() + "/api-keys")) +
           body_of(house_.get(shop.session, shop.path() + "/programs")) +
           body_of(house_.get(shop.session, shop.path() + "/members"));
  }

  void SetUp() override {
    for (Shop* shop : {&mine_, &theirs_}) {
      const Ask ask{.method = Method::kPost,
                    .path = shop->path() + "/programs",
                    .body = R"({"name":"O1.nc"})"};
      const Json made = json_of(house_.send(shop->session, ask));
      shop->program = machines::ProgramId::parse(*made.find("id")->string()).value();
      const Ask text{.method = Method::kPost,
                     .path = shop->path() + "/programs/" + shop->program.text() + "/revisions",
                     .body = "M30\n",
                     .type = "application/octet-stream"};
      ASSERT_EQ(house_.send(shop->session, text).status, 201);
    }
  }

  ApiHouse house_{kRemarkKind, Duration::days(30)};
  Shop mine_ = house_.open_shop("Mill", "anna@example.com");
  Shop theirs_ = house_.open_shop("Lathe", "berta@example.com");
};

TEST_F(Isolation, everything_of_another_organization_is_not_found_on_every_route) {
  const std::string before = state_of(theirs_);
  const auto routes = routes_with("organization");
  ASSERT_GE(routes.size(), 18U);
  for (const Route& route : routes) {
    Ask ask = good_request(route, target_of(theirs_));
    EXPECT_EQ(house_.send(mine_.session, ask).status, 404) << route.name;
    ask.query += (ask.query.empty() ? "" : "&") + ("format=csv&machine=" + theirs_.machine.text());
    EXPECT_EQ(house_.send(mine_.session, ask).status, 404) << route.name;
  }
  EXPECT_EQ(state_of(theirs_), before);
}

TEST_F(Isolation, what_is_anothers_is_not_found_under_ones_own_organization_either) {
  const std::string before = state_of(theirs_);
  Target mixed = target_of(theirs_);
  mixed.organization = mine_.organization;
  std::size_t tried = 0;
  for (const Route& route : house_.router().routes()) {
    const bool has = names(route, "machine") || names(route, "key") || names(route, "chatter") ||
                     names(route, "program") || names(route, "device");
    if (!has) continue;
    ++tried;
    Ask ask = good_request(route, mixed);
    EXPECT_EQ(house_.send(mine_.session, ask).status, 404) << route.name;
    ask.query += ask.query.empty() ? "format=csv" : "&format=csv";
    EXPECT_EQ(house_.send(mine_.session, ask).status, 404) << route.name;
  }
  EXPECT_GE(tried, 12U);
  EXPECT_EQ(state_of(theirs_), before);
}

TEST_F(Isolation, anothers_machine_is_not_found_when_a_query_names_it) {
  std::size_t tried = 0;
  for (const Route& route : routes_with("organization")) {
    const bool takes = std::ranges::any_of(route.parameters, [](const Parameter& parameter) {
      return parameter.name == "machine" && parameter.in == Parameter::In::kQuery;
    });
    if (!takes) continue;
    ++tried;
    Ask ask = good_request(route, target_of(mine_));
    ask.query = "machine=" + theirs_.machine.text();
    EXPECT_EQ(house_.send(mine_.session, ask).status, 404) << route.name;
  }
  EXPECT_GE(tried, 1U);
}

TEST_F(Isolation, a_key_finds_nothing_of_another_organization) {
  const Asker key =
      house_.key_of(mine_, {people::Scope::kRead, people::Scope::kWrite, people::Scope::kIngest});
  for (const Route& route : routes_with("organization")) {
    if (route.need != Need::kSessionOrKey) continue;
    EXPECT_EQ(house_.send(key, good_request(route, target_of(theirs_))).status, 404) << route.name;
  }
}

TEST_F(Isolation, a_removed_member_finds_nothing_any_more) {
  must(house_.people().add_member(mine_.organization, theirs_.owner, people::Role::kMember));
  ASSERT_EQ(house_.get(theirs_.session, mine_.machine_path()).status, 200);
  must(house_.people().remove_member(mine_.organization, theirs_.owner));
  for (const Route& route : routes_with("organization")) {
    EXPECT_EQ(house_.send(theirs_.session, good_request(route, target_of(mine_))).status, 404)
        << route.name;
  }
}

TEST_F(Isolation, a_live_stream_carries_nothing_of_another_organization) {
  const auto mine = house_.get(mine_.session, mine_.path() + "/live");
  ASSERT_NE(mine.events, nullptr);
  const auto subscription = mine.events->subscribe([] {});
  (void)mine.events->next({});
  const auto say = [&](const Shop& shop, const std::string& key) {
    house_.clock().advance(Duration::seconds(30));
    const auto floor = must(house_.machines_of(shop.organization));
    const auto sent = house_.send(shop.session, {.method = Method::kPost,
                                                 .path = shop.machine_path() + "/observations",
                                                 .body = "|program|" + key + "\n",
                                                 .type = "text/plain",
                                                 .headers = {{"Idempotency-Key", key}}});
    ASSERT_EQ(sent.status, 200) << sent.body;
    floor->tick();
  };
  say(theirs_, "O-THEIRS");
  say(mine_, "O-MINE");
  std::string seen;
  for (const http::Event& event : mine.events->next({}).events) seen += event.data;
  EXPECT_TRUE(seen.contains("O-MINE")) << seen;
  EXPECT_FALSE(seen.contains("O-THEIRS"));
  EXPECT_FALSE(seen.contains(theirs_.machine.text()));
}

TEST_F(Isolation, a_live_stream_ends_when_its_listener_may_listen_no_more) {
  must(house_.people().add_member(mine_.organization, theirs_.owner, people::Role::kMember));
  const Asker reader = house_.key_of(mine_, {people::Scope::kRead});
  const auto of_key = must(house_.people().key(reader.key))->id;
  const auto stream = [&](const Asker& asker) {
    auto response = house_.get(asker, mine_.path() + "/live");
    require(response.events != nullptr, response.body);
    return response.events;
  };
  const auto stays = stream(mine_.session);
  const auto stays_too = stream(house_.sign_in(mine_.owner));
  const auto is_removed = stream(theirs_.session);
  const auto key_is_removed = stream(reader);
  const auto leaver = house_.sign_in(mine_.owner);
  const auto leaves = stream(leaver);

  must(house_.people().sign_out(leaver.cookie));
  must(house_.people().remove_member(mine_.organization, theirs_.owner));
  must(house_.people().remove_key(mine_.owner, mine_.organization, of_key));
  house_.clock().advance(http::LiveEvents::kStandingAge);
  EXPECT_FALSE(stays->next({}).end);
  EXPECT_FALSE(stays_too->next({}).end);
  EXPECT_TRUE(leaves->next({}).end);
  EXPECT_TRUE(is_removed->next({}).end);
  EXPECT_TRUE(key_is_removed->next({}).end);
}

// The counterpart of all refusals above: the same requests, where they belong, are answered, and
// with what the API's description says.
TEST_F(Isolation, ones_own_is_found_on_every_route_and_is_what_the_description_says) {
  const Json document = must(Json::parse(http::openapi(house_.router(), "test")));
  const http::SchemaCheck schemas(document);
  house_.give_password(mine_, kPassword);
  file(mine_, kRemarkForm);
  file(mine_, R"({"id":"r2","source":"api","fields":{"said":"mine"},"subject":")" +
                  mine_.owner.text() + "\"}");
  std::string code;  // of who has gone, for the route after it that gives them back
  std::string note;  // likewise, of what was written and is taken back
  for (const Route& route : routes_with("organization")) {
    house_.furnish(mine_, route.name);  // what one route removes the next one still has
    if (route.name == "restore_machine") {
      const auto floor = must(house_.machines_of(mine_.organization));
      must(floor->remove(house_.access(), mine_.machine));
    }
    if (route.name == "begin_transfer") reach_files(mine_);
    if (route.name == "remove_tool_life") {
      const auto floor = must(house_.machines_of(mine_.organization));
      must(floor->tools().set_life(house_.access(), mine_.machine, {.tool = "1", .uses = 40}));
    }
    Ask ask = good_request(route, target_of(mine_));
    if (route.name == "return_subject") ask.body = R"({"code":")" + code + "\"}";
    if (route.name == "take_shift_note_back") ask.query = "id=" + note;
    const auto response = house_.send(mine_.session, ask);
    if (route.name == "write_shift_note") note = *json_of(response).find("id")->string();
    if (route.name == "suspend_subject") code = *json_of(response).find("code")->string();
    if (route.name == "begin_transfer") {
      mine_.transfer = box::TransferId::parse(*json_of(response).find("id")->string()).value();
    }
    const http::Answer& promised = route.answers.front();
    EXPECT_EQ(response.status, promised.status) << route.name << response.body;
    if (response.status != promised.status || !promised.body) continue;
    EXPECT_TRUE(response.headers.value("Content-Type").starts_with(promised.body->type))
        << route.name;
    if (promised.body->schema.empty()) continue;
    EXPECT_EQ(schemas.fault_of(json_of(response), promised.body->schema), "")
        << route.name << response.body;
  }
}

// Who may at all --------------------------------------------------------------------------------

TEST_F(Isolation, every_route_but_the_public_ones_asks_who_is_there_O56) {
  std::set<std::string> open_to_all;
  for (const Route& route : house_.router().routes()) {
    if (route.need == Need::kNothing) {
      open_to_all.insert(route.name);
      continue;
    }
    const Ask ask = good_request(route, target_of(mine_));
    for (const Asker& nobody :
         {Asker{}, Asker{.cookie = "x"}, Asker{.cookie = mine_.session.cookie + "A"},
          Asker{.csrf = mine_.session.csrf}, Asker{.key = "heed_"},
          Asker{.cookie = mine_.session.cookie, .csrf = mine_.session.csrf, .key = "heed_x"}}) {
      EXPECT_EQ(house_.send(nobody, ask).status, 401) << route.name;
    }
  }
  EXPECT_EQ(open_to_all,
            (std::set<std::string>{"show_gpc", "show_health", "show_openapi", "show_policy",
                                   "show_policy_dpv", "show_policy_fides", "show_policy_markdown",
                                   "show_policy_source", "show_privacy_page", "sign_in",
                                   "sign_in_by_link"}));
}

TEST_F(Isolation, a_key_without_the_scope_is_refused_on_every_route) {
  const std::pair<people::Scope, http::Scope> scopes[] = {
      {people::Scope::kRead, http::Scope::kRead},
      {people::Scope::kWrite, http::Scope::kWrite},
      {people::Scope::kIngest, http::Scope::kIngest}};
  for (const auto& [has, means] : scopes) {
    const Asker key = house_.key_of(mine_, {has});
    for (const Route& route : house_.router().routes()) {
      if (route.need == Need::kNothing) continue;
      if (route.need == Need::kSessionOrKey && route.scope == means) continue;
      EXPECT_EQ(house_.send(key, good_request(route, target_of(mine_))).status, 403) << route.name;
    }
  }
}

TEST_F(Isolation, a_key_may_what_its_scope_says_without_a_csrf_token) {
  EXPECT_EQ(house_.get(house_.key_of(mine_, {people::Scope::kRead}), mine_.machine_path()).status,
            200);
  const Asker writer = house_.key_of(mine_, {people::Scope::kWrite});
  EXPECT_EQ(house_
                .send(writer, {.method = Method::kPatch,
                               .path = mine_.machine_path(),
                               .body = R"({"location":"Hall 3"})"})
                .status,
            200);
}

TEST_F(Isolation, what_changes_something_needs_this_sessions_csrf_token_on_every_route) {
  const std::string before = state_of(mine_);
  const Asker other = house_.sign_in(mine_.owner);
  std::size_t tried = 0;
  for (const Route& route : house_.router().routes()) {
    if (is_safe(route.method) || route.need == Need::kNothing) continue;
    ++tried;
    const Ask ask = good_request(route, target_of(mine_));
    const Asker without{.cookie = mine_.session.cookie};
    const Asker with_anothers{.cookie = mine_.session.cookie, .csrf = other.csrf};
    EXPECT_EQ(house_.send(without, ask).status, 403) << route.name;
    EXPECT_EQ(house_.send(with_anothers, ask).status, 403) << route.name;
  }
  EXPECT_GE(tried, 9U);
  EXPECT_EQ(state_of(mine_), before);
}

TEST_F(Isolation, a_member_who_is_no_owner_makes_no_keys_and_holds_and_erases_nobody_else) {
  const std::set<std::string> of_owners = {"make_key",       "remove_key",     "place_hold",
                                           "lift_hold",      "erase_subject",  "suspend_subject",
                                           "return_subject", "place_contract", "end_contract",
                                           "settle_recall",  "call_back",      "list_own_entries"};
  must(house_.people().add_member(mine_.organization, theirs_.owner, people::Role::kMember));
  for (const Route& route : house_.router().routes()) {
    if (!of_owners.contains(route.name)) continue;
    EXPECT_EQ(house_.send(theirs_.session, good_request(route, target_of(mine_))).status, 403);
  }
}

}  // namespace
}  // namespace heed
