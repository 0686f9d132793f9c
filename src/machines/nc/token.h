// A program's text in pieces that have a meaning each, as a page shows them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "machines/nc/dialect.h"

namespace heed::machines::nc {

enum class TokenKind : std::uint8_t {
  kBlank,
  kLineEnd,
  kComment,     ///< Also texts that the control passes on: those of DPRNT and M117.
  kMotion,      ///< G words; L, C, CC, RND … of Klartext.
  kFunction,    ///< M words.
  kFeed,        ///< F.
  kSpeed,       ///< S.
  kTool,        ///< T, H, D; TOOL CALL.
  kCoordinate,  ///< X Y Z A B C U V W I J K R; E of Marlin.
  kMacro,       ///< #100, #<name>, [ ] = + - * /, IF, WHILE, SIN, the / of block delete, $ lines.
  kNumber,      ///< P, Q, L and numbers without a letter.
  kLabel,       ///< N10, O1000, o<name>, %, LBL 1.
  kError,       ///< Bytes that mean nothing here.
};
/// "blank", "line_end", "comment", …
std::string_view word(TokenKind kind);

struct Token {
  std::size_t offset = 0;  ///< Of its first byte in the text.
  std::uint32_t size = 0;  ///< Bytes, at least one.
  TokenKind kind = TokenKind::kBlank;
  char letter = 0;  ///< The address of a word in upper case, 0 for what is none.
};

/// Gives the tokens of a text one after the other, in time that is linear in it and without memory.
/// They cover every byte of any text: joined they are the text again. No token but a line's end
/// reaches over it and no line depends on the one before, so a page may ask for the lines that it
/// shows alone. The text must outlive it. No token is longer than 64 KiB.
class Lexer {
 public:
  Lexer(std::string_view text, Dialect dialect) : text_(text), dialect_(dialect) {}
  /// False at the end, and `token` is then as it was.
  bool next(Token& token);

 private:
  Token iso();
  Token klartext();
  Token rest_of_line(TokenKind kind);
  Token stranger(std::string_view signs) const;
  Token make(std::size_t size, TokenKind kind, char letter = 0) const;
  Token letter();

  std::string_view text_;
  Dialect dialect_;
  std::size_t at_ = 0;
  bool begins_ = true;    ///< Nothing but blanks was in this line yet.
  bool is_text_ = false;  ///< The rest of this line is text of the block's own.
};

/// All tokens of a text; 16 bytes each, so for the lines of a page and not for a whole large file.
std::vector<Token> tokens(std::string_view text, Dialect dialect);

/// The size of the end of line that stands at a place, 0 if none does: LF, CR LF (also with more
/// than one CR, as broken transfers leave them), or a CR alone.
std::size_t line_end(std::string_view text, std::size_t at);

}  // namespace heed::machines::nc
