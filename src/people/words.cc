#include "people/words.h"

#include <array>

namespace heed::people {
namespace {

constexpr std::array<std::string_view, 3> kScopes = {"read", "write", "ingest"};

}  // namespace

std::string_view name_of(Role role) {
  return role == Role::kOwner ? "owner" : "member";
}

std::string_view name_of(Scope scope) {
  return kScopes[static_cast<std::size_t>(scope)];
}

std::optional<Scope> scope_of(std::string_view name) {
  for (std::size_t i = 0; i < kScopes.size(); ++i) {
    if (kScopes[i] == name) return static_cast<Scope>(i);
  }
  return {};
}

}  // namespace heed::people
