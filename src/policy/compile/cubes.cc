#include "policy/compile/cubes.h"

#include <algorithm>
#include <array>
#include <bit>

namespace heed::policy {
namespace {

std::uint64_t bit_of(const Vocabulary<FactTag>& facts, Dimension dimension,
                     const std::string& path) {
  const auto fact = facts.find(fact_path(dimension, path));
  require(fact.has_value(), "the facts of a whole scope are known");
  return std::uint64_t{1} << fact->index;
}

std::uint64_t bits_of(const Vocabulary<FactTag>& facts, const std::vector<Name>& names) {
  std::uint64_t bits = 0;
  for (const Name& name : names) bits |= bit_of(facts, Dimension::kCondition, name.text);
  return bits;
}

bool is_any(const std::vector<Name>& paths) {
  return paths.empty() || paths[0].text == "any";
}

/// Cubes that another one contains say nothing more.
void drop_contained(std::vector<Cube>& cubes) {
  std::ranges::sort(cubes);
  cubes.erase(std::ranges::unique(cubes).begin(), cubes.end());
  std::erase_if(cubes, [&](const Cube& c) {
    return std::ranges::any_of(cubes,
                               [&](const Cube& wider) { return wider != c && (wider & c) == c; });
  });
}

}  // namespace

std::vector<Alternative> alternatives(const Scope& scope, const Vocabulary<FactTag>& facts) {
  Alternative base;
  base.cube = {bits_of(facts, scope.when), bits_of(facts, scope.unless)};
  std::vector<Alternative> all = {base};
  const std::array<std::pair<Dimension, const std::vector<Name>*>, 4> parts = {
      std::pair{Dimension::kSource, &scope.sources},
      {Dimension::kSubject, &scope.subjects},
      {Dimension::kRegion, &scope.regions},
      {Dimension::kChannel, &scope.channels}};
  for (std::size_t part = 0; part < parts.size(); ++part) {
    const auto& [dimension, paths] = parts[part];
    if (is_any(*paths)) continue;
    std::vector<Alternative> next;
    for (const Alternative& so_far : all) {
      for (const Name& path : *paths) {
        Alternative one = so_far;
        const std::uint64_t bit = bit_of(facts, dimension, path.text);
        one.cube.must |= bit;
        one.of[part] = static_cast<std::uint16_t>(std::countr_zero(bit));
        next.push_back(one);
      }
    }
    all = std::move(next);
  }
  return all;
}

bool lies_inside(const Alternative& inner, const Alternative& outer,
                 const Vocabulary<FactTag>& facts) {
  for (std::size_t part = 0; part < 4; ++part) {
    if (outer.of[part] == Vocabulary<FactTag>::kNone) continue;
    if (inner.of[part] == Vocabulary<FactTag>::kNone) return false;
    if (!facts.covers(Fact{outer.of[part]}, Fact{inner.of[part]})) return false;
  }
  return true;
}

std::optional<std::vector<Cube>> without(const Cube& whole, std::span<const Cube> taken, bool allow,
                                         std::size_t most) {
  std::vector<Cube> left = {whole};
  for (const Cube& out : taken) {
    const std::uint64_t own_must = out.must & ~whole.must;
    const std::uint64_t own_must_not = out.must_not & ~whole.must_not;
    std::vector<Cube> next;
    for (const Cube& part : left) {
      for (std::uint64_t bits = own_must; bits != 0; bits &= bits - 1) {
        next.push_back(part & Cube{0, bits & -bits});
      }
      for (std::uint64_t bits = own_must_not; bits != 0; bits &= bits - 1) {
        next.push_back(part & Cube{bits & -bits, 0});
      }
    }
    if (allow) std::erase_if(next, [](const Cube& c) { return c.empty(); });
    if (next.size() > most * 4) return {};
    drop_contained(next);
    if (next.size() > most) return {};
    left = std::move(next);
  }
  return left;
}

}  // namespace heed::policy
