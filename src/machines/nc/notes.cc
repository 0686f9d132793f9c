#include "machines/nc/notes.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "machines/nc/interpret.h"

namespace heed::machines::nc {

std::string_view word(NoteKind kind) {
  constexpr std::array<std::string_view, 5> kWords = {"error", "unknown", "not_modelled", "assumed",
                                                      "limit"};
  return kWords.at(static_cast<std::size_t>(kind));
}

void Notes::add(NoteKind kind, std::uint32_t line, std::string_view text) {
  std::pair key(kind, std::string(text));
  if (const auto known = places_.find(key); known != places_.end()) {
    ++notes_[known->second].times;
    return;
  }
  if (notes_.size() >= kMostNotes - 1) {
    ++left_out_;
    return;
  }
  places_.emplace(std::move(key), notes_.size());
  notes_.push_back({kind, line, 1, std::string(text)});
}

std::vector<Note> Notes::take() {
  std::ranges::sort(notes_, {}, [](const Note& note) {
    return std::tuple(note.line, note.kind, std::string_view(note.text));
  });
  if (left_out_ != 0) {
    const std::uint32_t line = notes_.back().line;
    notes_.push_back(
        {NoteKind::kLimit, line, left_out_,
         fmt::format("more than {} different notes: the rest is left out", kMostNotes - 1)});
  }
  places_.clear();
  return std::move(notes_);
}

}  // namespace heed::machines::nc
