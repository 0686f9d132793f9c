#include "box/opcua_driver.h"

#include <cstdlib>

#include "box/absence.h"
#include "box/item_models.h"
#include "box/opcua_machine.h"
#include "box/opcua_sidecar.h"
#include "box/report_builder.h"
#include "wire/line_reader.h"

namespace heed::box {
namespace {

namespace ua = wire::opcua;

/// The first words of a program that works, within this long.
constexpr Duration kHelloLimit = Duration::seconds(20);

/// The program's standard error.
class ErrorLines final : public StreamHandler {
 public:
  ErrorLines(Log& log, std::string server) : log_(log), server_(std::move(server)) {}
  void begin() {
    reader_.emplace(kLongestErrorLine);
    left_ = kMostErrorLines;
  }
  void on_open(const std::string&) override {}
  void on_bytes(BytesView bytes) override {
    reader_->feed(bytes);
    while (const auto line = reader_->next()) {
      if (left_-- <= 0) return;
      log_.warning("the OPC UA reader says", {{"server", server_}, {"words", line->text}});
    }
  }
  void on_closed(const Error&) override {}

 private:
  Log& log_;
  const std::string server_;
  std::optional<wire::LineReader> reader_;
  int left_ = 0;
};

class OpcuaDriver final : public Driver, private StreamHandler {
 public:
  OpcuaDriver(const Reading& reading, const std::string& cursor, DriverPlace place,
              DriverListener& listener, MakeCommand command)
      : reading_(reading),
        place_(std::move(place)),
        listener_(listener),
        command_(std::move(command)),
        machine_(reading.opcua.mappings),
        errors_(place_.log, reading_.endpoint.text()),
        backoff_(place_.random, kRetry),
        retry_(place_.net),
        limit_(place_.net),
        rest_(place_.net),
        wake_(place_.net),
        builder_([this](machines::Report report) { listener_.on_report(std::move(report)); }),
        absence_(cursor) {}

  void start() override;
  void pause(bool paused) override;

 private:
  void on_open(const std::string&) override {}
  void on_bytes(BytesView bytes) override;
  void on_closed(const Error& why) override;
  void read_lines();
  void take(const std::string& line);
  void take_senseless(const std::string& line);
  void hand_on(std::string_view raw);
  void again(const std::string& words);
  void hold();
  void arm();
  void wait_for_hello();

  void take(const ua::Hello& hello);
  void take(const ua::Step& step) { listener_.on_step(step.words, step.ok); }
  void take(const ua::Nodes&) { machine_.forget_nodes(); }
  void take(const ua::Node& node) { machine_.take(node); }
  void take(const ua::Custom& custom) { machine_.take(custom); }
  void take(const ua::Up& up);
  void take(const ua::Broken& broken) { listener_.on_down(broken.words); }
  void take(const ua::Down& down);
  void take(const ua::Value& value) { machine_.take(value, place_.clock.steady()); }
  void take(const ua::Alarm& alarm) { machine_.take(alarm); }
  void take(const ua::Message& message) { machine_.take(message); }
  void take(const ua::Lost& lost);

