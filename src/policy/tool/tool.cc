#include "policy/tool/tool.h"

#include <fmt/core.h>

#include <algorithm>

#include "policy/language/parse.h"
#include "policy/language/spelling.h"
#include "policy/lint/lint.h"
#include "policy/lint/review.h"
#include "policy/publish/explain.h"
#include "policy/publish/plain.h"
#include "policy/publish/render.h"
#include "policy/shipped.h"
#include "policy/tool/tool_parts.h"

namespace heed::policy {
namespace {

std::string_view text_of(const PolicyTexts& texts, std::string_view file) {
  const auto given = std::ranges::find(texts, file, &PolicyText::file);
  if (given != texts.end()) return given->text;
  for (const ShippedText& shipped : shipped_texts()) {
    if (shipped.file == file) return shipped.text;
  }
  return {};
}

void write_check(JsonWriter& json, const Checked& checked, const std::vector<Finding>& findings) {
  json.begin_object().member("ok", checked.ok());
  if (checked.ok()) json.member("hash", checked.policy->hash());
  json.key("findings");
  write_json(json, findings);
  json.end_object();
}

std::string summary_of(const Policy& policy, std::size_t warnings) {
  return fmt::format("{}: {}, {}, {} cells, {}\nSHA-256 {}\n", policy.title(),
                     counted(policy.clauses().size(), "clause"),
                     counted(policy.kinds().size(), "kind"), policy.table().size().cells(),
                     counted(warnings, "warning"), policy.hash());
}

Result<std::string> rendered(const Version& version, std::string_view as, Time today) {
  if (as == "html") return render_html(version, {}, today, "");
  if (as == "markdown") return render_markdown(version, {});
  if (as == "dpv") return render_dpv(version) + "\n";
  if (as == "fides") return render_fides(version);
  if (as == "gpc") return render_gpc(version) + "\n";
  if (as == "text") return version.policy->source();
  return fail(ErrorKind::kInvalid, fmt::format("'{}' is no form of a policy", as),
              "the forms are html, markdown, dpv, fides, gpc and text");
}

std::vector<std::string> declared_paths(const Policy& policy, Dimension dimension) {
  std::vector<std::string> all;
  const auto add = [&]<class Tag>(const Vocabulary<Tag>& words) {
    for (std::uint16_t i = 0; i < words.size(); ++i) {
      if (policy.gloss(Word<Tag>{i}).declared) all.push_back(words.path({i}));
    }
  };
  if (dimension == Dimension::kCategory) add(policy.categories());
  if (dimension == Dimension::kPurpose) add(policy.purposes());
  if (dimension == Dimension::kParty) add(policy.parties());
  if (dimension == Dimension::kCondition) add(policy.facts());
  return all;
}

std::unexpected<Error> unknown(const Policy& policy, Dimension dimension, std::string_view what,
                               const std::string& path) {
  const auto known = declared_paths(policy, dimension);
  const std::string_view meant = nearest(path, known);
  std::string mend = meant.empty() ? "" : fmt::format("did you mean '{}'?", meant);
  if (meant.empty() && known.size() <= 40) mend = "the policy knows " + list_of(known);
  return fail(ErrorKind::kInvalid, fmt::format("the policy has no {} '{}'", what, path),
              std::move(mend));
}

template <class Tag>
bool declares(const Policy& policy, const Vocabulary<Tag>& words, std::string_view path) {
  const auto word = words.find(path);
  return word && policy.gloss(*word).declared;
}

Result<Conditions> conditions_of(const Policy& policy, const Question& question) {
  Conditions all;
  for (const bool truth : {true, false}) {
    for (const std::string& written : truth ? question.holds : question.fails) {
      const bool bare = written.find(':') == std::string::npos;
      const std::string path = bare ? "condition:" + written : written;
      if (!declares(policy, policy.facts(), path)) {
        return unknown(policy, Dimension::kCondition, "fact", path);
      }
      all = all.with(*policy.facts().find(path), truth);
      if (!truth) continue;
      // What came through shop.form came through shop: its parents hold, too.
      for (auto above = policy.facts().parent(*policy.facts().find(path)); above;
           above = policy.facts().parent(*above)) {
        all = all.with(*above, true);
      }
    }
  }
  return all;
}

Result<Explanation> answer(const Policy& policy, const Question& question) {
  if (!declares(policy, policy.purposes(), question.purpose)) {
    return unknown(policy, Dimension::kPurpose, "purpose", question.purpose);
  }
  if (!declares(policy, policy.parties(), question.party)) {
    return unknown(policy, Dimension::kParty, "party", question.party);
  }
  if (!declares(policy, policy.categories(), question.category)) {
    return unknown(policy, Dimension::kCategory, "category", question.category);
  }
  ASSIGN_OR_RETURN(const Conditions conditions, conditions_of(policy, question));
  ASSIGN_OR_RETURN(Access access, policy.access("", question.purpose, question.party));
  access.conditions = conditions;
  return explain(policy, access, *policy.categories().find(question.category));
}

}  // namespace

std::string excerpts(const std::vector<Finding>& findings, const PolicyTexts& texts) {
  std::string all;
  for (const Finding& finding : findings) all += excerpt(finding, text_of(texts, finding.file));
  return all;
}

std::optional<ToolAnswer> refused(const Checked& checked, const PolicyTexts& texts, bool json) {
  if (checked.ok()) return {};
  if (!json) return ToolAnswer{ToolStatus::kErrors, {}, excerpts(checked.findings, texts)};
  JsonWriter writer;
  write_check(writer, checked, checked.findings);
  return ToolAnswer{ToolStatus::kErrors, writer.take() + "\n", {}};
}

ToolAnswer tool_error(const Error& error, bool json) {
  if (!json) {
    const std::string mend = error.mend.empty() ? "" : fmt::format("      {}\n", error.mend);
    return {ToolStatus::kErrors, {}, fmt::format("heed: {}\n{}", error.message, mend)};
  }
  JsonWriter writer;
  writer.begin_object().member("error", error.message).member("mend", error.mend).end_object();
  return {ToolStatus::kErrors, writer.take() + "\n", {}};
}

ToolAnswer tool_check(const PolicyTexts& texts, CheckOptions options, Time today) {
  const Checked checked = check(texts);
  if (auto no = refused(checked, texts, options.json)) return *std::move(no);
  const std::vector<Finding> warnings = lint(*checked.policy, today);
  const bool failed = options.strict && !warnings.empty();
  const ToolStatus status = failed ? ToolStatus::kWarnings : ToolStatus::kGood;
  if (options.json) {
    JsonWriter json;
    write_check(json, checked, warnings);
    return {status, json.take() + "\n", {}};
  }
  return {status, summary_of(*checked.policy, warnings.size()), excerpts(warnings, texts)};
}

ToolAnswer tool_format(const PolicyText& text, bool json) {
  const Parsed parsed = parse(text.text, text.file);
  if (auto no = refused({nullptr, parsed.findings}, {text}, json); no && !parsed.ok()) {
    return *std::move(no);
  }
  std::string formatted;
  for (const Document& document : parsed.documents) formatted += format(document);
  if (!json) return {ToolStatus::kGood, std::move(formatted), {}};
  JsonWriter writer;
  writer.begin_object().member("changed", formatted != text.text).member("text", formatted);
  return {ToolStatus::kGood, writer.end_object().take() + "\n", {}};
}

ToolAnswer tool_render(const PolicyTexts& texts, std::string_view as, bool json, Time today) {
  Checked checked = check(texts);
  if (auto no = refused(checked, texts, json)) return *std::move(no);
  const Time activated = day_of(checked.policy->date()).value_or(today);
  const Version version{1, activated, "", {}, std::move(checked.policy)};
  auto made = rendered(version, as, today);
  if (!made) return tool_error(made.error(), json);
  if (!json) return {ToolStatus::kGood, *std::move(made), {}};
  JsonWriter writer;
  writer.begin_object().member("as", as).member("hash", version.policy->hash());
  writer.member("text", *made).end_object();
  return {ToolStatus::kGood, writer.take() + "\n", {}};
}

ToolAnswer tool_explain(const PolicyTexts& texts, const Question& question, bool json) {
  const Checked checked = check(texts);
  if (auto no = refused(checked, texts, json)) return *std::move(no);
  const auto explained = answer(*checked.policy, question);
  if (!explained) return tool_error(explained.error(), json);
  if (json) return as_json(*explained);
  std::string text = fmt::format("{}\n  \"{}\"\n", explained->answer, explained->sentence);
  for (const Reason& reason : explained->reasons) {
    text += fmt::format("\n{} {}:{}\n  {}\n  {}\n", reason.clause, reason.file, reason.place.line,
                        reason.rule, reason.outcome);
  }
  return {ToolStatus::kGood, std::move(text), {}};
}

}  // namespace heed::policy
