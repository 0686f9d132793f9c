// For tests of commands that open a server's store while it stands.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "people/people.h"
#include "policy/testing.h"
#include "silo/testing.h"

namespace heed::app {

/// A server with one registered organization, stopped.
struct StoppedServer {
  silo::TemporaryStore store;
  std::string data = store.options().data_directory;
  std::string keys = store.options().key_directory;
  OrganizationId shop;

  /// `fill` is run before it stops.
  explicit StoppedServer(std::shared_ptr<const policy::Policy> policy = policy::heed_policy(),
                         const std::function<void(StoppedServer&)>& fill = {})
      : store(std::move(policy)) {
    {
      const auto people = people::People::open(store.store(), store.clock(), store.random());
      require(people.has_value(), "the house opens");
      shop = *(*people)->add_organization("Brown's Shop");
      if (fill) fill(*this);
    }
    store.close();
  }
  /// The words of a command about an organization of it.
  std::vector<std::string> words(std::string verb, OrganizationId whose,
                                 const std::vector<std::string>& more) const {
    std::vector<std::string> all = {std::move(verb),  "--data",    data, "--keys", keys,
                                    "--organization", whose.text()};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
};

}  // namespace heed::app
