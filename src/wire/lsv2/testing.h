// A Heidenhain control for tests, written from the description of LSV2
// (docs/machines/heidenhain.md) and not from the session.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace heed::wire::lsv2 {

/// Not thread-safe.
class FakeTnc {
 public:
  std::set<std::string> logins = {"INSPECT", "DNC"};  ///< That it grants.
  std::uint16_t mode = 4;                             ///< Automatic.
  std::uint16_t state = 7;                            ///< Idle.
  std::uint32_t line = 12;
  std::string main_program = "TNC:\\nc_prog\\PLATE.H";
  std::string running_program = "TNC:\\nc_prog\\HOLES.H";
  std::array<std::uint32_t, 3> overrides = {10'000, 9'500, 5'000};
  std::uint32_t tool = 7;
  struct Error {
    std::uint16_t kind;
    std::uint16_t group;
    std::int32_t number;
    std::string text;  ///< Latin-1.
  };
  std::vector<Error> errors;
  /// What this control does not have: it is refused as a wrong parameter.
  std::set<int> unknown;

  /// Every telegram that is no login and no R_, which would have changed something.
  std::vector<std::string> writes;
  /// All of them: "A_LG INSPECT", "R_RI 26".
  std::vector<std::string> heard;

  /// What a connection sent, with the rest of it that was no whole telegram: the answers.
  std::string hear(std::string& rest, std::string_view bytes) {
    rest += bytes;
    std::string out;
    while (rest.size() >= 8) {
      const std::size_t size = 8 + big_endian(rest.substr(0, 4));
      if (rest.size() < size) break;
      out += answer(rest.substr(4, 4), rest.substr(8, size - 8));
      rest.erase(0, size);
    }
    return out;
  }

  static std::string telegram(std::string_view letters, const std::string& data) {
    return bytes_of(data.size(), 4) + std::string(letters) + data;
  }
  static std::string bytes_of(std::uint64_t value, int size) {
    std::string out;
    for (int i = size - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i) & 0xff);
    return out;
  }

 private:
  static std::size_t big_endian(std::string_view bytes) {
    std::size_t value = 0;
    for (const char c : bytes) value = value * 256 + static_cast<unsigned char>(c);
    return value;
  }
  static std::string refused(unsigned code) { return telegram("T_ER", bytes_of(0x100 + code, 2)); }

  std::string answer(const std::string& letters, const std::string& data) {
    if (letters == "A_LG") return log_in(data);
    if (letters[0] != 'R') {
      writes.push_back(letters);
      return telegram("T_OK", "");
    }
    const int number = static_cast<int>(big_endian(data));
    heard.push_back(letters + " " + std::to_string(number));
    if (!granted_.contains("INSPECT")) return refused(23);
    if (letters == "R_VR") {
      const std::string text = number == 1 ? "iTNC530" : "340494 08 SP3";
      return telegram("S_VR", text + '\0');
    }
    if (!granted_.contains("DNC")) return refused(23);
    return unknown.contains(number) ? refused(24) : state_answer(number);
  }

  std::string log_in(const std::string& data) {
    const std::string name = data.substr(0, data.find('\0'));
    heard.push_back("A_LG " + name);
    if (!logins.contains(name)) return refused(49);
    granted_.insert(name);
    return telegram("T_OK", "");
  }

  std::string state_answer(int number) {
    switch (number) {
      case 23: return told(bytes_of(mode, 2));
      case 24: return told(bytes_of(line, 4) + main_program + '\0' + running_program + '\0');
      case 25:
        return told(bytes_of(overrides[0], 4) + bytes_of(overrides[1], 4) +
                    bytes_of(overrides[2], 4));
      case 26: return told(bytes_of(state, 2));
      case 27: next_error_ = 0; return error();
      case 28: return error();
      case 51: return told(bytes_of(tool, 4) + bytes_of(0, 2) + bytes_of(2, 2));
      default: return refused(24);
    }
  }
  std::string error() {
    if (next_error_ >= errors.size()) return refused(57);
    const Error& one = errors[next_error_++];
    return told(bytes_of(one.kind, 2) + bytes_of(one.group, 2) +
                bytes_of(static_cast<std::uint32_t>(one.number), 4) + one.text + '\0');
  }
  static std::string told(const std::string& data) { return telegram("S_RI", data); }

  std::set<std::string> granted_;
  std::size_t next_error_ = 0;
};

}  // namespace heed::wire::lsv2
