#include "box/shdr_driver.h"

#include <fmt/core.h>

#include "box/absence.h"
#include "box/first_dump.h"
#include "box/reconnect.h"
#include "box/report_builder.h"
#include "box/shdr_observation.h"
#include "wire/shdr/client.h"
#include "wire/shdr/line.h"

namespace heed::box {
namespace {

namespace shdr = wire::shdr;
using machines::Gap;
using machines::Observation;

class ShdrDriver final : public Driver, private ReconnectHandler {
 public:
  ShdrDriver(const Endpoint& endpoint, const std::string& cursor, DriverPlace place,
             DriverListener& listener)
      : endpoint_(endpoint),
        place_(place),
        listener_(listener),
        reconnect_(endpoint, place, *this),
        wake_(place.net),
        builder_([this](machines::Report report) { listener_.on_report(std::move(report)); }),
        absence_(cursor) {}

  void start() override { reconnect_.start(); }
  void pause(bool paused) override;

 private:
  void on_connected(const std::string& where) override;
  void on_bytes(BytesView bytes) override;
  void on_lost(const Error& why) override;

  void on_deadline();
  void arm();
  void take(const shdr::RawLine& raw);
  void take_entries(const shdr::Line& line);
  void take_asset(const shdr::AssetCommand& asset);
  void end_absence();
  void flush();
  std::optional<Time> device_time(const shdr::Stamp& stamp);

  const Endpoint endpoint_;
  const DriverPlace place_;
  DriverListener& listener_;
  Reconnect reconnect_;
  Timer wake_;
  ReportBuilder builder_;
  std::optional<shdr::ClientSession> session_;
  shdr::Line line_;
  FirstDump dump_;
  Absence absence_;
  bool told_heartbeat_ = false;
  bool paused_ = false;
  Time arrival_;
  /// Wall clock at the adapter's start, of one that tells relative times.
  std::optional<Time> relative_start_;
};

void ShdrDriver::pause(bool paused) {
  paused_ = paused;
  reconnect_.pause(paused);
  // What waited in the kernel's buffers is read first, before silence is judged.
  if (!paused && session_) wake_.set(place_.clock.steady() + kConnectLimit, [this] { arm(); });
}

void ShdrDriver::on_connected(const std::string& where) {
  session_.emplace(shdr::ClientOptions{}, place_.clock.steady());
  dump_.begin();
  told_heartbeat_ = false;
  relative_start_.reset();
  listener_.on_up("connected to " + where);
  reconnect_.send(session_->bytes_to_send());
  arm();
}

void ShdrDriver::on_bytes(BytesView bytes) {
  const Duration now = place_.clock.steady();
  arrival_ = place_.clock.now();
  listener_.on_heard();
  session_->on_bytes(bytes, now);
  while (const auto raw = session_->next_line()) {
    builder_.at(arrival_, dump_.covers(now));
    take(*raw);
    if (builder_.full()) flush();
  }
  flush();
  if (session_->heartbeat() && !told_heartbeat_) {
    told_heartbeat_ = true;
    listener_.on_step(fmt::format("the adapter promises a heartbeat every {} ms",
                                  session_->heartbeat()->count_milliseconds()),
                      true);
  }
  absence_.heard(arrival_);
  reconnect_.send(session_->bytes_to_send());
  arm();
}

void ShdrDriver::on_lost(const Error& why) {
  wake_.clear();
  if (session_) {
    arrival_ = place_.clock.now();
    // The first half of a line may be half a condition: no value is taken from it, but it is told.
    if (const auto rest = session_->finish()) {
      builder_.at(arrival_, dump_.covers(place_.clock.steady()));
      take(*rest);
    }
    flush();
    session_.reset();
    absence_.lost();
  }
  listener_.on_down(why.message);
}

void ShdrDriver::arm() {
  wake_.set(session_->deadline(), [this] { on_deadline(); });
}

void ShdrDriver::on_deadline() {
  if (paused_) return;  // nothing is read, so silence proves nothing
  session_->on_time(place_.clock.steady());
  if (!session_->dead()) {
    reconnect_.send(session_->bytes_to_send());
    return arm();
  }
  const std::string words = endpoint_.text() + " says nothing any more";
  reconnect_.lose();
  on_lost({ErrorKind::kUnavailable, words, {}});
}

void ShdrDriver::take(const shdr::RawLine& raw) {
  shdr::parse_line(raw, line_);
  if (line_.flaw != shdr::Flaw::kNone) builder_.malformed(shdr::words(line_.flaw));
  switch (line_.kind) {
    case shdr::LineKind::kObservations: builder_.raw(raw.text); return take_entries(line_);
    case shdr::LineKind::kAsset: builder_.raw(raw.text); return take_asset(line_.asset);
    case shdr::LineKind::kCommand:
      return listener_.on_step(
          fmt::format("the adapter says {}: {}", line_.command.key, line_.command.value), true);
    case shdr::LineKind::kMalformed: return builder_.keep_raw(raw.text);
    case shdr::LineKind::kPing:
    case shdr::LineKind::kPong: return;
  }
}

void ShdrDriver::take_entries(const shdr::Line& line) {
  if (!line.entries.empty()) end_absence();
  const std::optional<Time> device = device_time(line.stamp);
  for (const shdr::Entry& entry : line.entries) {
    builder_.add(observation_of(entry, device, line.stamp.lasted));
  }
}

void ShdrDriver::take_asset(const shdr::AssetCommand& asset) {
  end_absence();
  builder_.add(observation_of(asset, device_time(line_.stamp)));
}

void ShdrDriver::end_absence() {
  if (auto gap = absence_.end(arrival_)) builder_.gap(std::move(*gap));
}

void ShdrDriver::flush() {
  builder_.resume(Absence::cursor(arrival_));
  builder_.flush();
}

// Relative times count from the adapter's start, which nobody tells: the earliest start that its
// lines allow is taken, and kept, so that the distances between them stay true.
std::optional<Time> ShdrDriver::device_time(const shdr::Stamp& stamp) {
  if (!stamp.relative) return stamp.time;
  if (!relative_start_) relative_start_ = arrival_ - *stamp.relative;
  return *relative_start_ + *stamp.relative;
}

}  // namespace

std::unique_ptr<Driver> make_shdr_driver(const Endpoint& endpoint, const std::string& cursor,
                                         DriverPlace place, DriverListener& listener) {
  return std::make_unique<ShdrDriver>(endpoint, cursor, place, listener);
}

}  // namespace heed::box
