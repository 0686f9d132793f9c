// The compiler, from trees to a Policy. Only compile*.cc include this.
#pragma once

#include <functional>
#include <string>
#include <unordered_set>
#include <vector>

#include "policy/compile/cubes.h"
#include "policy/policy.h"

namespace heed::policy {

class Compiler {
 public:
  Compiler(std::vector<Document> documents, const Policy* before);
  Checked run() &&;

 private:
  // compile.cc: the whole, its headers and clauses.
  void order_documents();
  void read_header();
  void check_uses(const Document& document);
  void read_clauses(const Document& document);
  void read_clause(const Document& document, const ClauseNode& node);
  void check_overlay(const Document& document, const ClauseNode& node);
  void sort_out_ranks();
  void finish();

  // compile_words.cc: vocabularies.
  void keep_words_of(const Policy& before);
  void declare(const Document& document);
  void declare_word(Dimension dimension, const WordNode& node, const std::string& parent);
  Gloss& gloss_of(Dimension dimension, const std::string& path);
  void read_mark(Dimension dimension, const Name& mark, Gloss& gloss);
  void check_size();

  // compile_kinds.cc: kinds.
  void read_kinds(const Document& document);
  void read_kind(const KindNode& node);
  Field read_field(const KindNode& kind, const FieldNode& node);
  void check_series(const KindNode& kind, const FieldNode& node);
  void check_erasure(const KindNode& kind, const FieldNode& node);
  void check_with(const KindNode& kind, const FieldNode& node);
  /// Once all kinds are read, as a reference may lead to any of them.
  void check_references(const Document& document);

  // compile_rules.cc: statements.
  void read_statement(const Statement& statement);
  void read_duty(const DutyNode& node);
  void read_keep(const DutyNode& node);
  /// Resolves names and fills in what `parent` has and `node` leaves out. Nothing after an error.
  std::optional<Rule> whole_rule(const RuleNode& node, const Rule* parent);
  bool whole_scope(Scope& scope, const Scope* parent, bool allow);
  bool known_paths(Dimension dimension, std::vector<Name>& paths, const std::vector<Name>* parent);
  bool known_name(Dimension dimension, const Name& name);
  bool is_declared(Dimension dimension, const std::string& path) const;
  void add_deny(const DutyNode& node, Scope scope);
  void check_marks();

  // compile_table.cc: rules to cells.
  void fill_table();
  void fill(const Rule& rule);
  void fill_within(const Rule& rule, const Alternative& whole);
  template <class Tag>
  std::vector<std::uint16_t> covered(const Vocabulary<Tag>& words,
                                     const std::vector<Gloss>& glosses,
                                     const std::vector<Name>& paths) const;

  void error(const Place& place, std::string check, std::string message, std::string mend);
  std::vector<std::string_view> words_of(Dimension dimension) const;

  std::vector<Document> documents_;
  std::shared_ptr<Policy> made_;
  std::vector<Finding> findings_;
  const Document* document_ = nullptr;   // the one that is read, for findings
  std::string clause_;                   // likewise
  std::unordered_set<std::string> ids_;  // of clauses
  std::unordered_set<std::string> kind_names_;
  std::unordered_set<std::uint32_t> kind_numbers_;
  std::vector<std::uint16_t> rank_;  // by clause
  std::uint64_t steps_ = 0;          // cells written by rules
  std::optional<TableBuilder> table_;
};

/// Whether id `a` stands before `b`: numbers within count as numbers, "3.2" before "3.10".
bool id_before(std::string_view a, std::string_view b);

}  // namespace heed::policy
