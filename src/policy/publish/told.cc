#include "policy/publish/told.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "policy/lint/review.h"
#include "policy/publish/explain.h"
#include "policy/publish/plain.h"

namespace heed::policy {
namespace {

std::string tell_keep(const Policy& policy, Category category) {
  const Keep* keep = policy.keep(category);
  if (keep == nullptr) return "never stored";
  std::vector<std::string> ends;
  for (const Duty& duty : policy.duties()) {
    if (duty.kind != DutyKind::kKeep ||
        std::ranges::none_of(duty.scope.categories, [&](const Name& name) {
          const auto above = policy.categories().find(name.text);
          return name.text == "any" || (above && policy.categories().covers(*above, category));
        })) {
      continue;
    }
    std::string end;
    if (duty.event.empty()) {
      end = tell_span(duty.span);
    } else {
      end = "until " + tell_word(policy, Dimension::kEvent, duty.event);
      if (duty.span.count > 0) end += " and " + tell_span(duty.span) + " longer";
    }
    ends.push_back(fmt::format("{} ({})", end, policy.clauses()[duty.clause].id));
  }
  return list_of(ends, "or, if that is sooner,");
}

bool asks(const Rule& rule, std::string_view condition) {
  const auto named = [&](const std::vector<Name>& names) {
    return std::ranges::find(names, condition, &Name::text) != names.end();
  };
  return named(rule.scope.when) || named(rule.scope.unless) ||
         std::ranges::any_of(rule.exceptions,
                             [&](const Rule& inner) { return asks(inner, condition); });
}

std::string tell_signal(const Policy& policy, std::string_view condition, std::string_view name) {
  std::vector<std::string> clauses;
  for (const Rule& rule : policy.rules()) {
    const std::string& id = policy.clauses()[rule.clause].id;
    if (asks(rule, condition) && (clauses.empty() || clauses.back() != id)) clauses.push_back(id);
  }
  if (clauses.empty()) {
    return fmt::format("No rule of this policy depends on {}, so sending it changes nothing here.",
                       name);
  }
  return fmt::format("A browser that sends {} has said no: see clause{} {}.", name,
                     clauses.size() == 1 ? "" : "s", list_of(clauses));
}

/// "friend name (emptied with friend)": a field, and what somebody else's erasure does to it.
std::string tell_field(const Field& field) {
  const std::string name = spaced(field.name);
  if (!field.with.empty()) return fmt::format("{} (emptied with {})", name, spaced(field.with));
  const bool is_subject = field.type == FieldType::kSubject;
  const std::string whom = is_subject ? "person" : spaced(field.refers_to);
  switch (field.on_erasure) {
    case OnErasure::kOwns:
      return fmt::format("{} (owns the record, which goes with the last owner)", name);
    case OnErasure::kRemoves:
      return fmt::format("{} (the record goes when this {} is erased)", name, whom);
    case OnErasure::kEmpties: return fmt::format("{} (emptied when this {} is erased)", name, whom);
    case OnErasure::kStays: return fmt::format("{} (stays when this {} is erased)", name, whom);
    case OnErasure::kNone: break;
  }
  return name;
}

}  // namespace

std::vector<ToldClause> tell_clauses(const Policy& policy, const Evidence& evidence) {
  std::vector<ToldClause> all;
  std::unordered_map<std::string_view, std::size_t> at;
  for (const Clause& clause : policy.clauses()) {
    at.emplace(clause.id, all.size());
    all.push_back({&clause, {}, {}, {}, {}});
  }
  for (const Rule& rule : policy.rules()) {
    if (!rule.from_duty) all[rule.clause].rules.push_back({rule.allow, tell(policy, rule)});
  }
  for (const Duty& duty : policy.duties()) all[duty.clause].duties.push_back(tell(policy, duty));
  for (const Evidence::Point& point : evidence.points) {
    if (const auto found = at.find(point.clause); found != at.end()) {
      all[found->second].points.push_back(point.where);
    }
  }
  for (const Evidence::Clause& counted : evidence.clauses) {
    if (const auto found = at.find(counted.id); found != at.end()) {
      all[found->second].decisions = counted;
    }
  }
  return all;
}

std::vector<ToldStored> tell_stored(const Policy& policy) {
  std::vector<ToldStored> all;
  for (const Kind& kind : policy.kinds()) {
    std::vector<std::string> categories;
    std::unordered_map<std::string, std::vector<std::string>> fields;
    for (const Field& field : kind.fields) {
      auto& of_category = fields[field.category];
      if (of_category.empty()) categories.push_back(field.category);
      of_category.push_back(tell_field(field));
    }
    for (const std::string& path : categories) {
      const auto category = policy.categories().find(path);
      all.push_back({spaced(kind.name), kind.gloss, list_of(fields[path]), spaced(path),
                     category ? tell_keep(policy, *category) : std::string()});
    }
  }
  return all;
}

std::vector<std::string> tell_signals(const Policy& policy) {
  return {tell_signal(policy, "gpc", "Global Privacy Control"),
          tell_signal(policy, "dnt", "Do Not Track")};
}

std::vector<ToldWord> tell_words(const Policy& policy, Dimension dimension) {
  std::vector<ToldWord> all;
  const auto add = [&]<class Tag>(const Vocabulary<Tag>& words, std::string_view prefix) {
    for (std::uint16_t i = 0; i < words.size(); ++i) {
      const Gloss& gloss = policy.gloss(Word<Tag>{i});
      std::string_view path = words.path({i});
      if (!gloss.declared || gloss.text.empty() || !path.starts_with(prefix)) continue;
      path.remove_prefix(prefix.size());
      all.push_back({spaced(path), gloss.text});
    }
  };
  switch (dimension) {
    case Dimension::kCategory: add(policy.categories(), ""); break;
    case Dimension::kPurpose: add(policy.purposes(), ""); break;
    case Dimension::kParty: add(policy.parties(), ""); break;
    case Dimension::kEvent: add(policy.events(), ""); break;
    default: add(policy.facts(), fact_path(dimension, ""));
  }
  return all;
}

std::string tell_review(const Policy& policy, std::optional<Time> now) {
  const auto due = review_due(policy);
  if (!due) return "No review is promised.";
  const std::string every = tell_span(*policy.review());
  if (now && *due <= *now) {
    return fmt::format("Reviewed every {}: the review of {} is overdue.", every, tell_date(*due));
  }
  return fmt::format("Reviewed every {}, next by {}.", every, tell_date(*due));
}

std::string tell_date(Time time) {
  constexpr std::array<std::string_view, 12> kMonths = {
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  const std::string date = date_of(time);
  const auto digit = [&](std::size_t i) { return static_cast<std::size_t>(date[i] - '0'); };
  return fmt::format("{} {} {}", digit(8) * 10 + digit(9), kMonths[digit(5) * 10 + digit(6) - 1],
                     date.substr(0, 4));
}

}  // namespace heed::policy
