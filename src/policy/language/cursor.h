// Where the parser stands in a file: the terminals of the grammar, comments, and the way on after
// an error. Every read_ tells what is wrong and then returns false.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/language/document.h"
#include "policy/language/finding_list.h"
#include "policy/language/lexer.h"

namespace heed::policy {

class Cursor {
 public:
  Cursor(std::string_view text, std::string file);

  // Looking and going on -------------------------------------------------------------------------

  const Token& now() const { return now_; }
  bool at(Token::Kind kind) const { return now_.kind == kind; }
  bool at(std::string_view word) const;
  bool at_any(std::span<const std::string_view> words) const;
  /// The word after now(): what tells a field's category from the next field.
  bool then_at_any(std::span<const std::string_view> words) const;
  void advance();
  /// Goes on if it stands there; tells nothing.
  bool take(Token::Kind kind);
  bool take(std::string_view word);

  // Terminals. `what` is what messages call it: "the name of a category" --------------------------

  /// `form` is what the whole statement looks like.
  bool read_keyword(std::string_view word, std::string_view form);
  /// A new name. A keyword is told and then taken for one.
  bool read_new_name(Name& into, std::string_view what);
  bool read_name(Name& into, std::string_view what);
  bool read_names(std::vector<Name>& into, std::string_view what);
  bool read_path(Name& into, std::string_view what);
  /// Paths, or "any" alone.
  bool read_paths(std::vector<Name>& into, std::string_view what);
  bool read_id(Name& into);
  bool read_text(std::string& into, std::string_view what);
  bool read_number(std::uint32_t& into, std::string_view what);
  bool read_span(Span& into);
  bool read_date(std::string& into);

  // Comments -------------------------------------------------------------------------------------

  /// Those before now().
  void take_comments(Comments& into);
  /// Those inside what was read last or behind it in its line.
  void take_own_comments(Comments& into);

  // Errors ---------------------------------------------------------------------------------------

  /// Tells that now() is not `expected`, and which of `candidates` may have been meant.
  void unexpected(std::string_view expected, std::span<const std::string_view> candidates,
                  std::string_view mend);
  /// The same inside of something: if the line ended, the place is behind what was read last.
  void incomplete(std::string_view expected, std::span<const std::string_view> candidates,
                  std::string_view mend);
  void tell(const Place& place, std::string message, std::string mend);
  void begin_clause(const Name& id) { findings_.begin_clause(id.place.offset, id.text); }
  void end_clause() { findings_.begin_clause(now_.place.offset, {}); }
  /// Whether a block that was opened at `open` goes on. It does not at its "}", which is not taken,
  /// and where the brace is missing, which is told.
  bool in_block(const Token& open, bool of_statements);
  /// From now() to behind the end of what stands in braces here.
  void skip_block();
  /// To a "{", or where a clause's head must have ended.
  void skip_to_body();
  /// To what may be the next statement, or what ends the block of statements, after the one that
  /// began at `began` failed.
  void skip_to_statement(const Token& began);
  /// To what may be the next declaration.
  void skip_to_declaration(const Token& began);
  /// `from` lengthened to the end of what was read last.
  Place since(const Token& from) const;
  std::vector<Finding> take_findings() && { return std::move(findings_).take(); }

 private:
  bool take_word(Name& into);
  void tell_expected(const Place& place, std::string_view expected, std::string_view found,
                     std::string_view near, std::string_view mend);
  std::string_view near_word(std::span<const std::string_view> candidates) const;
  bool line_ended() const;
  Place behind_last() const;
  bool begins_like(const Token& began) const;
  void check_span(const Span& span, const Place& place);

  FindingList findings_;
  Lexer lexer_;
  Token last_;
  Token now_;
  Token then_;
};

}  // namespace heed::policy
