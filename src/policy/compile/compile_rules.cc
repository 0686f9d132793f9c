// The compiler's second pass: statements, their names resolved and their scopes made whole.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "policy/compile/compiler.h"
#include "policy/language/spelling.h"

namespace heed::policy {
namespace {

constexpr std::array<std::string_view, 4> kDegrees = {"address", "login", "two_points",
                                                      "three_points_signed"};
constexpr std::string_view kAny = "any";

struct Part {
  Dimension dimension;
  std::vector<Name> Scope::* paths;
};
constexpr std::array kParts = {
    Part{Dimension::kCategory, &Scope::categories}, Part{Dimension::kPurpose, &Scope::purposes},
    Part{Dimension::kParty, &Scope::parties},       Part{Dimension::kSource, &Scope::sources},
    Part{Dimension::kSubject, &Scope::subjects},    Part{Dimension::kRegion, &Scope::regions},
    Part{Dimension::kChannel, &Scope::channels},
};

bool is_any(const std::vector<Name>& paths) {
  return !paths.empty() && paths[0].text == kAny;
}

Name any_at(const Place& place) {
  return {std::string(kAny), place};
}

/// Whether a rule on the path `above` covers `below`, as they are written.
bool covers(std::string_view above, std::string_view below) {
  return above == kAny || above == below ||
         (below.size() > above.size() && below.starts_with(above) && below[above.size()] == '.');
}

/// The fact that ends with an event, for `expire sharing`.
std::string_view ended_by(std::string_view event) {
  if (event == "contract_end") return "contract_valid";
  if (event == "consent_withdrawn") return "consented";
  return {};
}

}  // namespace

bool Compiler::is_declared(Dimension dimension, const std::string& path) const {
  const Policy& made = *made_;
  const auto declared = [&](const auto& words, const std::vector<Gloss>& glosses,
                            std::string_view key) {
    const auto word = words.find(key);
    return word && glosses[word->index].declared;
  };
  switch (dimension) {
    case Dimension::kCategory: return declared(made.categories_, made.category_glosses_, path);
    case Dimension::kPurpose: return declared(made.purposes_, made.purpose_glosses_, path);
    case Dimension::kParty: return declared(made.parties_, made.party_glosses_, path);
    case Dimension::kEvent: return declared(made.events_, made.event_glosses_, path);
    default: return declared(made.facts_, made.fact_glosses_, fact_path(dimension, path));
  }
}

bool Compiler::known_name(Dimension dimension, const Name& name) {
  if (is_declared(dimension, name.text)) return true;
  const std::string_view meant = nearest(name.text, words_of(dimension));
  error(name.place, "unknown-word",
        fmt::format("the policy has no {} '{}'", name_of(dimension), name.text),
        meant.empty() ? fmt::format("declare it: {} {}", name_of(dimension), name.text)
                      : fmt::format("did you mean '{}'?", meant));
  return false;
}

bool Compiler::known_paths(Dimension dimension, std::vector<Name>& paths,
                           const std::vector<Name>* parent) {
  bool good = true;
  for (const Name& path : paths) {
    if (path.text == kAny) continue;
    if (!known_name(dimension, path)) {
      good = false;
      continue;
    }
    const bool inside = parent == nullptr || parent->empty() ||
                        std::ranges::any_of(*parent, [&](const Name& above) {
                          return covers(above.text, path.text);
                        });
    if (inside) continue;
    good = false;
    error(path.place, "outside",
          fmt::format("the exception speaks of {} '{}', which its rule does not cover",
                      name_of(dimension), path.text),
          "an exception takes out a part of its rule; write a rule of its own for what lies "
          "outside");
  }
  // `any` within a rule means all that the rule covers.
  if (is_any(paths) && parent != nullptr) paths = *parent;
  return good;
}

bool Compiler::whole_scope(Scope& scope, const Scope* parent, bool allow) {
  bool good = true;
  const std::array<std::pair<std::string_view, bool>, 3> needed = {
      std::pair{std::string_view("what it allows (categories, or any)"), scope.categories.empty()},
      {"`for` which purposes", scope.purposes.empty()},
      {"`to` which parties", scope.parties.empty()}};
  for (const auto& [what, missing] : needed) {
    if (!missing || parent != nullptr || !allow) continue;
    good = false;
    error(scope.place, "open-allow", fmt::format("this allow does not say {}", what),
          "an allow names categories, purposes and parties: allow usage for service to "
          "organization");
  }
  for (const Part& part : kParts) {
    std::vector<Name>& paths = scope.*part.paths;
    const std::vector<Name>* above = parent ? &(parent->*part.paths) : nullptr;
    if (paths.empty()) paths = above ? *above : std::vector<Name>{any_at(scope.place)};
    good = known_paths(part.dimension, paths, above) && good;
  }
  for (const Name& name : scope.when) good = known_name(Dimension::kCondition, name) && good;
  for (const Name& name : scope.unless) good = known_name(Dimension::kCondition, name) && good;
  if (parent != nullptr) {
    scope.when.insert(scope.when.end(), parent->when.begin(), parent->when.end());
    scope.unless.insert(scope.unless.end(), parent->unless.begin(), parent->unless.end());
  }
  for (const Name& name : scope.when) {
    if (std::ranges::find(scope.unless, name.text, &Name::text) == scope.unless.end()) continue;
    good = false;
    error(name.place, "never", fmt::format("'{}' cannot hold and not hold", name.text),
          "leave it out of `when` or of `unless`");
  }
  return good;
}

std::optional<Rule> Compiler::whole_rule(const RuleNode& node, const Rule* parent) {
  Rule rule;
  rule.allow = node.allow;
  rule.clause = static_cast<std::uint16_t>(made_->clauses_.size() - 1);
  rule.place = node.place;
  rule.scope = node.scope;
  bool good = true;
  if (parent != nullptr && parent->allow == node.allow) {
    good = false;
    error(node.place, "exception",
          fmt::format("an exception of {} is {}", node.allow ? "an allow" : "a deny",
                      node.allow ? "a deny" : "an allow"),
          "write it as a rule of its own, or turn it round");
  }
  good = whole_scope(rule.scope, parent ? &parent->scope : nullptr, node.allow) && good;
  for (const RuleNode& exception : node.exceptions) {
    auto whole = whole_rule(exception, &rule);
    if (whole) {
      rule.exceptions.push_back(*std::move(whole));
    } else {
      good = false;
    }
  }
  if (!good) return {};
  return rule;
}

void Compiler::read_statement(const Statement& statement) {
  if (const auto* node = std::get_if<RuleNode>(&statement)) {
    if (auto rule = whole_rule(*node, nullptr)) made_->rules_.push_back(*std::move(rule));
    return;
  }
  read_duty(std::get<DutyNode>(statement));
}

void Compiler::add_deny(const DutyNode& node, Scope scope) {
  Rule rule;
  rule.clause = static_cast<std::uint16_t>(made_->clauses_.size() - 1);
  rule.place = node.place;
  rule.duty = node.kind;
  rule.from_duty = true;
  scope.place = node.place;
  if (!whole_scope(scope, nullptr, false)) return;
  rule.scope = std::move(scope);
  made_->rules_.push_back(std::move(rule));
}

void Compiler::read_duty(const DutyNode& node) {
  Duty duty{node.kind,       static_cast<std::uint16_t>(made_->clauses_.size() - 1),
            node.scope,      node.span,
            node.event.text, node.degree.text,
            node.least};
  Scope scope = node.scope;
  std::string_view unless;
  std::string verified;
  switch (node.kind) {
    case DutyKind::kKeep: read_keep(node); break;
    case DutyKind::kNotify: known_name(Dimension::kEvent, node.event); break;
    case DutyKind::kAnswer: break;
    case DutyKind::kExpire:
      unless = ended_by(node.event.text);
      if (unless.empty()) {
        error(node.event.place, "no-end", fmt::format("'{}' ends no sharing", node.event.text),
              "sharing ends at contract_end or at consent_withdrawn");
        return;
      }
      break;
    case DutyKind::kVerify:
      if (std::ranges::find(kDegrees, node.degree.text) == kDegrees.end()) {
        error(node.degree.place, "degree",
              fmt::format("'{}' is no degree of verification", node.degree.text),
              "the degrees are address, login, two_points and three_points_signed");
        return;
      }
      verified = "verified_" + node.degree.text;
      unless = verified;
      break;
    case DutyKind::kAggregate: unless = "aggregated"; break;
    case DutyKind::kLogGround: unless = "ground_logged"; break;
  }
  if (unless.empty()) {
    for (const Part& part : kParts) known_paths(part.dimension, scope.*part.paths, nullptr);
  } else {
    scope.unless.push_back({std::string(unless), node.place});
    add_deny(node, std::move(scope));
  }
  made_->duties_.push_back(std::move(duty));
}

void Compiler::read_keep(const DutyNode& node) {
  if (!node.event.text.empty()) known_name(Dimension::kEvent, node.event);
  std::vector<std::optional<Keep>>& keeps = made_->keeps_;
  keeps.resize(made_->categories_.size());
  const auto clause = static_cast<std::uint16_t>(made_->clauses_.size() - 1);
  for (const std::uint16_t index :
       covered(made_->categories_, made_->category_glosses_, node.scope.categories)) {
    Keep& keep = keeps[index] ? *keeps[index] : keeps[index].emplace();
    const Duration span = node.span.shortest();
    if (!node.event.text.empty()) {
      keep.until.push_back({node.event.text, span});
    } else {
      keep.span = std::min(keep.span.value_or(Duration::max()), span);
    }
    keep.clauses.push_back(clause);
  }
}

void Compiler::check_marks() {
  document_ = &documents_.back();
  const auto denied = [&](auto&& fits) {
    return std::ranges::any_of(made_->rules_, [&](const Rule& rule) {
      return !rule.allow && rule.exceptions.empty() && is_any(rule.scope.sources) &&
             is_any(rule.scope.subjects) && is_any(rule.scope.regions) &&
             is_any(rule.scope.channels) && rule.scope.when.empty() && fits(rule.scope);
    });
  };
  const auto names = [&](const std::vector<Name>& paths, const std::string& path) {
    return std::ranges::any_of(paths, [&](const Name& p) { return covers(p.text, path); });
  };
  for (std::uint16_t i = 0; i < made_->category_glosses_.size(); ++i) {
    if (!made_->category_glosses_[i].sensitive) continue;
    const std::string& path = made_->categories_.path({i});
    if (denied([&](const Scope& s) {
          return names(s.categories, path) && is_any(s.purposes) && is_any(s.parties) &&
                 s.unless.empty();
        })) {
      continue;
    }
    error(Place(), "sensitive",
          fmt::format("category '{}' is sensitive and no clause denies it", path),
          fmt::format("write a clause with: deny {}", path));
  }
  for (std::uint16_t i = 0; i < made_->party_glosses_.size(); ++i) {
    if (!made_->party_glosses_[i].independent) continue;
    const std::string& path = made_->parties_.path({i});
    if (denied([&](const Scope& s) {
          return names(s.parties, path) && is_any(s.categories) && is_any(s.purposes) &&
                 std::ranges::all_of(s.unless,
                                     [](const Name& n) { return n.text == "required_by_law"; });
        })) {
      continue;
    }
    error(Place(), "independent",
          fmt::format("party '{}' uses data for its own ends and no clause holds it back", path),
          fmt::format("write a clause with: deny any to {} unless required_by_law", path));
  }
  for (const Kind& kind : made_->kinds_) {
    for (const Field& field : kind.fields) {
      const auto category = made_->categories_.find(field.category);
      if (category && made_->keep(*category) != nullptr) continue;
      error(Place(), "no-keep",
            fmt::format("no clause says how long category '{}' is kept, which field '{}' of kind "
                        "'{}' is in",
                        field.category, field.name, kind.name),
            fmt::format("add to a clause: keep {} for 1 year", field.category));
    }
  }
}

}  // namespace heed::policy
