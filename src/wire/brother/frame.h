// Everything that can be said to a Brother control, and its answers taken apart.
//
// A command is a frame of text: % C, three letters of command and four of function, the name of a
// data file (eight), two signs for the completion code (blank), the line end, a check sum and %.
// The protocol can also save, delete and change (SAV, DEL, CHG …, WRT …). What we can say is
// closed: LOD, which reads a data file, of the files below, whose frames are made from one table.
// There is no function here that takes a command or a name.
//
// An answer begins with % R and the same words with the completion code ("00": done), then the
// file's lines, a check sum and %.
//
// Sources: Lathejockey81/BrotherAdapter (frame and check sum), public clients of real controls
// (Shatter-NC: completion codes; the tables of measured files). docs/machines/brother.md lists
// them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace heed::wire::brother {

enum class File : std::uint8_t {
  kMemory,      ///< MEM: program, operating state, mode
  kProduction,  ///< PDSP: positions, feed, spindle, tool, overrides
  kPanel,       ///< PANEL: switches of the panel, emergency stop
  kAlarms,      ///< ALARM: those that stand
  kCounters,    ///< WKCNTR: workpiece counters
  kVersion,     ///< VER: model and software
};
inline constexpr std::size_t kFiles = 6;

/// The whole frame: "%CLOD    MEM       \r\n\r\n08%\r\n".
Bytes frame_of(File file);
/// "MEM"
std::string_view name_of(File file);

/// Bytes of one answer. PDSP, the longest of them, has about 800.
inline constexpr std::size_t kLongestAnswer = std::size_t{64} << 10;
/// Bytes of an answer's head: % R, command, function, name, completion code.
inline constexpr std::size_t kHead = 19;

struct Answer {
  std::string_view name;  ///< Of the file, without blanks; empty if the head is cut.
  std::string_view code;  ///< Two digits.
  /// The fields of each line, without the blanks around them; the first is the line's symbol.
  std::vector<std::vector<std::string_view>> lines;
  std::size_t size = 0;  ///< Bytes of the frame, the line end after it included.
};
/// The frame at the front of `bytes`, which it refers to; nothing while it is not whole.
std::optional<Answer> first_answer(std::string_view bytes);
/// Whether `bytes` begin as no answer can.
bool is_no_answer(std::string_view bytes);

/// For a person: "07: there is no such data".
std::string words_of_code(std::string_view code);

}  // namespace heed::wire::brother
