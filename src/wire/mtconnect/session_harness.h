// A session, the agent it listens to and the line between them, without a network: for tests.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "wire/mtconnect/agent_cursor.h"
#include "wire/mtconnect/testing.h"

namespace heed::wire::mtconnect::testing {

/// Keeps what a session tells as its owner would: at each commit, all of it with the cursor.
class Recorder final : public AgentListener {
 public:
  struct Kept {
    std::uint64_t instance_id = 0;
    std::uint64_t sequence = 0;
    std::string item;
    std::string value;
    bool snapshot = false;
  };

  void on_devices(const DeviceModel& model) override { models.push_back(model); }
  void on_observation(const Observation& o, BytesView, bool snapshot) override {
    pending_.push_back({0, o.sequence, o.data_item_id, o.value, snapshot});
  }
  void on_gap(const Gap& gap) override { pending_gaps_.push_back(gap); }
  void on_commit(const Cursor& at, const Header&) override {
    for (Kept& observation : pending_) {
      observation.instance_id = at.instance_id;
      kept.push_back(std::move(observation));
    }
    gaps.insert(gaps.end(), pending_gaps_.begin(), pending_gaps_.end());
    forget();
    cursor = at.encode();
    ++commits;
  }
  void on_discard() override {
    forget();
    ++discards;
  }
  void on_asset(const Asset& asset) override { assets.push_back(asset); }
  void on_asset_gone(std::string_view asset_id) override { gone.emplace_back(asset_id); }
  void on_trouble(const Error& error) override { troubles.push_back(error); }

  /// What an owner that stops without warning has not kept.
  void forget() {
    pending_.clear();
    pending_gaps_.clear();
  }
  /// In order; a document itself is in the order of its components.
  std::vector<std::uint64_t> sequences(std::uint64_t instance_id) const {
    std::vector<std::uint64_t> out;
    for (const Kept& observation : kept) {
      if (observation.instance_id == instance_id) out.push_back(observation.sequence);
    }
    std::ranges::sort(out);
    return out;
  }

  std::vector<DeviceModel> models;
  std::vector<Kept> kept;
  std::vector<Gap> gaps;
  std::vector<Asset> assets;
  std::vector<std::string> gone;
  std::vector<Error> troubles;
  Bytes cursor;
  std::size_t commits = 0;
  std::size_t discards = 0;

 private:
  std::vector<Kept> pending_;
  std::vector<Gap> pending_gaps_;
};

/// A session on a line to a RingAgent. `now` moves to each request's time by itself.
class Line {
 public:
  explicit Line(AgentOptions options = {}) : options_(std::move(options)), random_(11) {
    connect();
  }

  /// A new session from what was kept: as after a restart of our own program.
  void connect() {
    recorder.forget();
    stream_from_.reset();
    session = std::make_unique<AgentSession>(options_, recorder, random_,
                                             Cursor::decode(recorder.cursor));
  }

  /// The next request, at its time.
  Request request() {
    const Request asked = session->next_request(now);
    now = std::max(now, asked.not_before);
    return asked;
  }

  /// One request with its whole answer, or the next part of the open stream. Returns what was asked
  /// (empty for a part).
  std::string step() {
    if (stream_from_) return send_part(agent.sample(*stream_from_, stream_count_)), std::string();
    const Request asked = request();
    return answer(asked, agent.answer(asked.path)), asked.path;
  }

  void steps(int count) {
    for (int i = 0; i < count; ++i) step();
  }

  /// Answers a request with this document, as a stream if one was asked for.
  void answer(const Request& asked, const std::string& document) {
    if (asked.streaming && streams && !document.contains("MTConnectError")) {
      const RingTarget target = ring_target(asked.path);
      stream_from_ = target.number("from", 0);
      stream_count_ = target.number("count", 100);
      session->response_started(200, "multipart/x-mixed-replace;boundary=b", now);
      return send_part(document);
    }
    session->response_started(200, "text/xml", now);
    if (session->body(document, now) == Next::kContinue) session->response_ended(now);
  }

  void send_part(const std::string& document) {
    const std::string part =
        fmt::format("\r\n--b\r\nContent-type: text/xml\r\nContent-length: {}\r\n\r\n{}\r\n",
                    document.size(), document);
    if (session->body(part, now) == Next::kClose) return stream_from_.reset();
    stream_from_ = std::min(agent.next(), *stream_from_ + stream_count_);
  }

  /// The line breaks, after these last bytes.
  void cut(std::string_view last_bytes = {}) {
    stream_from_.reset();
    if (!last_bytes.empty()) session->body(last_bytes, now);
    session->lost({ErrorKind::kUnavailable, "connection reset", {}}, now);
  }

  bool stream_open() const { return stream_from_.has_value(); }

  /// Observes `count` values of the program, numbered on.
  void observe(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string value = fmt::format("P{}", ++values_);
      truth[{agent.instance_id, agent.observe("program", value, agent.now)}] = value;
    }
  }

  RingAgent agent;
  /// What observe() made the agent say: instance and sequence, value.
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::string> truth;
  Recorder recorder;
  std::unique_ptr<AgentSession> session;
  Duration now;
  /// Whether the agent streams when asked to.
  bool streams = true;

 private:
  AgentOptions options_;
  SeededRandom random_;
  std::optional<std::uint64_t> stream_from_;
  std::uint64_t stream_count_ = 0;
  int values_ = 0;
};

}  // namespace heed::wire::mtconnect::testing
