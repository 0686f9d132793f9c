// A whole server without sockets, for tests: a real store, people, machines of two organizations
// and every route, asked through the router. Only the box is a double, as it needs real machines.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "app/inventory.h"
#include "box/box.h"
#include "box/transfer.h"
#include "http/api.h"
#include "http/event_stream.h"
#include "machines/machines.h"
#include "machines/programs.h"
#include "people/testing.h"
#include "silo/testing.h"

namespace heed {

using people::must;

/// Remembers what it was told to read.
class BoxDouble final : public box::Box {
 public:
  Result<void> add(const box::Source& source) override {
    if (refuses) return fail(ErrorKind::kExhausted, "the box is full");
    sources.insert_or_assign(source.machine, source);
    return {};
  }
  Result<void> remove(machines::MachineId machine) override {
    if (sources.erase(machine) == 0) return fail(ErrorKind::kNotFound, "it is not read");
    return {};
  }
  std::optional<box::SourceStatus> status(machines::MachineId machine) const override {
    if (!sources.contains(machine)) return {};
    return box::SourceStatus{};
  }
  Result<box::Diagnosis> diagnose(const box::Look& look) override {
    ASSIGN_OR_RETURN(const auto endpoint, box::parse_address(look.protocol, look.address));
    looked = look;
    return box::Diagnosis{.steps = {{Duration(), "refused by " + endpoint.text(), false}}};
  }

  std::map<machines::MachineId, box::Source> sources;
  std::optional<box::Look> looked;
  bool refuses = false;
};

/// One who asks: a session with its CSRF token, or a key.
struct Asker {
  std::string cookie;
  std::string csrf;
  std::string key;
};

/// An organization with an owner who is signed in, a machine that sends by itself, and a key.
struct Shop {
  OrganizationId organization;
  people::PersonId owner;
  Asker session;
  machines::MachineId machine;
  std::string machine_name;
  people::ApiKeyId key;
  machines::ProgramId program;  ///< If the test has made one; likewise:
  box::TransferId transfer;

  std::string path() const { return "/api/v1/organizations/" + organization.text(); }
  std::string machine_path() const { return path() + "/machines/" + machine.text(); }
};

struct Ask {
  http::Method method = http::Method::kGet;
  std::string path;
  std::string query;
  std::string body;
  std::string type = "application/json";
  http::Headers headers;
};

/// A kind that no room of the program keeps, for the routes of records.
inline constexpr std::string_view kRemarkKind = R"(
kind remark 900 record "what somebody remarked" {
  said text usage
  email text personal.contact
  weight real usage
  moment time usage
  raw bytes usage
  picture blob usage
})";

class ApiHouse {
 public:
  /// Under heed's own policy with these declarations behind it.
  explicit ApiHouse(std::string_view declarations = kRemarkKind, Duration recovery_window = {})
      : store_(std::make_unique<silo::TemporaryStore>(silo::heed_policy_with(declarations), 200'000,
                                                      nullptr, recovery_window)) {
    people_ = must(people::People::open(store_->store(), store_->clock(), store_->random(),
                                        people::kTestOptions));
    api_ = std::make_unique<http::Api>(
        http::Api{.people = *people_,
                  .box = box_,
                  .transfers = transfers_,
                  .machines = [this](OrganizationId id) { return machines_of(id); },
                  .store = store_->store(),
                  .inventory = app::inventory(),
                  .clock = store_->clock(),
                  .random = store_->random(),
                  .version = "test"});
    add_routes(router_, *api_);
  }

