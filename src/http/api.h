// The program's API, /api/v1: which rooms stand behind it, and every route of it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/base.h"
#include "box/box.h"
#include "http/router.h"
#include "machines/machines.h"
#include "people/people.h"
#include "policy/coverage.h"
#include "silo/silo.h"

namespace heed::box {
class Transfers;
}

namespace heed::http {

/// What the routes stand on. Outlives the router and every answer of it. Thread-safe as its parts
/// are.
struct Api {
  people::People& people;
  box::Box& box;
  box::Transfers& transfers;
  /// The machines of an organization, opened at the first call; kNotFound if there is none.
  std::function<Result<std::shared_ptr<machines::Machines>>(OrganizationId)> machines;
  /// Whose silos and whose policy: store.policy() is the one in force at the moment of asking.
  silo::Store& store;
  /// What the running program has, for proposals and coverage.
  policy::Inventory inventory;
  const Clock& clock;
  /// Of what came from machines, for the salt of parsers.
  Random& random;
  std::string version;
};

/// Adds every route of the API with the schemas that describe it, and the authenticator.
void add_routes(Router& router, const Api& api);

/// The address of a machine that no box reads, because its lines are sent to
/// POST …/observations.
inline constexpr std::string_view kSentAddress = "sent";

/// What the box is to read for this machine; nothing for one that sends by itself.
std::optional<box::Source> source_of(const machines::Machine& machine);

}  // namespace heed::http
