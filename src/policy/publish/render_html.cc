// The published page.
#include <fmt/core.h>

#include <algorithm>

#include "policy/lint/review.h"
#include "policy/publish/html.h"
#include "policy/publish/plain.h"
#include "policy/publish/render.h"
#include "policy/publish/render_style.h"
#include "policy/publish/told.h"

namespace heed::policy {
namespace {

class Page {
 public:
  Page(const Version& version, const Evidence& evidence, Time now)
      : version_(version),
        policy_(*version.policy),
        evidence_(evidence),
        now_(now),
        clauses_(tell_clauses(policy_, evidence)),
        sections_(std::ranges::any_of(
            clauses_, [](const ToldClause& told) { return !told.clause->section.empty(); })) {}

  std::string write(std::string_view style_nonce) {
    html_.raw("<!DOCTYPE html>\n").open("html", {{"lang", "en"}});
    head(style_nonce);
    html_.open("body").element("a", "Skip to the clauses",
                               {{"class", "skip"}, {"href", "#clauses"}});
    banner();
    html_.open("div", {{"class", "page"}});
    contents();
    html_.open("main");
    clauses();
    stored();
    signals();
    words();
    contact();
    html_.close().close();
    footer();
    html_.close().close();
    return html_.take();
  }

 private:
  void head(std::string_view style_nonce) {
    html_.open("head").empty("meta", {{"charset", "utf-8"}});
    html_.empty("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
    html_.empty("meta", {{"name", "heed-policy-hash"}, {"content", policy_.hash()}});
    html_.element("title", policy_.title());
    html_.open("style", {{"nonce", style_nonce}}).raw(page_style()).close().close();
  }

  void fact(std::string_view name, std::string_view value) {
    html_.open("div").element("dt", name).element("dd", value).close();
  }

  void banner() {
    html_.open("header").element("h1", policy_.title()).open("dl");
    html_.open("div").element("dt", "In force since").open("dd");
    html_.element("time", tell_date(version_.activated),
                  {{"datetime", format_time(version_.activated, 0)}});
    html_.close().close();
    fact("Version", fmt::format("{}, text of {}", version_.number, policy_.date()));
    fact("Review", tell_review(policy_, now_));
    if (version_.notice) {
      fact("Notice of this change",
           fmt::format("{}: {}", tell_date(version_.notice->given), version_.notice->text));
    }
    html_.close();
    html_.element("p",
                  "This page is made from the text that the program enforces: each clause stands "
                  "with its rules. What no clause allows is refused.",
                  {{"class", "quiet"}});
    html_.close();
  }

  void link(std::string_view target, std::string_view text) {
    html_.open("li").element("a", text, {{"href", target}}).close();
  }

  /// A clause without a section stands in the one before it.
  bool begins_section(const ToldClause& told, std::string& section) const {
    if (!sections_) return false;
    const std::string& own = told.clause->section;
    if (own == section || (own.empty() && !section.empty())) return false;
    section = own.empty() ? "Beforehand" : own;
    return true;
  }

  void contents() {
    html_.open("nav", {{"aria-label", "Contents"}}).open("ul");
    if (!sections_) link("#clauses", "What we promise");
    std::string section;
    for (const ToldClause& told : clauses_) {
      if (!begins_section(told, section)) continue;
      link("#clause-" + told.clause->id, section);
    }
    link("#stored", "What is stored, and how long");
    link("#signals", "Signals of your browser");
    link("#words", "What the words mean");
    if (has_contact()) link("#contact", "Contact");
    html_.close().close();
  }

  void clauses() {
    html_.element("h2", "What we promise", {{"id", "clauses"}, {"tabindex", "-1"}});
    std::string section;
    for (const ToldClause& told : clauses_) {
      if (begins_section(told, section)) html_.element("h3", section);
      clause(told);
    }
  }

  void clause(const ToldClause& told) {
    const Clause& clause = *told.clause;
    const std::string id = "clause-" + clause.id;
    const std::string heading = id + "-heading";
    html_.open("article", {{"class", "clause"}, {"id", id}, {"aria-labelledby", heading}});
    html_.element(sections_ ? "h4" : "h3", "Clause " + clause.id, {{"id", heading}});
    html_.element("p", clause.sentence, {{"class", "sentence"}});
    html_.open("dl");
    if (clause.information) fact("Rules", "None: this clause tells you something.");
    rules(told);
    list("Duties", told.duties);
    if (!clause.keeps.empty()) fact("Obligations", list_of(clause.keeps));
    list("Asked at", told.points);
    if (told.decisions) {
      fact(evidence_.counted_until
               ? fmt::format("30 days to {}", tell_date(*evidence_.counted_until))
               : std::string("Last 30 days"),
           fmt::format("{} allowed, {} refused", counted(told.decisions->allowed, "request"),
                       told.decisions->refused));
    }
    html_.close().close();
  }

  void rules(const ToldClause& told) {
    if (told.rules.empty()) return;
    html_.open("div").element("dt", "Rules").open("dd").open("ul");
    for (const ToldRule& rule : told.rules) {
      html_.open("li").element("span",
                               rule.allow ? "✓ Allowed: " : "✕ Refused: ", {{"class", "verdict"}});
      html_.text(rule.text).close();
    }
    html_.close().close().close();
  }

  void list(std::string_view name, const std::vector<std::string>& items) {
    if (items.empty()) return;
    html_.open("div").element("dt", name).open("dd").open("ul");
    for (const std::string& item : items) html_.element("li", item);
    html_.close().close().close();
  }

  void table(std::string_view id, std::string_view caption,
             std::initializer_list<std::string_view> columns) {
    html_.open(
        "div",
        {{"class", "scroll"}, {"role", "region"}, {"aria-labelledby", id}, {"tabindex", "0"}});
    // The roles are said again because a narrow screen shows rows as blocks.
    html_.open("table", {{"role", "table"}}).element("caption", caption);
    html_.open("thead", {{"role", "rowgroup"}}).open("tr", {{"role", "row"}});
    for (const std::string_view column : columns) {
      html_.element("th", column, {{"scope", "col"}, {"role", "columnheader"}});
    }
    html_.close().close().open("tbody", {{"role", "rowgroup"}});
  }
  void cell(std::string_view column, std::string_view text) {
    html_.element("td", text, {{"data-name", column}, {"role", "cell"}});
  }
  void begin_row(std::string_view name, std::string_view gloss) {
    html_.open("tr", {{"role", "row"}}).open("th", {{"scope", "row"}, {"role", "rowheader"}});
    html_.text(name);
    if (!gloss.empty()) html_.text(" ").element("small", gloss);
    html_.close();
  }
  void end_table() { html_.close().close().close(); }

  void stored() {
    html_.element("h2", "What is stored, and how long", {{"id", "stored"}});
    table("stored", "Every kind of record, with its fields by category",
          {"Record", "Fields", "Category", "Kept"});
    std::string kind;
    for (const ToldStored& row : tell_stored(policy_)) {
      begin_row(row.kind, row.kind == kind ? "" : row.gloss);
      kind = row.kind;
      cell("Fields", row.fields);
      cell("Category", row.category);
      cell("Kept", row.kept);
      html_.close();
    }
    end_table();
  }

  void signals() {
    html_.element("h2", "Signals of your browser", {{"id", "signals"}});
    for (const std::string& sentence : tell_signals(policy_)) html_.element("p", sentence);
  }

  void words() {
    html_.element("h2", "What the words mean", {{"id", "words"}});
    table("words", "Words of the rules above", {"Word", "Kind", "Meaning"});
    for (const auto& [dimension, name] : {std::pair{Dimension::kCategory, "data"},
                                          {Dimension::kPurpose, "purpose"},
                                          {Dimension::kParty, "receiver"},
                                          {Dimension::kSource, "source"},
                                          {Dimension::kSubject, "person"},
                                          {Dimension::kRegion, "region"},
                                          {Dimension::kChannel, "channel"}}) {
      for (const ToldWord& told : tell_words(policy_, dimension)) {
        begin_row(told.word, "");
        cell("Kind", name);
        cell("Meaning", told.gloss);
        html_.close();
      }
    }
    end_table();
  }

  bool has_contact() const {
    return !evidence_.contact_email.empty() || !evidence_.contact_postal.empty();
  }

  void contact() {
    if (!has_contact()) return;
    html_.element("h2", "Contact", {{"id", "contact"}});
    html_.element("p", "Questions, requests about your data, and complaints reach us here.");
    html_.open("dl");
    if (!evidence_.contact_email.empty()) {
      html_.open("div").element("dt", "E-mail").open("dd");
      html_.element("a", evidence_.contact_email, {{"href", "mailto:" + evidence_.contact_email}});
      html_.close().close();
    }
    if (!evidence_.contact_postal.empty()) fact("Post", evidence_.contact_postal);
    html_.close();
  }

  void footer() {
    html_.open("footer").open("p", {{"class", "quiet"}});
    html_.text("SHA-256 of the text in force: ").element("code", policy_.hash()).close();
    html_.open("p", {{"class", "quiet"}}).text("The same policy for programs: ");
    html_.element("a", "the text", {{"href", "/privacy/policy.txt"}}).text(", ");
    html_.element("a", "Markdown", {{"href", "/privacy/policy.md"}}).text(", ");
    html_.element("a", "Data Privacy Vocabulary", {{"href", "/privacy/policy.jsonld"}});
    html_.text(", ").element("a", "Fides", {{"href", "/privacy/policy.fides.yml"}}).close();
    html_.close();
  }

  const Version& version_;
  const Policy& policy_;
  const Evidence& evidence_;
  const Time now_;
  const std::vector<ToldClause> clauses_;
  const bool sections_;
  Html html_;
};

}  // namespace

std::string render_html(const Version& version, const Evidence& evidence, Time now,
                        std::string_view style_nonce) {
  return Page(version, evidence, now).write(style_nonce);
}

}  // namespace heed::policy
