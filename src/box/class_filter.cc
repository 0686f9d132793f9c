#include "box/class_filter.h"

#include <algorithm>
#include <array>

#include "machines/kinds.h"

namespace heed::box {
namespace {

constexpr std::string_view kPurpose = "service.monitoring";
constexpr std::string_view kParty = "organization";
constexpr Duration kTellEvery = Duration::minutes(1);
// Items of one source whose class is remembered; a source that invents keys does not grow it.
constexpr std::size_t kRemembered = 20'000;

constexpr std::array<std::string_view, 3> kIdentity = {"USER", "OPERATOR_ID", "OPERATOR"};
/// The drivers' own key: assets are mostly tools, with their measures.
constexpr std::string_view kAssetKey = "ASSET";

template <std::size_t N>
bool holds(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

std::string upper(std::string_view text) {
  std::string raised(text);
  for (char& c : raised) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return raised;
}

}  // namespace

std::string_view category_of(const machines::DataItem& item) {
  const std::string type = upper(item.type);
  const std::string key = type.empty() ? upper(item.key) : std::string();
  if (holds(kIdentity, type) || holds(kIdentity, key)) return "personal.identity";
  if (key == kAssetKey) return "machine_data.dimensional";
  switch (machines::data_class_of(item)) {
    case machines::DataClass::kProduction: return "machine_data.production";
    case machines::DataClass::kDimensional: return "machine_data.dimensional";
    case machines::DataClass::kProgramText: return "machine_data.program_text";
  }
  return "";
}

ClassFilter::ClassFilter(std::shared_ptr<const policy::Table> policy)
    : policy_(std::move(policy)),
      all_may_be_kept_(
          may_be_kept("machine_data.production") && may_be_kept("machine_data.dimensional") &&
          may_be_kept("machine_data.program_text") && may_be_kept("personal.identity")) {}

bool ClassFilter::may_be_kept(std::string_view category) const {
  const auto what = policy_->categories().find(category);
  const auto purpose = policy_->purposes().find(kPurpose);
  const auto party = policy_->parties().find(kParty);
  return what && purpose && party && policy_->keep(*what) &&
         policy_->decide(*purpose, *what, *party, {}).allowed;
}

bool ClassFilter::passes(const std::string& key) {
  const auto known = passes_.find(key);
  if (known != passes_.end()) return known->second;
  machines::DataItem item;
  item.key = key;
  const bool allowed = may_be_kept(category_of(item));
  if (passes_.size() < kRemembered) passes_.emplace(key, allowed);
  return allowed;
}

void ClassFilter::apply(machines::Report& report) {
  for (const machines::DataItem& item : report.model) {
    if (passes_.size() < kRemembered) passes_[item.key] = may_be_kept(category_of(item));
  }
  withhold_unread_lines(report);
  std::uint64_t dropped = 0;
  for (const machines::Observation& observation : report.observations) {
    if (passes(observation.item)) continue;
    ++dropped;
    // The line may hold other items too: it is withheld from all of them.
    if (observation.raw < report.raw.size()) report.raw[observation.raw].clear();
  }
  if (dropped > 0) {
    std::erase_if(report.observations, [this](const auto& o) { return !passes(o.item); });
    if (dropped_ == 0) dropped_from_ = report.arrival;
    dropped_ += dropped;
  }
  tell(report);
}

// A line that could not be read may hold anything.
void ClassFilter::withhold_unread_lines(machines::Report& report) const {
  if (all_may_be_kept_) return;
  std::vector<bool> read(report.raw.size(), false);
  for (const machines::Observation& observation : report.observations) {
    if (observation.raw < read.size()) read[observation.raw] = true;
  }
  for (std::size_t i = 0; i < read.size(); ++i) {
    if (!read[i]) report.raw[i].clear();
  }
}

void ClassFilter::tell(machines::Report& report) {
  if (dropped_ == 0 || (told_ && report.arrival - *told_ < kTellEvery)) return;
  machines::Gap gap;
  gap.reason = machines::Gap::Reason::kFiltered;
  gap.from = dropped_from_;
  gap.to = report.arrival;
  gap.lost = dropped_;
  gap.note = "the policy does not let these be kept";
  report.gaps.push_back(std::move(gap));
  told_ = report.arrival;
  dropped_ = 0;
}

}  // namespace heed::box
