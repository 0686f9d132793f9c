#include "silo/kv_logs.h"

#include <fmt/core.h>
#include <rocksdb/env.h>

#include <algorithm>
#include <array>

#include "silo/kv_errors.h"

namespace heed::silo::kv {
namespace {

// "Write Ahead Log File Format" of RocksDB's documentation: blocks of 32 KiB, in each record
// checksum u32 | length u16 | type u8 | payload, little-endian; no record crosses a block.
constexpr std::size_t kBlock = 32U << 10;
constexpr std::size_t kHeader = 7;

constexpr std::array<std::uint32_t, 256> kCrc32c = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t rest = i;
    for (int bit = 0; bit < 8; ++bit) rest = (rest >> 1) ^ (rest & 1 ? 0x82f63b78U : 0);
    table[i] = rest;
  }
  return table;
}();

/// As it is stored: rotated and shifted, so that a checksum of checksums does not degenerate.
std::uint32_t checksum(BytesView bytes) {
  std::uint32_t crc = ~0U;
  for (const char c : bytes)
    crc = (crc >> 8) ^ kCrc32c[(crc ^ static_cast<std::uint8_t>(c)) & 0xff];
  crc = ~crc;
  return ((crc >> 15) | (crc << 17)) + 0xa282ead8U;
}

std::uint32_t little_endian(BytesView bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) {
    value = (value << 8) | static_cast<std::uint8_t>(bytes[i - 1]);
  }
  return value;
}

struct Record {
  std::uint32_t stored = 0;  ///< Checksum
  std::size_t size = 0;      ///< With its header
  BytesView covered;         ///< Type and payload, as much as there is
};

/// There are at least kHeader bytes.
Record record_at(BytesView log, std::size_t at) {
  const BytesView header = log.substr(at, kHeader);
  const std::size_t length = little_endian(header.substr(4, 2));
  return {little_endian(header.substr(0, 4)), kHeader + length, log.substr(at + 6, 1 + length)};
}

bool fits_its_block(std::size_t at, const Record& record) {
  return record.size <= kBlock - at % kBlock;
}

bool all_zero(BytesView bytes) {
  return std::ranges::all_of(bytes, [](char c) { return c == 0; });
}

/// Whether the record at `at`, which reaches past the end, is the torn end of the log rather than
/// one whose length is damaged: then its checksum would fit what is there, or others would follow.
bool is_torn_end(BytesView log, std::size_t at) {
  const Record last = record_at(log, at);
  if (checksum(last.covered) == last.stored) return false;
  for (std::size_t next = at + 1; next + kHeader <= log.size(); ++next) {
    const Record record = record_at(log, next);
    const bool whole = next + record.size <= log.size() && fits_its_block(next, record);
    if (!whole || record.covered[0] == 0) continue;
    if (checksum(record.covered) == record.stored) return false;
  }
  return true;
}

Result<LogEnd> end_of(rocksdb::Env& environment, const std::string& directory,
                      const std::string& name) {
  const std::string path = directory + "/" + name;
  Bytes log;
  const auto read = rocksdb::ReadFileToString(&environment, path, &log);
  if (!read.ok()) return failure(read, "reading " + path, directory);
  return find_end(log);
}

}  // namespace

LogEnd find_end(BytesView log) {
  std::size_t at = 0;
  while (at < log.size()) {
    const std::size_t left = kBlock - at % kBlock;
    if (left < kHeader) {
      at += left;  // too little for a record
      continue;
    }
    if (log.size() - at < kHeader) return {at, true, false};
    const Record record = record_at(log, at);
    // Space that was set aside and not used, or whose bytes did not come down.
    if (record.size == kHeader && record.covered[0] == 0) {
      return {at, true, !all_zero(log.substr(at))};
    }
    if (!fits_its_block(at, record)) return {at, false, true};
    if (at + record.size > log.size()) return {at, true, !is_torn_end(log, at)};
    if (checksum(record.covered) != record.stored) return {at, false, true};
    at += record.size;
  }
  return {at, false, false};
}

Result<void> check_logs(rocksdb::Env& environment, const std::string& directory) {
  std::vector<std::string> names;
  if (!environment.GetChildren(directory, &names).ok()) return {};  // there is none yet
  Bytes current;
  const auto read = rocksdb::ReadFileToString(&environment, directory + "/CURRENT", &current);
  if (!read.ok() && !read.IsNotFound() && !read.IsPathNotFound()) {
    return failure(read, "reading " + directory + "/CURRENT", directory);
  }
  if (current.ends_with('\n')) current.pop_back();
  for (const std::string& name : names) {
    const bool log = name.ends_with(".log");
    if (current.empty() && (log || name.ends_with(".sst"))) {
      return fail(ErrorKind::kCorrupt, directory + " has data, but its file CURRENT is gone",
                  "restore this silo from a backup");
    }
    if (!log && name != current) continue;
    ASSIGN_OR_RETURN(const LogEnd end, end_of(environment, directory, name));
    if (!end.damaged) continue;
    return fail(ErrorKind::kCorrupt,
                fmt::format("{}/{} is damaged at byte {}", directory, name, end.at),
                "restore this silo from a backup");
  }
  return {};
}

Result<void> drop_logs_after_torn(rocksdb::Env& environment, const std::string& directory) {
  std::vector<std::string> logs;
  const auto listed = environment.GetChildren(directory, &logs);
  if (!listed.ok()) return failure(listed, "listing " + directory, directory);
  std::erase_if(logs, [](const std::string& name) { return !name.ends_with(".log"); });
  // Their numbers have six digits, and more only after a million of them.
  std::ranges::sort(logs, {}, [](const std::string& name) { return std::pair(name.size(), name); });
  for (std::size_t behind = logs.size(); behind > 0; --behind) {
    ASSIGN_OR_RETURN(const LogEnd end, end_of(environment, directory, logs[behind - 1]));
    if (!end.torn) continue;
    for (; behind < logs.size(); ++behind) {
      const auto removed = environment.DeleteFile(directory + "/" + logs[behind]);
      if (!removed.ok()) return failure(removed, "removing " + logs[behind], directory);
    }
    return {};
  }
  return fail(ErrorKind::kCorrupt, "no log in " + directory + " is torn, yet tables go beyond them",
              "restore this silo from a backup");
}

}  // namespace heed::silo::kv
