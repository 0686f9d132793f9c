#include "box/mtconnect_driver.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "box/mtconnect_mapping.h"
#include "box/report_builder.h"
#include "wire/mtconnect/agent_cursor.h"

namespace heed::box {
namespace {

namespace mtc = wire::mtconnect;
using machines::Observation;

/// What an event waits for at the agent, at most, while others come before it.
constexpr Duration kStreamInterval = Duration::milliseconds(20);
/// A dead agent is noticed after twice this.
constexpr Duration kStreamHeartbeat = Duration::seconds(5);
/// Sequences that were handed on of a document that is not complete; beyond, they are forgotten.
constexpr std::size_t kMostEarly = 200'000;

struct Target {
  std::string url;  ///< Up to the port.
  std::string user, password;
  mtc::AgentOptions options;
};

Target target_of(const Reading& reading) {
  const Endpoint& endpoint = reading.endpoint;
  Target target;
  target.user = reading.login.user;
  target.password = reading.login.password;
  target.options.interval = kStreamInterval;
  target.options.heartbeat = kStreamHeartbeat;
  target.options.backoff = kRetry;
  target.url = (endpoint.tls ? "https://" : "http://") + endpoint.text();
  const std::size_t slash = endpoint.path.rfind('/');
  if (slash != std::string::npos) {
    target.options.base_path = endpoint.path.substr(0, slash);
    target.options.device = endpoint.path.substr(slash + 1);
  }
  return target;
}

machines::Gap gap_of(const mtc::Gap& from, std::optional<Time> last_good, Time now) {
  machines::Gap gap;
  gap.from = last_good.value_or(from.from.value_or(now));
  gap.to = now;
  gap.lost = from.count;
  if (from.cause == mtc::Gap::Cause::kOverwritten) {
    gap.reason = machines::Gap::Reason::kOutOfRange;
    gap.note = fmt::format("the agent's buffer had wrapped: sequences {} to {} are lost",
                           from.first, from.last);
  } else {
    gap.reason = machines::Gap::Reason::kRestarted;
    gap.note = fmt::format("the agent began anew; sequence {} of instance {} was the next to read",
                           from.first, from.instance_id);
  }
  return gap;
}

/// Fetches assets beside the stream.
class AssetFetcher final : private HttpHandler {
 public:
  /// `target` outlives it.
  AssetFetcher(const Target& target, DriverPlace place, mtc::AssetQueue& queue)
      : target_(target), place_(place), queue_(queue), wake_(place.net) {}

  /// Asks for the next asset, if there is one.
  void go_on() {
    if (exchange_) return;
    const auto request = queue_.next_request(place_.clock.steady());
    if (!request) return;
    wake_.set(request->not_before, [this, request] { ask(*request); });
  }

 private:
  void ask(const mtc::Request& request) {
    if (exchange_) return;
    exchange_ = place_.net.fetch({.url = target_.url + request.path,
                                  .user = target_.user,
                                  .password = target_.password,
                                  .silence_limit = request.silence_limit},
                                 *this);
  }
  void on_head(int status, std::string_view) override { queue_.response_started(status); }
  bool on_body(BytesView piece) override {
    if (queue_.body(piece) == mtc::Next::kContinue) return true;
    over();
    return false;
  }
  void on_end(const Result<void>& how) override {
    if (how) {
      queue_.response_ended(place_.clock.steady());
    } else {
      queue_.lost(how.error(), place_.clock.steady());
    }
    over();
  }
  void over() {
    exchange_.reset();
    wake_.set(place_.clock.steady(), [this] { go_on(); });
  }

  const Target& target_;
  const DriverPlace place_;
  mtc::AssetQueue& queue_;
  Timer wake_;
  std::unique_ptr<Exchange> exchange_;
};

class MtconnectDriver final : public Driver, private HttpHandler, private mtc::AgentListener {
 public:
  MtconnectDriver(const Reading& reading, const std::string& cursor, DriverPlace place,
                  DriverListener& listener)
      : target_(target_of(reading)),
        where_(reading.endpoint.text()),
        place_(place),
        listener_(listener),
        session_(target_.options, *this, place.random, mtc::Cursor::decode(cursor)),
        assets_(target_, place, session_.assets()),
        wake_(place.net),
        down_(place.net),
        builder_([this](machines::Report report) { listener_.on_report(std::move(report)); }) {}

  void start() override { go_on(); }
  void pause(bool paused) override;

 private:
  struct Held {
    std::uint64_t sequence = 0;
    Observation observation;
    std::string raw;
  };

  // The exchange.
  void go_on();
  void ask(const mtc::Request& request);
  void over();
  void on_head(int status, std::string_view content_type) override;
  bool on_body(BytesView piece) override;
  void on_end(const Result<void>& how) override;

  // What the session finds out.
  void on_devices(const mtc::DeviceModel& model) override;
  void on_observation(const mtc::Observation& from, BytesView raw, bool snapshot) override;
  void on_gap(const mtc::Gap& gap) override;
  void on_commit(const mtc::Cursor& cursor, const mtc::Header& header) override;
  void on_discard() override;
  void on_asset(const mtc::Asset& asset) override;
  void on_asset_gone(std::string_view asset_id) override;
  void on_trouble(const Error& error) override;

  bool is_of_device(const mtc::Observation& observation) const;
  void hand_on(std::optional<mtc::Cursor> cursor);
  void forget_document();
  void link_works();
  void link_fails(const std::string& words);

