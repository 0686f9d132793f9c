// A Haas control for tests, written from Haas' own description of Machine Data Collection and from
// what is known of real controls' answers (docs/machines/haas.md), not from the session.
#pragma once

#include <fmt/core.h>

#include <charconv>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace heed::wire::haas {

/// Not thread-safe.
class FakeHaas {
 public:
  enum class Age : std::uint8_t { kNextGeneration, kOlder };
  explicit FakeHaas(Age age = Age::kNextGeneration) : age_(age) {}

  std::string mode = "MEM";
  std::string program = "O00110";
  std::string status = "IDLE";  ///< BUSY while a program runs: then that is all it says.
  int parts = 4523;
  std::string tool = "5";
  std::map<int, double> macros = {{3901, 4523}, {3027, 0}};
  std::set<std::string> unknown;  ///< "Q402": refused.
  bool deaf = false;              ///< Takes what it hears without a word.
  int unheard = 0;                ///< So many queries more go unheard.

  /// Everything that is no query, which would have changed something.
  std::vector<std::string> writes;
  /// Every line that was heard.
  std::vector<std::string> heard;

  /// What one connection sent, with the rest of it that was no whole line: what all connections
  /// get for it.
  std::string hear(std::string& rest, std::string_view bytes) {
    std::string out;
    for (const char c : bytes) {
      if (c == '\n') continue;
      if (c != '\r') {
        rest += c;
        continue;
      }
      const std::string line = std::exchange(rest, {});
      if (!line.empty()) out += on_line(line);
    }
    return out;
  }
  std::string greeting() const { return age_ == Age::kOlder ? "" : ">"; }

 private:
  std::string on_line(std::string line) {
    heard.push_back(line);
    if (deaf) return "";
    if (unheard > 0) {
      --unheard;
      return "";
    }
    if (line.starts_with('?')) line.erase(0, 1);
    if (!line.starts_with('Q')) {
      writes.push_back(line);
      return framed("!");
    }
    if (unknown.contains(line.substr(0, line.find(' ')))) return framed("?, ?" + line);
    return framed(line.starts_with("Q600 ") ? macro(line.substr(5)) : query(line));
  }

  std::string framed(const std::string& text) const {
    return age_ == Age::kOlder ? "\x02" + text + "\x17\r\n>" : ">" + text + "\r\n>";
  }

  std::string macro(std::string_view word) const {
    int number = 0;
    std::from_chars(word.data(), word.data() + word.size(), number);
    const auto at = macros.find(number);
    if (number < 1) return "?, BAD VARIABLE NUMBER";
    const std::string value =
        at == macros.end() || std::isnan(at->second) ? "NaN" : fmt::format("{:.6f}", at->second);
    return age_ == Age::kOlder ? fmt::format("MACRO, {}, {}", number, value) : "MACRO, " + value;
  }

  std::string query(const std::string& line) const {
    const bool older = age_ == Age::kOlder;
    const std::map<std::string, std::string> answers = {
        {"Q100", older ? "S/N, 12345678" : "SERIAL NUMBER, 1213067"},
        {"Q101", older ? "SOFTWARE, VER M18.01" : "SOFTWARE VERSION, 100.24.000.1111"},
        {"Q102", "MODEL, VF-2"},
        {"Q104", older ? "MODE, (" + mode + ")" : "MODE, " + mode},
        {"Q200", "TOOL CHANGES, 1024"},
        {"Q201", "USING TOOL, " + tool},
        {"Q300", "P.O. TIME, 06282:17:13"},
        {"Q301", "C.S. TIME, 00098:18:29"},
        {"Q303", "LAST CYCLE, 00000:05:35"},
        {"Q304", "PREV CYCLE, 00000:05:30"},
        {"Q402", "M30 #1, 380"},
        {"Q403", "M30 #2, 12"},
        {"Q500", status == "BUSY"
                     ? "STATUS, BUSY"
                     : fmt::format("PROGRAM, {}, {}, PARTS, {}", program, status, parts)}};
    const auto answer = answers.find(line);
    return answer == answers.end() ? "?, ?" + line : answer->second;
  }

  const Age age_;
};

}  // namespace heed::wire::haas
