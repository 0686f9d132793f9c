// The fields of an SHDR line, quotes opened. Only for line.cc.
#pragma once

#include <optional>
#include <string_view>

#include "wire/shdr/line.h"

namespace heed::wire::shdr {

/// Splits what follows the stamp into line.fields.
class FieldReader {
 public:
  FieldReader(std::string_view text, Line& line) : rest_(text), line_(line) {}
  /// False beyond kMostFields.
  bool read_all();

 private:
  std::string_view next();
  std::optional<std::string_view> next_quoted();
  std::string_view open(std::string_view quoted);
  void pass(std::size_t size);

  std::string_view rest_;
  Line& line_;
  bool more_ = true;
};

}  // namespace heed::wire::shdr
