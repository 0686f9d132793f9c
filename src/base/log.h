// Logs as JSON lines. What is said is a constant sentence; what varies stands in named fields, and
// no field may carry personal data, a credential or a machine's values (ids, counts, sizes,
// durations, addresses of machines and error messages are what fields are for).
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/sync.h"
#include "base/time.h"

namespace heed {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

struct LogField {
  LogField(std::string_view key, std::string_view value);
  LogField(std::string_view key, const char* value) : LogField(key, std::string_view(value)) {}
  LogField(std::string_view key, const std::string& value)
      : LogField(key, std::string_view(value)) {}
  LogField(std::string_view key, std::int64_t value);
  LogField(std::string_view key, std::uint64_t value);
  LogField(std::string_view key, int value) : LogField(key, static_cast<std::int64_t>(value)) {}
  LogField(std::string_view key, unsigned value)
      : LogField(key, static_cast<std::uint64_t>(value)) {}
  LogField(std::string_view key, Duration value);

  std::string json;  ///< `"key":value`
};

/// Thread-safe. One line a call: {"time":…,"level":…,"say":…, fields…}.
class Log {
 public:
  using Sink = std::function<void(std::string_view line)>;
  /// `clock` outlives the log.
  Log(const Clock& clock, LogLevel least, Sink sink)
      : clock_(clock), least_(least), sink_(std::move(sink)) {}
  /// To standard error.
  static Sink standard_error();
  /// For tests that look at something else.
  static Sink nowhere() {
    return [](std::string_view) {};
  }

  void debug(std::string_view say, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::kDebug, say, fields);
  }
  void info(std::string_view say, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::kInfo, say, fields);
  }
  void warning(std::string_view say, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::kWarning, say, fields);
  }
  void error(std::string_view say, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::kError, say, fields);
  }

 private:
  void write(LogLevel level, std::string_view say, std::initializer_list<LogField> fields);
  const Clock& clock_;
  const LogLevel least_;
  Mutex mutex_;
  const Sink sink_ HEED_GUARDED_BY(mutex_);
};

}  // namespace heed
