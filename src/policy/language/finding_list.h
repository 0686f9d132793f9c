// The findings of one run over one text, at most so many, each with the clause it stands in.
#pragma once

#include <string>
#include <vector>

#include "policy/language/finding.h"
#include "policy/language/parse.h"

namespace heed::policy {

class FindingList {
 public:
  explicit FindingList(std::string file) : file_(std::move(file)) {}

  /// False once enough is told; whoever asks has one more to tell. Spares the making of messages
  /// that nobody will read.
  bool wants_more();
  /// Keeps an error of syntax, unless one is told of the same place already.
  void add(const Place& place, std::string message, std::string mend);
  /// From `offset` on the text is clause `id`'s, or no clause's if it is empty.
  void begin_clause(std::uint32_t offset, std::string id);
  /// In the order of the text; if there were more than ParseLimits::kFindings, the last one says
  /// so.
  std::vector<Finding> take() &&;

 private:
  struct Clause {
    std::uint32_t offset;
    std::string id;
  };
  std::string clause_at(std::uint32_t offset) const;

  std::string file_;
  std::vector<Finding> findings_;
  std::vector<Clause> clauses_;
  bool more_ = false;
};

/// `text` in single quotes for a message: cut if it is long, "?" for what should not be printed.
std::string quoted(std::string_view text);

}  // namespace heed::policy
