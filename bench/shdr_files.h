// Recorded SHDR days as samples, for benchmarks: lines are split at '|' and nothing more is
// understood of them.
#pragma once

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "silo/series.h"

namespace heed::bench {

struct Line {
  std::string key;
  silo::Sample sample;
};

inline std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> parts(1);
  for (const char c : line) {
    if (c == '|') {
      parts.emplace_back();
    } else if (c != '\r') {
      parts.back().push_back(c);
    }
  }
  return parts;
}

inline bool is_condition(const std::vector<std::string>& parts) {
  if (parts.size() != 7) return false;
  std::string level = parts[2];
  std::ranges::transform(level, level.begin(), [](unsigned char c) { return std::tolower(c); });
  return level == "normal" || level == "warning" || level == "fault" || level == "unavailable";
}

inline std::optional<std::string> value_of(const std::string& text) {
  std::string upper = text;
  std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return std::toupper(c); });
  if (upper == "UNAVAILABLE" || upper == "UNAVAILABLE||||") return {};
  return text;
}

/// Assumption: what carries one timestamp arrives together, 1 ms after the device's clock plus an
/// exponentially distributed delay of 2 ms on average (one switch between machine and box).
inline std::vector<Line> load(const std::string& path) {
  std::mt19937_64 random(1);
  std::exponential_distribution<double> delay(1.0 / 2.0);
  std::vector<Line> lines;
  std::ifstream file(path);
  Time last;
  Duration lag;
  for (std::string text; std::getline(file, text);) {
    const auto parts = split(text);
    const auto at = parse_time(parts[0]);
    if (!at || parts.size() < 3) continue;
    if (*at != last) lag = Duration::microseconds(1'000 + static_cast<int>(delay(random) * 1e3));
    last = *at;
    const auto add = [&](const std::string& key, const std::string& value) {
      lines.push_back({key, {*at, *at, *at + lag, 0, value_of(value)}});
    };
    if (is_condition(parts) || parts.size() % 2 == 0) {
      std::string rest = parts[2];
      for (std::size_t i = 3; i < parts.size(); ++i) rest += "|" + parts[i];
      add(parts[1], rest);
    } else {
      for (std::size_t i = 1; i + 1 < parts.size(); i += 2) add(parts[i], parts[i + 1]);
    }
  }
  return lines;
}

}  // namespace heed::bench
