#include "base/log.h"

#include <cstdio>

#include <fmt/core.h>

#include "base/json.h"

namespace heed {
namespace {

std::string_view level_name(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return "debug";
    case LogLevel::kInfo: return "info";
    case LogLevel::kWarning: return "warning";
    case LogLevel::kError: return "error";
  }
  return "error";
}

}  // namespace

LogField::LogField(std::string_view key, std::string_view value)
    : json(json_quote(key) + ":" + json_quote(value)) {}
LogField::LogField(std::string_view key, std::int64_t value)
    : json(fmt::format("{}:{}", json_quote(key), value)) {}
LogField::LogField(std::string_view key, std::uint64_t value)
    : json(fmt::format("{}:{}", json_quote(key), value)) {}
LogField::LogField(std::string_view key, Duration value)
    : json(fmt::format("{}:{:.3f}", json_quote(key), value.in_seconds())) {}

Log::Sink Log::standard_error() {
  return [](std::string_view line) { std::fwrite(line.data(), 1, line.size(), stderr); };
}

void Log::write(LogLevel level, std::string_view say, std::initializer_list<LogField> fields) {
  if (level < least_) return;
  std::string line = fmt::format(R"({{"time":"{}","level":"{}","say":{})",
                                 format_time(clock_.now()), level_name(level), json_quote(say));
  for (const LogField& field : fields) {
    line += ',';
    line += field.json;
  }
  line += "}\n";
  const Lock lock(mutex_);
  sink_(line);
}

}  // namespace heed
