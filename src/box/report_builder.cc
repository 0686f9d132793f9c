#include "box/report_builder.h"

#include <algorithm>

namespace heed::box {
namespace {

bool can_be_key(std::string_view key) {
  return !key.empty() && key.size() <= kLongestItemKey && std::ranges::none_of(key, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
}

}  // namespace

void ReportBuilder::at(Time arrival, bool initial) {
  if (arrival == report_.arrival && initial == report_.initial) return;
  flush();
  report_.arrival = arrival;
  report_.initial = initial;
}

void ReportBuilder::model(std::vector<machines::DataItem> items) {
  std::erase_if(items, [](const auto& item) { return !can_be_key(item.key); });
  report_.model = std::move(items);
}

// Lines of which nothing was taken are not kept: the next one takes their place.
void ReportBuilder::raw(std::string_view line) {
  line = line.substr(0, kLongestRaw);
  if (!raw_used_) {
    report_.raw.back() = line;
  } else {
    report_.raw.emplace_back(line);
  }
  raw_used_ = false;
  bytes_ += line.size();
}

void ReportBuilder::keep_raw(std::string_view line) {
  if (kept_raw_++ >= kMostKeptRaw) return;
  raw(line.substr(0, kLongestKeptRaw));
  raw_used_ = true;
}

void ReportBuilder::add(machines::Observation observation) {
  if (!can_be_key(observation.item)) return malformed("a key is empty, too long or not text");
  if (observation.value && observation.value->size() > kLongestItemValue) {
    return malformed("a value is too long");
  }
  observation.raw = static_cast<std::uint32_t>(report_.raw.size() - 1);
  raw_used_ = true;
  bytes_ += sizeof(observation) + observation.item.size();
  if (observation.value) bytes_ += observation.value->size();
  report_.observations.push_back(std::move(observation));
}

void ReportBuilder::gap(machines::Gap gap) {
  report_.gaps.push_back(std::move(gap));
}

void ReportBuilder::malformed(std::string_view why) {
  const auto at = malformed_.find(why);
  if (at != malformed_.end()) {
    ++at->second;
  } else {
    malformed_.emplace(why, 1);
  }
}

void ReportBuilder::flush() {
  for (const auto& [why, count] : malformed_) {
    machines::Gap gap;
    gap.reason = machines::Gap::Reason::kMalformed;
    gap.from = last_good_ == Time() ? report_.arrival : last_good_;
    gap.to = report_.arrival;
    gap.lost = count;
    gap.note = why;
    report_.gaps.push_back(std::move(gap));
  }
  if (!raw_used_) report_.raw.pop_back();
  machines::Report next;
  next.arrival = report_.arrival;
  next.initial = report_.initial;
  const bool worth_telling =
      !report_.observations.empty() || !report_.gaps.empty() || !report_.model.empty();
  if (!report_.observations.empty()) last_good_ = report_.arrival;
  std::swap(next, report_);
  malformed_.clear();
  bytes_ = 0;
  kept_raw_ = 0;
  raw_used_ = true;
  if (worth_telling) sink_(std::move(next));
}

void ReportBuilder::discard() {
  machines::Report next;
  next.arrival = report_.arrival;
  next.initial = report_.initial;
  report_ = std::move(next);
  malformed_.clear();
  bytes_ = 0;
  kept_raw_ = 0;
  raw_used_ = true;
}

}  // namespace heed::box