  const Reading reading_;
  const DriverPlace place_;
  DriverListener& listener_;
  const MakeCommand command_;
  OpcuaMachine machine_;
  ErrorLines errors_;
  wire::Backoff backoff_;
  Timer retry_;
  Timer limit_;
  Timer rest_;
  Timer wake_;
  ReportBuilder builder_;
  Absence absence_;
  std::optional<wire::LineReader> reader_;
  std::unique_ptr<Child> child_;
  Time heard_;
  Duration second_;
  int lines_ = 0;
  int senseless_ = 0;
  bool paused_ = false;
  bool resting_ = false;
  bool up_ = false;
};

void OpcuaDriver::start() {
  const std::string directory = place_.directory + "/opcua";
  const auto command = command_(directory);
  if (!command) return again(command.error().message);
  reader_.emplace(ua::kLongestLine);
  errors_.begin();
  senseless_ = 0;
  resting_ = false;
  auto child = Child::start(place_.net, *command, *this, errors_);
  if (!child) {
    const bool missing = child.error().kind == ErrorKind::kNotFound;
    return again(missing ? "Node.js is not there, which reads OPC UA for Heed: install it "
                           "(apt-get install nodejs); it is found without starting Heed again"
                         : child.error().message);
  }
  child_ = *std::move(child);
  child_->stream().pause(paused_);
  // A path that was not given is left to the server.
  const Endpoint& server = reading_.endpoint;
  child_->stream().send(
      ua::request_of(reading_.opcua, "opc.tcp://" + server.text() + server.path, directory));
  wait_for_hello();
}

void OpcuaDriver::wait_for_hello() {
  limit_.set(place_.clock.steady() + kHelloLimit, [this] {
    // While nothing is read, silence proves nothing.
    paused_ ? wait_for_hello() : again("the OPC UA reader does not start within 20 s");
  });
}

void OpcuaDriver::pause(bool paused) {
  paused_ = paused;
  if (child_) child_->stream().pause(paused_ || resting_);
  if (!paused && child_) read_lines();
}

void OpcuaDriver::on_bytes(BytesView bytes) {
  reader_->feed(bytes);
  read_lines();
}

void OpcuaDriver::read_lines() {
  while (child_ && !paused_ && !resting_) {
    const auto line = reader_->next();
    if (!line) break;
    const Duration now = place_.clock.steady();
    if (now - second_ >= Duration::seconds(1)) {
      second_ = now;
      lines_ = 0;
    }
    if (++lines_ > kMostLinesPerSecond) hold();
    line->whole ? take(line->text) : take_senseless(line->text);
  }
  builder_.flush();
  arm();
}

// What is left waits in our reader, the next lines in the socket, and then the program waits.
void OpcuaDriver::hold() {
  resting_ = true;
  child_->stream().pause(true);
  rest_.set(second_ + Duration::seconds(1), [this] {
    resting_ = false;
    if (!child_) return;
    child_->stream().pause(paused_);
    read_lines();
  });
}

void OpcuaDriver::take(const std::string& text) {
  const auto line = ua::parse_line(text);
  if (!line) return take_senseless(text);
  senseless_ = 0;
  const bool end_follows = std::holds_alternative<ua::Down>(*line);
  std::visit([this](const auto& one) { take(one); }, *line);
  if (child_ && !end_follows) hand_on(text);
}

void OpcuaDriver::take_senseless(const std::string& line) {
  builder_.at(place_.clock.now(), false);
  builder_.keep_raw(line);
  builder_.malformed("a line of the OPC UA reader that cannot be read");
  if (++senseless_ >= kMostSenselessLines) again("the OPC UA reader says what cannot be read");
}

void OpcuaDriver::take(const ua::Hello& hello) {
  limit_.clear();
  if (hello.version != ua::kVersion) again("the OPC UA reader is of another Heed");
}

void OpcuaDriver::take(const ua::Up& up) {
  up_ = true;
  backoff_.reset();
  listener_.on_up(up.words);
  if (up.resumed) return;
  machine_.connected(place_.clock.steady());
}

void OpcuaDriver::take(const ua::Down& down) {
  machine_.lost();
  hand_on("");
  if (std::exchange(up_, false)) absence_.lost();
  listener_.on_down(down.words);
}

void OpcuaDriver::take(const ua::Lost& lost) {
  const Time now = place_.clock.now();
  builder_.at(now, false);
  machines::Gap gap;
  gap.reason = machines::Gap::Reason::kOutOfRange;
  gap.from = heard_ == Time() ? now : heard_;
  gap.to = now;
  gap.lost = lost.count;
  gap.note = lost.words;
  builder_.gap(std::move(gap));
}

void OpcuaDriver::hand_on(std::string_view raw) {
  const Time arrival = place_.clock.now();
  listener_.on_heard();
  const auto items = machine_.take_items();
  const auto changes = machine_.take_changes();
  if (!items.empty()) {
    builder_.at(arrival, true);
    builder_.model(items_of(items));
  }
  if (!changes.empty()) {
    std::optional<bool> old;
    for (const wire::mqtt::Told& told : changes) {
      if (old != told.historical) {
        old = told.historical;
        builder_.at(arrival, told.historical);
        if (auto gap = absence_.end(arrival)) builder_.gap(std::move(*gap));
        builder_.raw(raw);
      }
      builder_.add({.item = told.said.key,
                    .device = told.at,
                    .value = told.said.value,
                    .condition = told.said.condition});
    }
    builder_.resume(Absence::cursor(arrival));
  }
  heard_ = arrival;
  absence_.heard(arrival);
}

void OpcuaDriver::on_closed(const Error& why) {
  again("the OPC UA reader has ended (" + why.message + ")");
}

void OpcuaDriver::again(const std::string& words) {
  limit_.clear();
  rest_.clear();
  wake_.clear();
  child_.reset();
  machine_.lost();
  hand_on("");
  builder_.flush();
  if (std::exchange(up_, false)) absence_.lost();
  listener_.on_down(words);
  retry_.set(place_.clock.steady() + backoff_.next(), [this] { start(); });
}

void OpcuaDriver::arm() {
  const Duration next = machine_.deadline();
  if (!child_ || next == Duration::max()) return wake_.clear();
  wake_.set(next, [this] {
    machine_.on_time(place_.clock.steady());
    hand_on("");
    builder_.flush();
    arm();
  });
}

}  // namespace

Result<ChildCommand> opcua_command(const std::string& directory) {
  ASSIGN_OR_RETURN(const std::string program, place_opcua_sidecar(directory));
  return ChildCommand{
      // A server with as many nodes as are read needs 130 MB.
      .words = {"node", "--max-old-space-size=256", program},
      .environment = {"HOME=" + directory, "LANG=C.UTF-8", "TZ=UTC"},
  };
}

std::unique_ptr<Driver> make_opcua_driver(const Reading& reading, const std::string& cursor,
                                          DriverPlace place, DriverListener& listener,
                                          MakeCommand command) {
  return std::make_unique<OpcuaDriver>(reading, cursor, std::move(place), listener,
                                       std::move(command));
}

}  // namespace heed::box
