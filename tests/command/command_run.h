// For tests of commands: one of them run as a shell would, and what it said.
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace heed::app {

struct Said {
  int status = 0;
  std::string out;
  std::string error;
};

/// `words`: its name first.
template <class Command>
Said run_command(Command command, const std::vector<std::string>& words) {
  std::vector<const char*> argv;
  for (const std::string& word : words) argv.push_back(word.c_str());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Said said;
  said.status = command(static_cast<int>(argv.size()), argv.data());
  static_cast<void>(std::fflush(stdout));
  said.out = testing::internal::GetCapturedStdout();
  said.error = testing::internal::GetCapturedStderr();
  return said;
}

inline bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace heed::app
