// Lines of a formatted policy file: pieces are set one after the other and go on in the next line,
// indented, where the width ends.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/language/document.h"

namespace heed::policy {

class Page {
 public:
  static constexpr std::size_t kWidth = 100;  ///< Characters.

  static constexpr std::size_t kHanging = 4;  ///< Spaces by which a line that goes on is indented.

  /// Begins a line at `depth` levels of two spaces.
  void begin(std::size_t depth, std::size_t hanging = kHanging);
  /// A piece that is not broken. It goes to the next line if it does not fit.
  void add(std::string_view piece);
  /// Behind the last piece without a break between them; both go to the next line if they must.
  void glue(std::string_view piece);
  /// Pieces that stay in one line, if one line can hold them.
  void add_together(const std::vector<std::string>& pieces);
  /// A text in quotes, after `before` if that is not empty.
  void add_text(std::string_view before, std::string_view text);
  void end();
  void blank_line();
  /// Lines of their own at `depth`.
  void add_comments(const Comments& comments, std::size_t depth);

  /// Whether add(piece) would not break the line.
  bool has_room(std::string_view piece) const;
  std::string take() && { return std::move(out_); }

 private:
  void break_line();

  std::string out_;
  std::size_t indent_ = 0;  ///< Of a line that goes on.
  std::size_t column_ = 0;  ///< Characters in the line so far.
  std::size_t piece_ = 0;   ///< Where in out_ the last piece begins.
  bool alone_ = true;       ///< The last piece is the first of its line.
  bool fresh_ = true;       ///< The line has no piece yet.
};

}  // namespace heed::policy
