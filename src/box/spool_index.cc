#include "box/spool_index.h"

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <set>

#include "box/spool_segment.h"

namespace heed::box {
namespace {

constexpr std::string_view kEnding = ".segment";

std::optional<std::uint64_t> segment_number(std::string_view name) {
  if (name.size() != 16 + kEnding.size() || !name.ends_with(kEnding)) return {};
  std::uint64_t number = 0;
  const char* end = name.data() + 16;
  const auto [at, error] = std::from_chars(name.data(), end, number, 16);
  if (error != std::errc() || at != end) return {};
  return number;
}

Result<std::set<std::uint64_t>> list_segments(const std::string& directory) {
  std::set<std::uint64_t> found;
  std::error_code error;
  for (std::filesystem::directory_iterator at(directory, error), end; !error && at != end;
       at.increment(error)) {
    if (const auto number = segment_number(at->path().filename().string())) found.insert(*number);
  }
  if (error) {
    return fail(ErrorKind::kUnavailable, "cannot list " + directory + ": " + error.message());
  }
  return found;
}

}  // namespace

std::string SpoolIndex::path(SegmentId segment) const {
  return fmt::format("{}/{:016x}{}", directory_, segment, kEnding);
}

Result<bool> SpoolIndex::any_files() const {
  ASSIGN_OR_RETURN(const auto ids, list_segments(directory_));
  return !ids.empty();
}

Result<std::uint64_t> SpoolIndex::load(const std::string& box_key) {
  ASSIGN_OR_RETURN(const auto ids, list_segments(directory_));
  std::uint64_t damaged = 0;
  for (const SegmentId id : ids) {
    ASSIGN_OR_RETURN(const std::uint64_t bytes, load_segment(id, box_key));
    damaged += bytes;
    next_ = id + 1;
  }
  return damaged;
}

Result<std::uint64_t> SpoolIndex::load_segment(SegmentId id, const std::string& box_key) {
  const std::string file = path(id);
  struct stat info{};
  if (::stat(file.c_str(), &info) != 0) {
    return fail(ErrorKind::kUnavailable, "cannot look at " + file);
  }
  const auto size = static_cast<std::uint64_t>(info.st_size);
  auto reader = SegmentReader::open(file, box_key);
  if (!reader && reader.error().kind == ErrorKind::kCorrupt) {
    ::unlink(file.c_str());  // the power went before its head was synced: nothing durable is in it
    return size;
  }
  if (!reader) return std::unexpected(reader.error());
  segments_[id];
  for (;;) {
    ASSIGN_OR_RETURN(const auto frame, (*reader)->next(size));
    if (!frame) break;
    add_frame(id, frame->machine, frame->number, frame->offset);
  }
  const std::uint64_t end = (*reader)->good_end();
  if (end < size && ::truncate(file.c_str(), static_cast<off_t>(end)) != 0) {
    return fail(ErrorKind::kUnavailable, "cannot cut " + file);
  }
  set_size(id, end);
  // What was stepped over before the last good frame is counted by the reader; the rest was torn.
  return (*reader)->damaged();
}

SpoolIndex::SegmentId SpoolIndex::add_segment() {
  segments_[next_];
  return next_++;
}

void SpoolIndex::add_frame(SegmentId segment, machines::MachineId machine, std::uint64_t number,
                           std::uint64_t offset) {
  auto [at, fresh] = segments_[segment].machines.try_emplace(machine);
  if (fresh) at->second.first_offset = offset;
  at->second.last_offset = offset;
  at->second.last = std::max(at->second.last, number);
}

void SpoolIndex::set_size(SegmentId segment, std::uint64_t size) {
  bytes_ += size - segments_[segment].size;
  segments_[segment].size = size;
}

void SpoolIndex::acknowledge(machines::MachineId machine, std::uint64_t number) {
  for (auto& [id, segment] : segments_) {
    const auto at = segment.machines.find(machine);
    if (at == segment.machines.end()) continue;
    if (at->second.last > number) return;
    segment.machines.erase(at);
  }
}

std::vector<std::string> SpoolIndex::take_empty(std::optional<SegmentId> keep) {
  std::vector<std::string> files;
  for (auto at = segments_.begin(); at != segments_.end();) {
    if (!at->second.machines.empty() || at->first == keep) {
      ++at;
      continue;
    }
    bytes_ -= at->second.size;
    files.push_back(path(at->first));
    at = segments_.erase(at);
  }
  return files;
}

std::optional<SpoolIndex::Place> SpoolIndex::find(machines::MachineId machine, std::uint64_t after,
                                                  std::optional<SegmentId> beyond) const {
  for (auto at = beyond ? segments_.upper_bound(*beyond) : segments_.begin(); at != segments_.end();
       ++at) {
    const auto range = at->second.machines.find(machine);
    if (range == at->second.machines.end() || range->second.last <= after) continue;
    return Place{at->first, range->second.first_offset, at->second.size};
  }
  return {};
}

std::optional<SpoolIndex::Place> SpoolIndex::last(machines::MachineId machine) const {
  for (auto at = segments_.rbegin(); at != segments_.rend(); ++at) {
    const auto range = at->second.machines.find(machine);
    if (range == at->second.machines.end()) continue;
    return Place{at->first, range->second.last_offset, at->second.size};
  }
  return {};
}

std::uint64_t SpoolIndex::last_number(machines::MachineId machine) const {
  std::uint64_t last = 0;
  for (const auto& [id, segment] : segments_) {
    const auto range = segment.machines.find(machine);
    if (range != segment.machines.end()) last = std::max(last, range->second.last);
  }
  return last;
}

std::vector<machines::MachineId> SpoolIndex::machines() const {
  std::set<machines::MachineId> all;
  for (const auto& [id, segment] : segments_) {
    for (const auto& [machine, range] : segment.machines) all.insert(machine);
  }
  return {all.begin(), all.end()};
}

}  // namespace heed::box
