// An e-mail address as one person writes it and as another compares it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace heed::people {

/// RFC 5321 §4.5.3.1: at most 64 bytes before the @, 254 in all.
class Email {
 public:
  /// Spaces around it are dropped and the domain is lower-cased. kInvalid says what is wrong.
  /// Quoted local parts (RFC 5321 §4.1.2) and address literals are refused: no mail provider of
  /// persons gives them out, and they hide spaces and @ signs.
  static Result<Email> parse(std::string_view text);

  const std::string& text() const { return text_; }
  /// The same for addresses that reach the same person: RFC 5321 §2.4 lets a host tell Anna@ from
  /// anna@, no provider does, and people type both.
  std::string comparable() const;

 private:
  explicit Email(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace heed::people
