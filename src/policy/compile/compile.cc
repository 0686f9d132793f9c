#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <numeric>

#include "base/bytes.h"
#include "base/crypto.h"
#include "policy/compile/compiler.h"
#include "policy/language/parse.h"
#include "policy/language/spelling.h"
#include "policy/shipped.h"

namespace heed::policy {
namespace {

constexpr std::size_t kMostClauses = Table::kDefault - 1;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The words that `documents` use and lack, from the shipped ones.
void add_shipped(std::vector<Document>& documents) {
  std::vector<std::string> wanted;
  for (const Document& document : documents) {
    for (const Name& name : document.header.uses) wanted.push_back(name.text);
  }
  const auto has = [&](std::string_view name) {
    return std::ranges::any_of(documents,
                               [&](const Document& d) { return d.header.name.text == name; });
  };
  std::erase_if(wanted, has);
  if (wanted.empty()) return;
  for (const ShippedText& shipped : shipped_texts()) {
    for (Document& document : parse(shipped.text, std::string(shipped.file)).documents) {
      const bool is_wanted = document.header.kind == FileKind::kWords &&
                             std::ranges::find(wanted, document.header.name.text) != wanted.end();
      if (is_wanted && !has(document.header.name.text)) documents.push_back(std::move(document));
    }
  }
}

}  // namespace

bool id_before(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (is_digit(a[0]) && is_digit(b[0])) {
      const auto number = [](std::string_view& text) {
        std::uint64_t value = 0;
        const auto end = std::from_chars(text.data(), text.data() + text.size(), value).ptr;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        return value;
      };
      const std::uint64_t of_a = number(a);
      const std::uint64_t of_b = number(b);
      if (of_a != of_b) return of_a < of_b;
      continue;
    }
    if (a[0] != b[0]) return a[0] < b[0];
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  return a.size() < b.size();
}

Checked check(const std::vector<PolicyText>& texts, const Policy* before) {
  std::vector<Document> documents;
  std::vector<Finding> findings;
  for (const PolicyText& text : texts) {
    Parsed parsed = parse(text.text, text.file);
    std::ranges::move(parsed.documents, std::back_inserter(documents));
    findings.insert(findings.end(), parsed.findings.begin(), parsed.findings.end());
  }
  if (!findings.empty()) return {nullptr, std::move(findings)};
  add_shipped(documents);
  return Compiler(std::move(documents), before).run();
}

Compiler::Compiler(std::vector<Document> documents, const Policy* before)
    : documents_(std::move(documents)), made_(new Policy()) {
  if (before != nullptr) keep_words_of(*before);
}

Checked Compiler::run() && {
  order_documents();
  if (!findings_.empty()) return {nullptr, std::move(findings_)};
  read_header();
  for (const Document& document : documents_) {
    document_ = &document;
    check_uses(document);
    declare(document);
  }
  check_size();
  for (const Document& document : documents_) read_kinds(document);
  for (const Document& document : documents_) check_references(document);
  for (const Document& document : documents_) read_clauses(document);
  if (findings_.empty()) check_marks();
  if (!findings_.empty()) return {nullptr, std::move(findings_)};
  sort_out_ranks();
  fill_table();
  if (!findings_.empty()) return {nullptr, std::move(findings_)};
  finish();
  return {std::move(made_), {}};
}

void Compiler::error(const Place& place, std::string check, std::string message, std::string mend) {
  if (findings_.size() >= ParseLimits::kFindings) return;
  findings_.push_back({Severity::kError, std::move(check), document_ ? document_->file : "", place,
                       clause_, std::move(message), std::move(mend)});
}

void Compiler::order_documents() {
  std::ranges::sort(documents_, {}, [](const Document& d) {
    const int kind = d.header.kind == FileKind::kWords    ? 0
                     : d.header.kind == FileKind::kPolicy ? 1
                                                          : 2;
    return std::pair(kind, std::string_view(d.header.name.text));
  });
  for (std::size_t i = 1; i < documents_.size(); ++i) {
    document_ = &documents_[i];
    if (documents_[i].header.name.text == documents_[i - 1].header.name.text) {
      error(document_->header.name.place, "twice",
            fmt::format("'{}' is the name of two files", document_->header.name.text),
            "give each policy, overlay and file of words a name of its own");
    }
  }
  const auto policies = std::ranges::count_if(
      documents_, [](const Document& d) { return d.header.kind == FileKind::kPolicy; });
  if (policies == 1) return;
  document_ = documents_.empty() ? nullptr : &documents_.back();
  error(document_ ? document_->header.place : Place(), "no-policy",
        policies == 0 ? "there is no policy here" : "there is more than one policy here",
        policies == 0 ? "begin a file with: policy name \"Title\" version 2026-01-31"
                      : "check one policy at a time; `heed policy diff` compares two");
}

void Compiler::read_header() {
  const auto document = std::ranges::find(documents_, FileKind::kPolicy,
                                          [](const Document& d) { return d.header.kind; });
  const Header& header = document->header;
  document_ = &*document;
  made_->name_ = header.name.text;
  made_->title_ = header.title;
  made_->date_ = header.version;
  if (header.review.count > 0) made_->review_ = header.review;
  if (header.version.empty()) {
    error(header.place, "no-version", "the policy has no version",
          "add the date of this text after its title: version 2026-01-31");
  }
}

void Compiler::check_uses(const Document& document) {
  for (const Name& used : document.header.uses) {
    const auto found = std::ranges::find_if(
        documents_, [&](const Document& d) { return d.header.name.text == used.text; });
    if (found == documents_.end()) {
      error(used.place, "unknown-words", fmt::format("there are no words '{}'", used.text),
            "give their file too, or use heed_words, which come with the program");
    } else if (found->header.kind != FileKind::kWords &&
               document.header.kind != FileKind::kOverlay) {
      error(used.place, "unknown-words", fmt::format("'{}' is not a file of words", used.text),
            "only an overlay stands on a policy");
    }
  }
}

void Compiler::read_clauses(const Document& document) {
  document_ = &document;
  for (const Declaration& declaration : document.declarations) {
    if (const auto* clause = std::get_if<ClauseNode>(&declaration)) read_clause(document, *clause);
  }
  clause_.clear();
}

void Compiler::read_clause(const Document& document, const ClauseNode& node) {
  clause_ = node.id.text;
  if (document.header.kind == FileKind::kWords) {
    error(node.id.place, "clause-in-words", "a file of words has no clauses",
          "move the clause into a policy that uses these words");
    return;
  }
  if (document.header.kind == FileKind::kOverlay) check_overlay(document, node);
  std::vector<Clause>& clauses = made_->clauses_;
  if (!ids_.insert(node.id.text).second) {
    error(node.id.place, "twice", fmt::format("clause {} is written twice", node.id.text),
          "give one of them another id");
  }
  if (clauses.size() >= kMostClauses) {
    error(node.id.place, "too-many", "a policy has at most 65,534 clauses", "split the policy");
    return;
  }
  if (node.sentence.empty()) {
    error(node.id.place, "no-sentence", fmt::format("clause {} has no sentence", node.id.text),
          "write in quotes what the published page says");
  }
  if (!node.information && node.statements.empty()) {
    error(node.id.place, "no-rule", fmt::format("clause {} has no rule", node.id.text),
          "write the rule that keeps the sentence, or mark the clause `information`");
  }
  Clause clause{node.id.text, node.sentence, node.section, {}, node.information};
  for (const Name& kept : node.keeps) clause.keeps.push_back(kept.text);
  clauses.push_back(std::move(clause));
  for (const Statement& statement : node.statements) read_statement(statement);
}

void Compiler::check_overlay(const Document& document, const ClauseNode& node) {
  const std::function<void(const RuleNode&)> walk = [&](const RuleNode& rule) {
    if (rule.allow) {
      error(rule.place, "overlay-allows",
            fmt::format("the overlay '{}' allows something; it can only narrow",
                        document.header.name.text),
            "put the allow into the policy itself, where its notice can be given");
    }
    for (const RuleNode& exception : rule.exceptions) walk(exception);
  };
  for (const Statement& statement : node.statements) {
    if (const auto* rule = std::get_if<RuleNode>(&statement)) walk(*rule);
  }
}

void Compiler::sort_out_ranks() {
  std::vector<std::uint16_t> order(made_->clauses_.size());
  std::iota(order.begin(), order.end(), std::uint16_t{0});
  std::ranges::sort(order, [&](std::uint16_t a, std::uint16_t b) {
    return id_before(made_->clauses_[a].id, made_->clauses_[b].id);
  });
  rank_.resize(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) rank_[order[i]] = static_cast<std::uint16_t>(i);
}

void Compiler::finish() {
  for (const Document& document : documents_) made_->source_ += format(document);
  made_->hash_ = to_hex(sha256(made_->source_));
  made_->documents_ = std::move(documents_);
}

}  // namespace heed::policy
