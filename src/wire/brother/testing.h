// A Brother control for tests, written from what is known of real ones (docs/machines/brother.md)
// and not from the session.
#pragma once

#include <fmt/core.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace heed::wire::brother {

/// Not thread-safe.
class FakeBrother {
 public:
  int program = 6161;
  int state = 0;  ///< Not operating.
  int mode = 2;   ///< MEM.
  int estop = 0;
  int doors[3] = {0, 0, 0};
  std::string feed = "0", spindle = "0";
  int tool = 5, feed_override = 100, spindle_override = 100;
  int parts = 245;
  std::vector<std::string> alarms;           ///< "052039"
  std::map<std::string, std::string> codes;  ///< By the file's name: the completion code, not "00".

  /// Every command that is not LOD, which would have changed something.
  std::vector<std::string> writes;
  /// The names of the files that were asked for.
  std::vector<std::string> heard;
  /// A second command came before the first was answered: alarm CM7522.
  bool disturbed = false;

  /// What a connection sent, with the rest of it that was no whole frame: the answers.
  std::string hear(std::string& rest, std::string_view bytes) {
    rest += bytes;
    std::string out;
    for (;;) {
      const std::size_t begin = rest.find('%');
      if (begin == std::string::npos) break;
      const std::size_t end = rest.find('%', begin + 1);
      if (end == std::string::npos) break;
      disturbed = disturbed || !out.empty();
      out += answer(rest.substr(begin + 1, end - begin - 1));
      rest.erase(0, end + 1);
    }
    return out;
  }

  static std::string frame(std::string_view name, std::string_view code, std::string_view lines) {
    return fmt::format("%RLOD    {:<8}{}\r\n{}05%\r\n", name, code, lines);
  }

 private:
  std::string answer(const std::string& command) {
    if (command.substr(0, 8) != "CLOD    ") {
      writes.push_back(command);
      return frame("", "00", "");
    }
    std::string name = command.substr(8, 8);
    name.erase(name.find_last_not_of(' ') + 1);
    heard.push_back(name);
    if (const auto code = codes.find(name); code != codes.end()) {
      return frame(name, code->second, "");
    }
    const std::string lines = lines_of(name);
    return frame(name, lines == "?" ? "07" : "00", lines == "?" ? "" : lines);
  }

  std::string lines_of(std::string_view name) const {
    if (name == "MEM") {
      return fmt::format("A01,{},{},0,0,{},0\r\nE01,052039    ,0\r\n", program, state, mode);
    }
    if (name == "PDSP") {
      return fmt::format(
          "L01,0\r\nG01,0,17,22\r\nM01,5,9\r\nP01,   12.500,  -3.000,  100.000,0\r\n"
          "X01,{},{},0,{},12,3,1,0,0,0,3,{},{}\r\n",
          feed, spindle, tool, feed_override, spindle_override);
    }
    if (name == "PANEL") {
      return fmt::format("D01,{},{},{}\r\nK01,2,4,0,0\r\nS01,3,200,100,{},1,0,1\r\n", doors[0],
                         doors[1], doors[2], estop);
    }
    if (name == "ALARM") {
      std::string line;
      for (const std::string& alarm : alarms) line += "," + alarm + "    ";
      return line.empty() ? "" : "E01" + line + "\r\n";
    }
    if (name == "WKCNTR") {
      return fmt::format("A01,0,{},1000,999\r\nA02,0,7,0,0\r\nA03,0,0,0,0\r\nA04,0,0,0,0\r\n",
                         parts);
    }
    if (name == "VER") return "V01,SPEEDIO S700Xd1,D00 1.23,\r\n";
    return "?";
  }
};

}  // namespace heed::wire::brother
