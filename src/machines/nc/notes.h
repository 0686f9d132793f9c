// What is found on the way through a program, each thing once.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "machines/nc/step.h"

namespace heed::machines::nc {

class Notes {
 public:
  void add(NoteKind kind, std::uint32_t line, std::string_view text);
  std::vector<Note> take();

 private:
  std::map<std::pair<NoteKind, std::string>, std::size_t, std::less<>> places_;
  std::vector<Note> notes_;
  std::uint64_t left_out_ = 0;
};

}  // namespace heed::machines::nc