  /// Its machine has said a few things.
  Shop open_shop(const std::string& name, const std::string& email) {
    Shop shop;
    shop.organization = must(people_->add_organization(name));
    shop.owner = must(people_->add_person("Owner of " + name, email));
    must(people_->add_member(shop.organization, shop.owner, people::Role::kOwner));
    shop.session = sign_in(shop.owner);
    furnish(shop, name + "-mill");
    return shop;
  }
  /// Gives it another machine, which says a few things, and another key. Takes ten seconds.
  void furnish(Shop& shop, const std::string& machine_name) {
    shop.machine_name = machine_name;
    // The one before is not needed any more, and an organization has a hundred at most.
    if (!shop.key.is_nil()) {
      static_cast<void>(people_->remove_key(shop.owner, shop.organization, shop.key));
    }
    shop.key =
        must(people_->make_key(shop.owner, shop.organization, machine_name, {people::Scope::kRead}))
            .key.id;
    const auto floor = must(machines_of(shop.organization));
    const auto machine = must(floor->add(
        store_->access(), {.name = shop.machine_name, .address = std::string(http::kSentAddress)}));
    shop.machine = machine.id;
    const auto sent =
        send(shop.session, {.method = http::Method::kPost,
                            .path = shop.machine_path() + "/observations",
                            .body = format_time(clock().now()) +
                                    "|avail|AVAILABLE|execution|ACTIVE|mode|AUTOMATIC|"
                                    "program|O1|Xact|1.5\n",
                            .type = "text/plain",
                            .headers = {{"Idempotency-Key", "first"}}});
    require(sent.status == 200, sent.body);
    clock().advance(Duration::seconds(10));  // so that "until now" has it all
  }
  Asker sign_in(people::PersonId person) {
    const std::string link = must(people_->make_link(person, people::LinkUse::kSignIn));
    const auto in = std::get<people::SignedIn>(must(people_->sign_in_by_link(link, "192.0.2.1")));
    return {.cookie = in.token, .csrf = in.session.csrf, .key = {}};
  }
  /// Gives the owner a password, with which they can sign in again.
  void give_password(Shop& shop, std::string_view password) {
    const auto in = must(people_->set_password(shop.session.cookie, password, std::nullopt));
    shop.session = {.cookie = in.token, .csrf = in.session.csrf, .key = {}};
  }
  Asker key_of(const Shop& shop, people::Scopes scopes) {
    return {.key = must(people_->make_key(shop.owner, shop.organization, "k", scopes)).token};
  }

  http::Response send(const Asker& asker, const Ask& ask) {
    http::Request request{.method = ask.method,
                          .path = ask.path,
                          .query = must(http::Query::parse(ask.query)),
                          .headers = ask.headers,
                          .body = ask.body,
                          .address = "192.0.2.1",
                          .secure = true};
    if (!ask.body.empty()) request.headers.set("Content-Type", ask.type);
    if (!asker.cookie.empty()) request.headers.set("Cookie", "heed_session=" + asker.cookie);
    if (!asker.csrf.empty()) request.headers.set("X-Heed-Csrf", asker.csrf);
    if (!asker.key.empty()) request.headers.set("Authorization", "Bearer " + asker.key);
    return router_.answer(request);
  }
  http::Response get(const Asker& asker, const std::string& path, const std::string& query = {}) {
    return send(asker, {.path = path, .query = query});
  }

  const http::Router& router() const { return router_; }
  people::People& people() { return *people_; }
  BoxDouble& box() { return box_; }
  ManualClock& clock() { return store_->clock(); }
  policy::Access access() const { return store_->access(); }
  silo::Store& store() { return store_->store(); }
  /// As after a restart of the program: what the rooms hold in memory is gone.
  void forget_machines() { floors_.clear(); }
  Result<std::shared_ptr<machines::Machines>> machines_of(OrganizationId id) {
    if (const auto known = floors_.find(id); known != floors_.end()) return known->second;
    ASSIGN_OR_RETURN(auto silo, store_->store().silo(id));
    const auto own = store_->access("service.monitoring", "engine");
    auto opened = must(machines::Machines::open(silo, own, store_->clock(), store_->random()));
    return floors_.emplace(id, std::move(opened)).first->second;
  }

 private:
  std::unique_ptr<silo::TemporaryStore> store_;
  std::unique_ptr<people::People> people_;
  BoxDouble box_;
  box::Transfers transfers_{store_->clock(), store_->random()};
  std::map<OrganizationId, std::shared_ptr<machines::Machines>> floors_;
  std::unique_ptr<http::Api> api_;
  http::Router router_;
};

inline Json json_of(const http::Response& response) {
  auto json = Json::parse(response.body);
  require(json.has_value(), response.body);
  return *std::move(json);
}

/// The whole body, streamed or not.
inline std::string body_of(const http::Response& response) {
  if (!response.body_stream) return response.body;
  std::string body;
  while (auto piece = must(response.body_stream())) body += *piece;
  return body;
}

}  // namespace heed
