#include "box/mtconnect_reports.h"

#include <fmt/core.h>

#include <algorithm>

#include "box/mtconnect_mapping.h"

namespace heed::box {

namespace mtc = wire::mtconnect;
using machines::Observation;

namespace {

/// Sequences that were handed on of a document that is not complete; beyond, they are forgotten.
constexpr std::size_t kMostEarly = 200'000;

machines::Gap gap_of(const mtc::Gap& from, std::optional<Time> last_good, Time now) {
  machines::Gap gap;
  gap.from = last_good.value_or(from.from.value_or(now));
  gap.to = now;
  gap.lost = from.count;
  if (from.cause == mtc::Gap::Cause::kOverwritten) {
    gap.reason = machines::Gap::Reason::kOutOfRange;
    gap.note = fmt::format("the agent's buffer had wrapped: sequences {} to {} are lost",
                           from.first, from.last);
  } else if (from.cause == mtc::Gap::Cause::kUnheard) {
    gap.reason = machines::Gap::Reason::kDisconnected;
    gap.note = fmt::format("what the agent told as sequences {} to {} did not come", from.first,
                           from.last);
  } else {
    gap.reason = machines::Gap::Reason::kRestarted;
    gap.note = fmt::format("the agent began anew; sequence {} of instance {} was the next to read",
                           from.first, from.instance_id);
  }
  return gap;
}

}  // namespace

MtconnectReports::MtconnectReports(std::string device, std::string words_when_up, DriverPlace place,
                                   DriverListener& listener)
    : device_(std::move(device)),
      words_when_up_(std::move(words_when_up)),
      place_(place),
      listener_(listener),
      down_(place.net),
      builder_([this](machines::Report report) { listener_.on_report(std::move(report)); }) {}

void MtconnectReports::on_devices(const mtc::DeviceModel& model) {
  link_works();
  const mtc::Device* device = choose_device(model, device_);
  if (device == nullptr) {
    device_name_ = device_uuid_ = "";
    return listener_.on_step("the agent has no such device", false);
  }
  early_.clear();  // another instance counts its sequences anew
  device_name_ = device->name;
  device_uuid_ = device->uuid;
  listener_.on_step(
      fmt::format("the agent (MTConnect {}) has the device {}", model.header.version, device->name),
      true);
  if (model.devices.size() > 1 && device_.empty()) {
    std::string names;
    for (const mtc::Device& other : model.devices) names += " " + other.name;
    listener_.on_step("it has several; add the name to the address to choose:" + names, true);
  }
  builder_.at(place_.clock.now(), true);
  builder_.model(data_items(*device));
  builder_.flush();
}

bool MtconnectReports::is_of_device(const mtc::Observation& observation) const {
  const bool by_name = observation.device_uuid.empty() || device_uuid_.empty();
  return by_name ? observation.device_name == device_name_
                 : observation.device_uuid == device_uuid_;
}

void MtconnectReports::on_observation(const mtc::Observation& from, BytesView raw, bool snapshot) {
  if (!is_of_device(from) || early_.contains(from.sequence)) return;
  snapshot_ = snapshot;
  Held held;
  held.sequence = from.sequence;
  held.observation = {.item = from.data_item_id,
                      .device = from.timestamp,
                      .value = value_text(from),
                      .condition = from.category == mtc::Category::kCondition,
                      .beside = beside_of(from)};
  held.raw = raw.substr(0, kLongestRaw);
  held_bytes_ += sizeof(held) + held.raw.size() + held.observation.item.size() +
                 (held.observation.value ? held.observation.value->size() : 0);
  held_.push_back(std::move(held));
  if (held_bytes_ < kMostHeldBytes) return;
  for (const Held& one : held_) {
    if (early_.size() < kMostEarly) early_.insert(one.sequence);
  }
  builder_.at(place_.clock.now(), snapshot_);
  hand_on({});
  builder_.flush();
}

void MtconnectReports::on_gap(const mtc::Gap& gap) {
  gaps_.push_back(gap);
}

void MtconnectReports::on_commit(const mtc::Cursor& cursor, const mtc::Header& header) {
  const Time now = place_.clock.now();
  link_works();
  builder_.at(now, snapshot_);
  for (const mtc::Gap& gap : gaps_) builder_.gap(gap_of(gap, last_good_, now));
  // After an early part the sequences of the rest do not say what is missing before them.
  const bool cut_anywhere = !snapshot_ && early_.empty();
  if (header.creation_time) builder_.source_clock(*header.creation_time);
  hand_on(cut_anywhere ? std::optional(cursor) : std::nullopt);
  if (header.creation_time) builder_.source_clock(*header.creation_time);
  builder_.resume(cursor.encode());
  builder_.flush();
  last_good_ = now;
  forget_document();
}

// With a cursor each report but the last is given the place after its own last sequence.
void MtconnectReports::hand_on(std::optional<mtc::Cursor> cursor) {
  std::ranges::sort(held_, {}, &Held::sequence);
  const std::optional<Time> clock = cursor ? cursor->as_of : std::nullopt;
  for (Held& one : held_) {
    if (builder_.full()) {
      builder_.flush();
      if (clock) builder_.source_clock(*clock);
    }
    builder_.raw(one.raw);
    builder_.add(std::move(one.observation));
    if (!cursor) continue;
    if (builder_.full()) {
      cursor->next = one.sequence + 1;
      builder_.resume(cursor->encode());
    }
  }
  held_.clear();
  held_bytes_ = 0;
}

void MtconnectReports::on_discard() {
  held_.clear();
  held_bytes_ = 0;
  gaps_.clear();
}

void MtconnectReports::forget_document() {
  on_discard();
  early_.clear();
  snapshot_ = false;
}

void MtconnectReports::on_asset(const mtc::Asset& asset) {
  if (!asset.device_uuid.empty() && asset.device_uuid != device_uuid_) return;
  builder_.at(place_.clock.now(), false);
  builder_.raw(asset.raw);
  builder_.add(
      {.item = "asset",
       .device = asset.timestamp,
       .value = fmt::format("{}|{}{}", asset.asset_id, asset.type, asset.removed ? "|removed" : ""),
       .asset = true});
  builder_.flush();
}

void MtconnectReports::on_asset_gone(std::string_view asset_id) {
  builder_.at(place_.clock.now(), false);
  builder_.raw("");
  builder_.add({.item = "asset", .value = fmt::format("{}||removed", asset_id), .asset = true});
  builder_.flush();
}

void MtconnectReports::on_trouble(const Error& error) {
  link_fails(error.message);
}

void MtconnectReports::link_works() {
  failure_.clear();
  down_.clear();
  if (std::exchange(up_, true)) return;
  listener_.on_up(words_when_up_);
}

// A stream that ends and is back at once is no machine that was away.
void MtconnectReports::link_fails(const std::string& words) {
  if (!up_) return listener_.on_down(words);
  listener_.on_step(words, false);
  if (std::exchange(failure_, words).empty()) {
    down_.set(place_.clock.steady() + kLinkGrace, [this] { link_ended(failure_); });
  }
}

void MtconnectReports::strange(std::string_view what, const Error& why) {
  builder_.at(place_.clock.now(), false);
  builder_.keep_raw(what);
  builder_.malformed(why.mend.empty() ? why.message : why.message + "; " + why.mend);
  builder_.flush();
}

void MtconnectReports::link_ended(const std::string& words) {
  down_.clear();
  up_ = false;
  listener_.on_down(words);
}

}  // namespace heed::box