  const Target target_;
  const std::string where_;
  const DriverPlace place_;
  DriverListener& listener_;
  mtc::AgentSession session_;
  AssetFetcher assets_;
  Timer wake_;
  Timer down_;
  ReportBuilder builder_;
  std::unique_ptr<Exchange> exchange_;
  bool paused_ = false;
  bool up_ = false;
  std::string failure_;  ///< What failed last, while it is not known to work again.

  std::string device_name_;
  std::string device_uuid_;
  // The document at hand.
  std::vector<Held> held_;
  std::vector<mtc::Gap> gaps_;
  std::size_t held_bytes_ = 0;
  bool snapshot_ = false;
  /// Handed on before its document was complete.
  std::set<std::uint64_t> early_;
  std::optional<Time> last_good_;
};

void MtconnectDriver::pause(bool paused) {
  paused_ = paused;
  if (exchange_) exchange_->pause(paused);
}

void MtconnectDriver::go_on() {
  if (exchange_) return;
  const mtc::Request request = session_.next_request(place_.clock.steady());
  wake_.set(request.not_before, [this, request] { ask(request); });
}

void MtconnectDriver::ask(const mtc::Request& request) {
  exchange_ = place_.net.fetch({.url = target_.url + request.path,
                                .user = target_.user,
                                .password = target_.password,
                                .connect_limit = kConnectLimit,
                                .silence_limit = request.silence_limit},
                               *this);
  exchange_->pause(paused_);
}

// The exchange has ended; how it goes on is asked outside of the call that ended it.
void MtconnectDriver::over() {
  exchange_.reset();
  assets_.go_on();
  wake_.set(place_.clock.steady(), [this] { go_on(); });
}

void MtconnectDriver::on_head(int status, std::string_view content_type) {
  listener_.on_heard();
  session_.response_started(status, content_type, place_.clock.steady());
}

bool MtconnectDriver::on_body(BytesView piece) {
  listener_.on_heard();
  if (session_.body(piece, place_.clock.steady()) == mtc::Next::kContinue) {
    assets_.go_on();
    return true;
  }
  over();
  return false;
}

void MtconnectDriver::on_end(const Result<void>& how) {
  if (how) {
    session_.response_ended(place_.clock.steady());
  } else {
    session_.lost({how.error().kind, where_ + ": " + how.error().message, {}},
                  place_.clock.steady());
  }
  over();
}

void MtconnectDriver::on_devices(const mtc::DeviceModel& model) {
  link_works();
  const mtc::Device* device = choose_device(model, target_.options.device);
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
  if (model.devices.size() > 1 && target_.options.device.empty()) {
    std::string names;
    for (const mtc::Device& other : model.devices) names += " " + other.name;
    listener_.on_step("it has several; add the name to the address to choose:" + names, true);
  }
  builder_.at(place_.clock.now(), true);
  builder_.model(data_items(*device));
  builder_.flush();
}

bool MtconnectDriver::is_of_device(const mtc::Observation& observation) const {
  const bool by_name = observation.device_uuid.empty() || device_uuid_.empty();
  return by_name ? observation.device_name == device_name_
                 : observation.device_uuid == device_uuid_;
}

void MtconnectDriver::on_observation(const mtc::Observation& from, BytesView raw, bool snapshot) {
  if (!is_of_device(from) || early_.contains(from.sequence)) return;
  snapshot_ = snapshot;
  Held held;
  held.sequence = from.sequence;
  held.observation = {.item = from.data_item_id,
                      .device = from.timestamp,
                      .value = value_text(from),
                      .condition = from.category == mtc::Category::kCondition};
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

void MtconnectDriver::on_gap(const mtc::Gap& gap) {
  gaps_.push_back(gap);
}

void MtconnectDriver::on_commit(const mtc::Cursor& cursor, const mtc::Header& header) {
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
void MtconnectDriver::hand_on(std::optional<mtc::Cursor> cursor) {
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

void MtconnectDriver::on_discard() {
  held_.clear();
  held_bytes_ = 0;
  gaps_.clear();
}

void MtconnectDriver::forget_document() {
  on_discard();
  early_.clear();
  snapshot_ = false;
}

void MtconnectDriver::on_asset(const mtc::Asset& asset) {
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

void MtconnectDriver::on_asset_gone(std::string_view asset_id) {
  builder_.at(place_.clock.now(), false);
  builder_.raw("");
  builder_.add({.item = "asset", .value = fmt::format("{}||removed", asset_id), .asset = true});
  builder_.flush();
}

void MtconnectDriver::on_trouble(const Error& error) {
  link_fails(error.message);
}

void MtconnectDriver::link_works() {
  failure_.clear();
  down_.clear();
  if (std::exchange(up_, true)) return;
  listener_.on_up("connected to " + where_);
}

// A stream that ends and is back at once is no machine that was away.
void MtconnectDriver::link_fails(const std::string& words) {
  if (!up_) return listener_.on_down(words);
  listener_.on_step(words, false);
  if (std::exchange(failure_, words).empty()) {
    down_.set(place_.clock.steady() + kLinkGrace, [this] {
      up_ = false;
      listener_.on_down(failure_);
    });
  }
}

}  // namespace

std::unique_ptr<Driver> make_mtconnect_driver(const Reading& reading, const std::string& cursor,
                                              DriverPlace place, DriverListener& listener) {
  return std::make_unique<MtconnectDriver>(reading, cursor, place, listener);
}

}  // namespace heed::box
