// Rules and duties in plain words.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "policy/publish/explain.h"
#include "policy/publish/plain.h"

namespace heed::policy {
namespace {

using Names = std::vector<Name>;

bool is_any(const Names& paths) {
  return paths.empty() || paths[0].text == "any";
}

bool same(const Names& a, const Names& b) {
  return std::ranges::equal(a, b, {}, &Name::text, &Name::text);
}

std::string words(const Names& paths, std::string_view any, std::string_view join = "and") {
  if (is_any(paths)) return std::string(any);
  std::vector<std::string> parts;
  for (const Name& path : paths) parts.push_back(spaced(path.text));
  return list_of(parts, join);
}

std::string facts(const Policy& policy, const Names& names, const Names* known,
                  std::string_view join) {
  std::vector<std::string> parts;
  for (const Name& name : names) {
    if (known != nullptr && std::ranges::count(*known, name.text, &Name::text) > 0) continue;
    parts.push_back(tell_word(policy, Dimension::kCondition, name.text));
  }
  return list_of(parts, join);
}

struct Circumstance {
  Names Scope::* paths;
  std::string_view before;
};
constexpr std::array kCircumstances = {
    Circumstance{&Scope::sources, ", from "},
    Circumstance{&Scope::subjects, ", about "},
    Circumstance{&Scope::regions, ", in "},
    Circumstance{&Scope::channels, ", by "},
};

/// What limits a scope beside its cells; of an exception (`within`) only what it adds.
std::string circumstances(const Policy& policy, const Scope& scope, const Scope* within) {
  std::string text;
  for (const auto& [paths, before] : kCircumstances) {
    if (is_any(scope.*paths) || (within != nullptr && same(scope.*paths, within->*paths))) continue;
    text += before;
    text += words(scope.*paths, "", "or");
  }
  const std::string when =
      facts(policy, scope.when, within != nullptr ? &within->when : nullptr, "and");
  const std::string unless =
      facts(policy, scope.unless, within != nullptr ? &within->unless : nullptr, "or");
  if (!when.empty()) text += ", if " + when;
  if (!unless.empty()) text += ", unless " + unless;
  return text;
}

std::string tell_exceptions(const Policy& policy, const Rule& rule);

/// An exception by what it narrows: "personal contact for marketing, if …".
std::string tell_exception(const Policy& policy, const Rule& rule, const Scope& within) {
  const Scope& scope = rule.scope;
  std::string text;
  if (!same(scope.categories, within.categories)) text += words(scope.categories, "anything");
  if (!same(scope.purposes, within.purposes)) {
    text += " for " + words(scope.purposes, "any purpose", "or");
  }
  if (!same(scope.parties, within.parties)) {
    text += " to " + words(scope.parties, "anybody", "or");
  }
  text += circumstances(policy, scope, &within);
  while (!text.empty() && (text[0] == ' ' || text[0] == ',')) text.erase(0, 1);
  if (text.empty()) text = "that very thing";
  return text + tell_exceptions(policy, rule);
}

std::string tell_exceptions(const Policy& policy, const Rule& rule) {
  if (rule.exceptions.empty()) return {};
  std::string text;
  for (const Rule& exception : rule.exceptions) {
    text += text.empty() ? "" : "; and ";
    text += tell_exception(policy, exception, rule.scope);
  }
  return fmt::format("{}{}{}", rule.allow ? " (but not " : " (except ", text, ")");
}

std::string_view tell_degree(std::string_view degree) {
  if (degree == "address") return "the request comes from the address that the data stand under";
  if (degree == "login") return "the person signs in again for this request";
  if (degree == "two_points") return "two things that the person says fit what we have";
  if (degree == "three_points_signed") {
    return "three things that the person says fit what we have, with a signed declaration";
  }
  return "the person is verified";
}

std::string tell_keep(const Policy& policy, const Duty& duty, const std::string& what) {
  const bool many = duty.scope.categories.size() > 1;
  const std::string kept = fmt::format("{} {} kept", what, many ? "are" : "is");
  if (duty.event.empty()) return fmt::format("{} for {}.", kept, tell_span(duty.span));
  const std::string event = tell_word(policy, Dimension::kEvent, duty.event);
  if (duty.span.count == 0) return fmt::format("{} until {}.", kept, event);
  return fmt::format("{} until {}, and {} longer.", kept, event, tell_span(duty.span));
}

template <class Tag>
std::string gloss(const Policy& policy, const Vocabulary<Tag>& words, std::string_view key) {
  const auto word = words.find(key);
  return word ? policy.gloss(*word).text : std::string();
}

}  // namespace

std::string tell_word(const Policy& policy, Dimension dimension, std::string_view path) {
  if (path == "any") return "any";
  std::string text;
  switch (dimension) {
    case Dimension::kCategory: text = gloss(policy, policy.categories(), path); break;
    case Dimension::kPurpose: text = gloss(policy, policy.purposes(), path); break;
    case Dimension::kParty: text = gloss(policy, policy.parties(), path); break;
    case Dimension::kEvent: text = gloss(policy, policy.events(), path); break;
    default: text = gloss(policy, policy.facts(), fact_path(dimension, path));
  }
  return text.empty() ? spaced(path) : text;
}

std::string tell(const Policy& policy, const Rule& rule) {
  const Scope& scope = rule.scope;
  const std::string what = words(scope.categories, rule.allow ? "anything" : "nothing");
  // "Nothing may go to anybody" already says no; every other deny needs its own "not".
  const bool negated = !rule.allow && is_any(scope.categories);
  std::string text = sentence_case(what);
  text += rule.allow || negated ? " may" : " may not";
  text += " go to " + words(scope.parties, "anybody", rule.allow ? "and" : "or");
  text += " for " + words(scope.purposes, "any purpose", rule.allow ? "and" : "or");
  text += circumstances(policy, scope, nullptr);
  text += tell_exceptions(policy, rule);
  return text + ".";
}

std::string tell(const Policy& policy, const Duty& duty) {
  const Scope& scope = duty.scope;
  const auto parties = [&] { return words(scope.parties, "anybody"); };
  const auto purposes = [&] { return words(scope.purposes, "any purpose"); };
  const std::string event =
      duty.event.empty() ? "" : tell_word(policy, Dimension::kEvent, duty.event);
  switch (duty.kind) {
    case DutyKind::kKeep:
      return tell_keep(policy, duty, sentence_case(words(scope.categories, "everything")));
    case DutyKind::kExpire:
      return fmt::format("Sharing with {} stops by itself: {}.", parties(), event);
    case DutyKind::kNotify:
      return fmt::format("{} gets a notice within {} of this: {}.", sentence_case(parties()),
                         tell_span(duty.span), event);
    case DutyKind::kVerify:
      return fmt::format("Before anything is done for {}, {}.", purposes(),
                         tell_degree(duty.degree));
    case DutyKind::kAnswer:
      return fmt::format("A request for {} is answered within {}.", purposes(),
                         tell_span(duty.span));
    case DutyKind::kAggregate:
      return fmt::format("{} for {} to {}{}: only as figures about at least {} together.",
                         sentence_case(words(scope.categories, "anything")), purposes(), parties(),
                         circumstances(policy, scope, nullptr), counted(duty.least, "subject"));
    case DutyKind::kLogGround:
      return fmt::format(
          "Before anything is done for {}, ground, reference and approver are "
          "written into the journal.",
          purposes());
  }
  return {};
}

}  // namespace heed::policy
