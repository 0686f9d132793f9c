// Clauses that say the same in other words.
#include <fmt/core.h>

#include <algorithm>
#include <unordered_map>

#include "policy/compare/compare_parts.h"

namespace heed::policy {
namespace {

void write(std::string_view what, const std::vector<Name>& names, std::string& out) {
  std::vector<std::string_view> sorted;
  for (const Name& name : names) sorted.push_back(name.text);
  std::ranges::sort(sorted);
  out += what;
  for (const std::string_view name : sorted) {
    out += ' ';
    out += name;
  }
}

void write(const Scope& scope, std::string& out) {
  write(" of", scope.categories, out);
  write(" for", scope.purposes, out);
  write(" to", scope.parties, out);
  write(" from", scope.sources, out);
  write(" about", scope.subjects, out);
  write(" in", scope.regions, out);
  write(" by", scope.channels, out);
  write(" when", scope.when, out);
  write(" unless", scope.unless, out);
}

void write(const Rule& rule, std::string& out) {
  out += rule.allow ? "allow" : "deny";
  write(rule.scope, out);
  out += '{';
  for (const Rule& exception : rule.exceptions) write(exception, out);
  out += '}';
}

/// By clause: what its statements say, whatever its sentence is.
std::vector<std::string> meanings(const Policy& policy) {
  std::vector<std::string> all(policy.clauses().size());
  for (const Rule& rule : policy.rules()) {
    if (!rule.from_duty) write(rule, all[rule.clause]);
  }
  for (const Duty& duty : policy.duties()) {
    std::string& out = all[duty.clause];
    out += fmt::format("duty {} {} {} {} {} {}", static_cast<int>(duty.kind), duty.event,
                       duty.degree, duty.least, duty.span.count, static_cast<int>(duty.span.unit));
    write(duty.scope, out);
  }
  return all;
}

}  // namespace

void compare_sentences(const Policy& before, const Policy& after, Comparison& result) {
  const std::vector<std::string> old_meanings = meanings(before);
  const std::vector<std::string> new_meanings = meanings(after);
  std::unordered_map<std::string_view, std::size_t> by_id;
  for (std::size_t i = 0; i < before.clauses().size(); ++i) by_id[before.clauses()[i].id] = i;
  for (std::size_t i = 0; i < after.clauses().size(); ++i) {
    const auto old_clause = by_id.find(after.clauses()[i].id);
    if (old_clause == by_id.end()) continue;
    const std::size_t old_index = old_clause->second;
    if (before.clauses()[old_index].sentence == after.clauses()[i].sentence) continue;
    if (old_meanings[old_index] == new_meanings[i])
      result.reworded.push_back(after.clauses()[i].id);
  }
}

}  // namespace heed::policy
