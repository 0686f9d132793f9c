#include "app/progress.h"

#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <cstdio>

namespace heed::app {
namespace {

constexpr Duration kOnTerminal = Duration::milliseconds(100);
constexpr Duration kElsewhere = Duration::seconds(10);
constexpr std::size_t kWidth = 78;

}  // namespace

Progress::Progress(const Clock& clock)
    : clock_(clock), terminal_(::isatty(STDERR_FILENO) != 0), told_(clock.steady()) {}

Progress::~Progress() {
  if (terminal_ && any_) fmt::print(stderr, "\r{:{}}\r", "", kWidth);
}

Result<void> Progress::operator()(const silo::BackupStep& step) {
  const Duration now = clock_.steady();
  if (now - told_ < (terminal_ ? kOnTerminal : kElsewhere)) return {};
  told_ = now;
  any_ = true;
  std::string line;
  if (step.of > 0) {
    line = fmt::format("{:3} %  {} of {}  ", step.bytes * 100 / step.of, in_bytes(step.bytes),
                       in_bytes(step.of));
  }
  line += fmt::format("{} {}", step.doing, step.what);
  if (terminal_) {
    fmt::print(stderr, "\r{:{}.{}}", line, kWidth, kWidth);
  } else {
    fmt::print(stderr, "{}\n", line);
  }
  static_cast<void>(std::fflush(stderr));
  return {};
}

std::string in_bytes(std::uint64_t bytes) {
  constexpr std::array kUnits = {"kB", "MB", "GB", "TB"};
  if (bytes < 1'000) return fmt::format("{} bytes", bytes);
  double size = static_cast<double>(bytes) / 1e3;
  std::size_t unit = 0;
  for (; size >= 1'000 && unit + 1 < kUnits.size(); ++unit) size /= 1e3;
  return size < 10 ? fmt::format("{:.1f} {}", size, kUnits[unit])
                   : fmt::format("{:.0f} {}", size, kUnits[unit]);
}

}  // namespace heed::app
