// The page as Markdown, for a repository or a mail.
#include <fmt/core.h>

#include "policy/publish/plain.h"
#include "policy/publish/render.h"
#include "policy/publish/told.h"

namespace heed::policy {
namespace {

/// Characters that would be markup stand for themselves.
std::string plain(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (std::string_view("\\`*_[]<>#|").find(c) != std::string_view::npos) safe += '\\';
    safe += c;
  }
  return safe;
}

void add_clause(std::string& text, const ToldClause& told) {
  const Clause& clause = *told.clause;
  text += fmt::format("\n### {}\n\n{}\n\n", plain(clause.id), plain(clause.sentence));
  for (const ToldRule& rule : told.rules) {
    text += fmt::format("- **{}**: {}\n", rule.allow ? "Allowed" : "Refused", plain(rule.text));
  }
  for (const std::string& duty : told.duties) text += fmt::format("- Duty: {}\n", plain(duty));
  if (clause.information) text += "- This clause tells you something; it decides nothing.\n";
  if (!clause.keeps.empty()) text += fmt::format("- Obligations: {}\n", list_of(clause.keeps));
  for (const std::string& point : told.points)
    text += fmt::format("- Asked at: {}\n", plain(point));
  if (told.decisions) {
    text += fmt::format("- Last 30 days: {} allowed, {} refused\n", told.decisions->allowed,
                        told.decisions->refused);
  }
}

}  // namespace

std::string render_markdown(const Version& version, const Evidence& evidence) {
  const Policy& policy = *version.policy;
  std::string text = fmt::format(
      "# {}\n\nIn force since {}. Version {}, text of {}. {}\n\nSHA-256 of the text: `{}`\n",
      plain(policy.title()), tell_date(version.activated), version.number, policy.date(),
      tell_review(policy, {}), policy.hash());
  std::string section;
  text += "\n## What we promise\n";
  for (const ToldClause& told : tell_clauses(policy, evidence)) {
    if (told.clause->section != section && !told.clause->section.empty()) {
      text += fmt::format("\n**{}**\n", plain(told.clause->section));
    }
    section = told.clause->section;
    add_clause(text, told);
  }
  text +=
      "\n## What is stored, and how long\n\n| Record | Fields | Category | Kept |\n"
      "| --- | --- | --- | --- |\n";
  for (const ToldStored& row : tell_stored(policy)) {
    text += fmt::format("| {} | {} | {} | {} |\n", plain(row.kind), plain(row.fields),
                        plain(row.category), plain(row.kept));
  }
  text += "\n## Signals of your browser\n\n";
  for (const std::string& sentence : tell_signals(policy)) text += plain(sentence) + "\n";
  if (!evidence.contact_email.empty() || !evidence.contact_postal.empty()) {
    text += "\n## Contact\n\n";
    if (!evidence.contact_email.empty()) text += "<" + evidence.contact_email + ">\n";
    if (!evidence.contact_postal.empty()) text += plain(evidence.contact_postal) + "\n";
  }
  return text;
}

}  // namespace heed::policy
