// A policy file's bytes as tokens and comments. Tells what is no character, no text or no token of
// the language and passes over it, so that the parser sees whole tokens only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/language/document.h"
#include "policy/language/finding_list.h"

namespace heed::policy {

struct Token {
  enum class Kind : std::uint8_t {
    kEnd,    ///< Of the file.
    kWord,   ///< A run of letters, digits, "_", "-" and ".": keyword, name, path, number, date, id.
    kText,   ///< "…"
    kComma,  ///< ,
    kPlus,   ///< +
    kOpen,   ///< {
    kClose,  ///< }
  };
  Kind kind = Kind::kEnd;
  std::string_view raw;  ///< As it stands in the file.
  std::string text;      ///< What a text says, white space in it as single spaces.
  Place place;
  std::uint32_t last_line = 1;  ///< A text may have several.
  bool is_keyword = false;      ///< A word that cannot be a name.
  bool begins_line = false;     ///< Nothing but white space stands before it in its line.
  bool unclosed = false;        ///< A text without its end.
};

struct Comment {
  std::string text;  ///< Without "#" and surrounding space.
  std::uint32_t line = 1;
  std::uint32_t offset = 0;
};

class Lexer {
 public:
  /// Both must outlive it. A byte order mark is passed over.
  Lexer(std::string_view text, FindingList& findings);

  /// kEnd for ever after the last one. Linear in the file over all calls.
  Token next();
  /// Those that stood before the tokens so far; whoever takes them clears them.
  std::vector<Comment>& comments() { return comments_; }

 private:
  bool ended() const { return place_.offset >= text_.size(); }
  char now() const { return text_[place_.offset]; }
  void step();
  void tell_wrong_bytes();
  void skip_blanks();
  void read_comment();
  Token token(Token::Kind kind, const Place& from) const;
  Token read_word();
  Token read_text();
  void read_escape(std::string& into);
  bool at_foreign_letter() const;
  bool at_foreign_text() const;
  Token read_foreign_text();
  void skip_stray();

  std::string_view text_;
  FindingList& findings_;
  std::vector<Comment> comments_;
  Place place_;
  std::size_t wrong_until_ = 0;  ///< End of the wrong bytes that were told last.
  bool line_is_blank_ = true;    ///< So far.
};

}  // namespace heed::policy
