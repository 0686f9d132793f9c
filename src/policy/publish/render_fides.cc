// A manifest for Fides (https://github.com/ethyca/fideslang): our words as a taxonomy of its own,
// the kinds as one dataset, the allows as a system's privacy declarations. YAML whose every scalar
// is a JSON string, which is valid YAML 1.2 and needs no other quoting.
#include <fmt/core.h>

#include "base/json.h"
#include "policy/publish/explain.h"
#include "policy/publish/plain.h"
#include "policy/publish/render.h"

namespace heed::policy {
namespace {

using Names = std::vector<Name>;

template <class Tag>
void add_words(std::string& text, const Policy& policy, const Vocabulary<Tag>& words,
               std::string_view resource) {
  text += fmt::format("{}:\n", resource);
  for (std::uint16_t i = 0; i < words.size(); ++i) {
    const Word<Tag> word{i};
    if (!policy.gloss(word).declared) continue;
    const std::string& path = words.path(word);
    text += fmt::format("  - fides_key: {}\n    name: {}\n", json_quote(path),
                        json_quote(spaced(path)));
    if (const std::string& gloss = policy.gloss(word).text; !gloss.empty()) {
      text += fmt::format("    description: {}\n", json_quote(gloss));
    }
    if (const auto parent = words.parent(word)) {
      text += fmt::format("    parent_key: {}\n", json_quote(words.path(*parent)));
    }
  }
}

void add_dataset(std::string& text, const Policy& policy) {
  text += fmt::format("dataset:\n  - fides_key: {}\n    name: {}\n    collections:\n",
                      json_quote(policy.name() + "_store"),
                      json_quote("What the program stores under " + policy.title()));
  for (const Kind& kind : policy.kinds()) {
    text += fmt::format("      - name: {}\n", json_quote(kind.name));
    if (!kind.gloss.empty())
      text += fmt::format("        description: {}\n", json_quote(kind.gloss));
    text += "        fields:\n";
    for (const Field& field : kind.fields) {
      text += fmt::format("          - name: {}\n            data_categories: [{}]\n",
                          json_quote(field.name), json_quote(field.category));
    }
  }
}

/// Roots stand for `any`: Fides has no such word.
template <class Tag>
std::vector<std::string> written(const Policy& policy, const Vocabulary<Tag>& words,
                                 const Names& paths) {
  std::vector<std::string> all;
  if (!paths.empty() && paths[0].text != "any") {
    for (const Name& path : paths) all.push_back(path.text);
    return all;
  }
  for (std::uint16_t i = 0; i < words.size(); ++i) {
    const Word<Tag> word{i};
    const Gloss& gloss = policy.gloss(word);
    if (gloss.declared && !gloss.sensitive && !words.parent(word)) all.push_back(words.path(word));
  }
  return all;
}

std::string quoted(const std::vector<std::string>& parts) {
  std::string list;
  for (const std::string& part : parts) list += (list.empty() ? "" : ", ") + json_quote(part);
  return list;
}

void add_system(std::string& text, const Policy& policy) {
  text += fmt::format(
      "system:\n  - fides_key: {}\n    name: {}\n    description: {}\n    system_type: "
      "\"Service\"\n"
      "    privacy_declarations:\n",
      json_quote(policy.name()), json_quote(policy.title()),
      json_quote("Made from the policy in force, SHA-256 " + policy.hash()));
  for (const Rule& rule : policy.rules()) {
    if (!rule.allow) continue;
    const std::string categories =
        quoted(written(policy, policy.categories(), rule.scope.categories));
    for (const std::string& purpose : written(policy, policy.purposes(), rule.scope.purposes)) {
      text += fmt::format(
          "      - name: {}\n        data_use: {}\n        data_categories: [{}]\n"
          "        data_subjects: []\n        third_parties: {}\n",
          json_quote("Clause " + policy.clauses()[rule.clause].id + ": " + tell(policy, rule)),
          json_quote(purpose), categories,
          json_quote(list_of(written(policy, policy.parties(), rule.scope.parties))));
    }
  }
}

}  // namespace

std::string render_fides(const Version& version) {
  const Policy& policy = *version.policy;
  std::string text;
  add_words(text, policy, policy.categories(), "data_category");
  add_words(text, policy, policy.purposes(), "data_use");
  add_dataset(text, policy);
  add_system(text, policy);
  return text;
}

}  // namespace heed::policy
