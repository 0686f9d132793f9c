// The decision table: purpose × category × party → conditions and the deciding clause.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "policy/access.h"
#include "policy/governed.h"
#include "policy/kind.h"
#include "policy/words.h"

namespace heed::policy {

struct Clause {
  std::string id;        ///< "3.2"
  std::string sentence;  ///< As published.
};

struct Decision {
  bool allowed = false;
  /// Index into Table::clauses(): the clause that allowed it, or the one that denied it.
  /// Table::kDefault when no clause speaks of it; then it is refused.
  std::uint16_t clause = 0;
};

/// Immutable and safe to share between threads.
class Table {
 public:
  static constexpr std::uint16_t kDefault = 0xffff;

  /// Deny wins over allow across clauses; what no clause allows is refused. No allocation.
  Decision decide(Purpose purpose, Category category, Party party,
                  Conditions conditions) const noexcept;

  /// decide() for every category that the fields of `kind` name; the first refusal, or nothing
  /// when all are allowed. An unknown category is refused.
  std::optional<Refusal> refusal(const Access& access, const Kind& kind) const;

  /// How long items of this category are kept, the shortest of the rules that cover it; nothing if
  /// no clause says, and then such an item must not be stored.
  std::optional<Duration> keep(Category category) const;

  /// Counts up with each activated version; every stored item carries the one it came under.
  std::uint32_t version() const { return version_; }
  const std::string& name() const { return name_; }
  const std::vector<Clause>& clauses() const { return clauses_; }
  const Vocabulary<struct CategoryTag>& categories() const { return categories_; }
  const Vocabulary<struct PurposeTag>& purposes() const { return purposes_; }
  const Vocabulary<struct PartyTag>& parties() const { return parties_; }

  /// An access in this policy's words; kInvalid names a word it does not have.
  Result<Access> access(std::string actor, std::string_view purpose, std::string_view party,
                        Conditions conditions = {}) const;

 private:
  friend class TableBuilder;
  /// One way to be allowed or denied in a cell: these bits hold and those do not.
  struct Rule {
    std::uint32_t must = 0;
    std::uint32_t must_not = 0;
    std::uint16_t clause = kDefault;
    bool allow = false;
  };
  /// Denies first, so the first rule whose conditions fit decides.
  struct Cell {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
  };
  std::size_t cell(Purpose purpose, Category category, Party party) const noexcept;

  std::string name_;
  std::uint32_t version_ = 0;
  Vocabulary<struct CategoryTag> categories_;
  Vocabulary<struct PurposeTag> purposes_;
  Vocabulary<struct PartyTag> parties_;
  std::vector<Clause> clauses_;
  std::vector<Cell> cells_;
  std::vector<Rule> rules_;
  std::vector<std::optional<Duration>> keeps_;  // by category
};

/// Builds a Table from clauses, in any order. Words are known by being used or declared.
class TableBuilder {
 public:
  TableBuilder(std::string name, std::uint32_t version);
  TableBuilder& category(std::string_view path);
  TableBuilder& purpose(std::string_view path);
  TableBuilder& party(std::string_view path);
  /// Rules that follow belong to this clause.
  TableBuilder& clause(std::string id, std::string sentence);
  TableBuilder& allow(std::string_view category, std::string_view purpose, std::string_view party,
                      Conditions must = {}, Conditions must_not = {});
  TableBuilder& deny(std::string_view category, std::string_view purpose, std::string_view party,
                     Conditions must = {}, Conditions must_not = {});
  TableBuilder& keep(std::string_view category, Duration duration);
  Table build() &&;

 private:
  struct Written {
    std::string category;  // "any" covers all
    std::string purpose;
    std::string party;
    Table::Rule rule;
  };
  TableBuilder& rule(bool allow, std::string_view category, std::string_view purpose,
                     std::string_view party, Conditions must, Conditions must_not);
  Table table_;
  std::vector<Written> written_;
  std::vector<std::pair<std::string, Duration>> keeps_;
};

}  // namespace heed::policy
