#include "app/inventory.h"

#include "box/class_filter.h"
#include "http/principal.h"
#include "machines/kinds.h"
#include "people/house.h"
#include "policy/shipped.h"
#include "silo/silo.h"

namespace heed::app {
namespace {

template <class T>
void append(std::vector<T>& all, std::vector<T> more) {
  for (T& one : more) all.push_back(std::move(one));
}

/// The conditions of heed_words are the closed list of those that the program may set. One that no
/// room sets yet stays unknown, which refuses.
std::vector<std::string> conditions() {
  constexpr std::string_view kPrefix = "condition:";
  std::vector<std::string> all;
  const auto policy = policy::heed_policy();
  for (std::uint16_t i = 0; i < policy->facts().size(); ++i) {
    const std::string& path = policy->facts().path({i});
    if (path.starts_with(kPrefix)) all.push_back(path.substr(kPrefix.size()));
  }
  return all;
}

}  // namespace

policy::Inventory inventory() {
  policy::Inventory all;
  for (policy::Inventory room : {silo::inventory(), people::inventory(), machines::inventory(),
                                 box::inventory(), http::inventory()}) {
    append(all.kinds, std::move(room.kinds));
    append(all.sources, std::move(room.sources));
    append(all.uses, std::move(room.uses));
    append(all.recipients, std::move(room.recipients));
    append(all.cookies, std::move(room.cookies));
  }
  all.conditions = conditions();
  all.uses.push_back({"service.monitoring", "engine", "filing what machines say"});
  return all;
}

}  // namespace heed::app
