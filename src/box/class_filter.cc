#include "box/class_filter.h"

#include <algorithm>
#include <array>

#include "machines/kinds.h"

namespace heed::box {
namespace {

constexpr std::string_view kPurpose = "service.monitoring";
constexpr std::string_view kParty = "organization";
constexpr std::string_view kSource = "box";
constexpr Duration kTellEvery = Duration::minutes(1);
// Items of one source whose class is remembered; a source that invents keys does not grow it.
constexpr std::size_t kRemembered = 20'000;

constexpr std::array<std::string_view, 4> kFilterCategories = {
    "machine_data.production", "machine_data.dimensional", "machine_data.program_text",
    "personal.identity"};

constexpr std::array<std::string_view, 3> kIdentity = {"USER", "OPERATOR_ID", "OPERATOR"};
/// The drivers' own key: assets are mostly tools, with their measures.
constexpr std::string_view kAssetKey = "ASSET";

template <std::size_t N>
bool holds(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

std::size_t index_of(std::string_view category) {
  return static_cast<std::size_t>(std::ranges::find(kFilterCategories, category) -
                                  kFilterCategories.begin());
}

std::string upper(std::string_view text) {
  std::string raised(text);
  for (char& c : raised) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return raised;
}

}  // namespace

policy::Inventory inventory() {
  policy::Inventory own;
  own.sources = {std::string(kSource)};
  own.uses = {{std::string(kPurpose), std::string(kParty), "box: what may be kept"}};
  return own;
}

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

ClassFilter::ClassFilter(std::shared_ptr<const policy::InForce> policy)
    : policy_(std::move(policy)) {
  static_assert(kFilterCategories.size() == kCategories);
  follow_policy();
}

bool ClassFilter::may_be_kept(std::string_view category) const {
  const std::shared_ptr<const policy::Policy> policy = policy_->policy();
  const auto what = policy->categories().find(category);
  const auto access = policy->access("box", kPurpose, kParty);
  if (!what || !access || policy->keep(*what) == nullptr) return false;
  const policy::Conditions known = policy->knowing({}, policy::Dimension::kSource, kSource);
  return policy->table().decide(access->purpose, *what, access->party, known).allowed;
}

void ClassFilter::follow_policy() {
  auto book = policy_->book();
  if (book == book_) return;
  book_ = std::move(book);
  for (std::size_t i = 0; i < kCategories; ++i) may_[i] = may_be_kept(kFilterCategories[i]);
}

std::size_t ClassFilter::remembered_category(const std::string& key) {
  const auto known = category_of_.find(key);
  if (known != category_of_.end()) return known->second;
  machines::DataItem item;
  item.key = key;
  const std::size_t category = index_of(category_of(item));
  if (category_of_.size() < kRemembered) category_of_.emplace(key, category);
  return category;
}

bool ClassFilter::passes(const std::string& key) {
  return may_[remembered_category(key)];
}

void ClassFilter::apply(machines::Report& report) {
  follow_policy();
  for (const machines::DataItem& item : report.model) {
    if (category_of_.size() < kRemembered) category_of_[item.key] = index_of(category_of(item));
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
  if (std::ranges::all_of(may_, std::identity())) return;
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
