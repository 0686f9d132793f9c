#include "wire/mtconnect/agent_cursor.h"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "wire/mtconnect/multipart.h"
#include "wire/mtconnect/pace.h"

namespace heed::wire::mtconnect {
namespace {

constexpr int kOk = 200;

enum class Phase : std::uint8_t { kProbe, kCurrent, kSample };

/// Where the answer at hand sends us, other than on.
enum class Turn : std::uint8_t {
  kNone,
  kReprobe,     ///< Another instance, or the model changed: the probe document tells.
  kCountsAnew,  ///< The agent began anew under its old instanceId.
  kResync,      ///< Overwritten: current says where the buffer begins now.
  kReopen,      ///< Ask for the stream again, with other parameters.
};

/// Whether sequence `next` lies beyond all that the agent has: it must have counted anew.
bool is_beyond(const Header& header, std::uint64_t next) {
  if (header.last_sequence == 0) return header.next_sequence < next;
  return next > header.last_sequence && next - header.last_sequence > 1;
}

bool speaks_of_asset(const Observation& o) {
  return !o.unavailable && !o.value.empty() &&
         (o.type == "AssetChanged" || o.type == "AssetRemoved");
}

/// One answer, from its first byte to its last.
struct Exchange {
  int status = 0;
  std::unique_ptr<DevicesReader> devices;
  std::unique_ptr<StreamsReader> streams;
  std::unique_ptr<MultipartSplitter> splitter;
  /// Documents come whole, one after another.
  bool messages = false;
  Turn turn = Turn::kNone;
  std::optional<Error> failure;
  /// The one document of an answer that is no stream is complete.
  bool complete = false;
  std::size_t documents = 0;

  bool over() const { return turn != Turn::kNone || failure || complete; }
  bool has_many() const { return splitter != nullptr || messages; }
};

/// What the agent was before it began anew.
struct Before {
  std::uint64_t instance_id = 0;
  std::uint64_t next = 0;
  std::optional<Time> as_of;
};

}  // namespace

struct AgentSession::State {
  State(AgentOptions o, AgentListener& l, Random& r, std::optional<Cursor> kept)
      : options(std::move(o)),
        listener(l),
        random(r),
        backoff(r, options.backoff),
        pace(options),
        assets(options, l, r),
        cursor(std::move(kept)) {}

  AgentOptions options;
  AgentListener& listener;
  Random& random;
  Backoff backoff;
  Pace pace;
  AssetQueue assets;

  std::optional<Cursor> cursor;
  Phase phase = Phase::kProbe;
  std::uint64_t instance = 0;
  std::string model_change;
  /// The model change that was last probed for, so that an agent whose documents disagree about it
  /// is not probed for ever.
  std::string probed_change;
  std::optional<Before> before;

  Request request;
  Duration asked_at;
  Duration not_before;
  std::optional<Exchange> exchange;
  Duration now;
  /// Of `current`: which sequences to deliver, and where to go on.
  std::uint64_t fill_from = 0;
  std::uint64_t go_on_at = 0;
  /// Turns, and overwritten answers among them, since the last sample document.
  int turns = 0;
  int chases = 0;
  bool harvesting = false;
  bool undelivered = false;
  std::vector<std::string> changed_assets;

  std::uint64_t next() const { return cursor->next; }

  // Asking.
  void prepare_request();
  std::string path(std::string_view verb) const;

  // Taking an answer.
  void begin_document();
  void feed_document(BytesView piece);
  void end_document();
  void end_probe();
  void end_streams();
  void settle();
  void discard();

  // What a document says.
  void take_header(const Header& header);
  void take_current_header(const Header& header);
  void take_sample_header(const Header& header);
  void take_observation(const Observation& observation, BytesView raw);
  void take_errors(const Header& header, const std::vector<AgentError>& errors);
  void commit(const Header& header);

  // Going elsewhere.
  void turn(Turn to, std::string why);
  void make_turn(Turn to);
  void fail_exchange(Error error);
  void remember_before();
  void give_lost(std::uint64_t first, const Header& header);
  void give_gap(const Gap& gap);
  std::uint64_t beginning_of(const Header& header) const;
};

std::string AgentSession::State::path(std::string_view verb) const {
  if (options.device.empty()) return fmt::format("{}/{}", options.base_path, verb);
  return fmt::format("{}/{}/{}", options.base_path, path_segment(options.device), verb);
}

void AgentSession::State::prepare_request() {
  pace.tick(now);
  request = {.path = {},
             .device = options.device,
             .streaming = false,
             .not_before = not_before,
             .silence_limit = options.answer_limit};
  if (phase == Phase::kProbe) {
    request.path = path("probe");
  } else if (phase == Phase::kCurrent) {
    request.path = path("current");
    request.verb = Verb::kCurrent;
  } else {
    request.verb = Verb::kSample;
    request.from = next();
    request.count = pace.count();
    request.path = fmt::format("{}?from={}&count={}", path("sample"), next(), pace.count());
    if (pace.streaming()) {
      request.path += fmt::format("&interval={}&heartbeat={}", pace.interval().count_milliseconds(),
                                  options.heartbeat.count_milliseconds());
      request.streaming = true;
      request.interval = pace.interval();
      request.heartbeat = options.heartbeat;
      request.silence_limit = options.heartbeat * 2;
    }
  }
  asked_at = std::max(now, not_before);
}

void AgentSession::State::begin_document() {
  if (exchange->over()) return;
  fill_from = go_on_at = 0;
  if (phase == Phase::kProbe) {
    exchange->devices = std::make_unique<DevicesReader>(random);
    return;
  }
  exchange->streams = std::make_unique<StreamsReader>(
      StreamsReader::Callbacks{
          .header = [this](const Header& header) { take_header(header); },
          .observation = [this](const Observation& o, BytesView raw) { take_observation(o, raw); }},
      random);
}

void AgentSession::State::feed_document(BytesView piece) {
  if (exchange->over()) return;
  const auto fed =
      exchange->devices ? exchange->devices->feed(piece) : exchange->streams->feed(piece);
  if (!fed && !exchange->over()) exchange->failure = fed.error();
}

void AgentSession::State::end_document() {
  if (exchange->over()) return;
  if (phase == Phase::kProbe) return end_probe();
  end_streams();
}

void AgentSession::State::end_probe() {
  auto model = exchange->devices->finish();
  if (!model) {
    exchange->failure = model.error();
    return;
  }
  if (!model->errors.empty()) return take_errors(model->header, model->errors);
  instance = model->header.instance_id;
  model_change = model->header.device_model_change_time;
  if (cursor && cursor->instance_id != instance) remember_before();
  if (before) pace.begin_anew();
  pace.set_buffer_size(model->header.buffer_size);
  listener.on_devices(*model);
  phase = cursor && !before ? Phase::kSample : Phase::kCurrent;
  not_before = now;
  exchange->complete = true;
}

void AgentSession::State::end_streams() {
  StreamsReader& reader = *exchange->streams;
  if (const auto finished = reader.finish(); !finished) {
    // JSON is read here as a whole: what it said may have sent us elsewhere already.
    if (!exchange->over()) exchange->failure = finished.error();
    return;
  }
  if (!reader.errors().empty()) return take_errors(reader.header(), reader.errors());
  if (go_on_at == 0) {
    exchange->failure = Error{ErrorKind::kCorrupt, "the document has no header", {}};
    return;
  }
  ++exchange->documents;
  commit(reader.header());
}

void AgentSession::State::take_header(const Header& header) {
  if (header.next_sequence == 0) {
    exchange->failure = Error{ErrorKind::kCorrupt, "the header has no nextSequence", {}};
    return exchange->streams->refuse(*exchange->failure);
  }
  if (header.instance_id != instance) {
    return turn(Turn::kReprobe, fmt::format("the agent began anew: instance {} after {}",
                                            header.instance_id, instance));
  }
  if (header.buffer_size != 0) pace.set_buffer_size(header.buffer_size);
  if (phase == Phase::kCurrent) return take_current_header(header);
  take_sample_header(header);
}

/// Where to begin when the reader was too slow. Each time in a row that the buffer has wrapped
/// again before the sample request arrived, less of it is asked for: half, then nothing that is
/// old. So a tiny buffer cannot be chased for ever.
std::uint64_t AgentSession::State::beginning_of(const Header& header) const {
  const std::uint64_t first = std::max<std::uint64_t>(1, header.first_sequence);
  if (chases <= 1 || header.next_sequence <= first) return first;
  if (chases == 2) return first + (header.next_sequence - first) / 2;
  return header.next_sequence;
}

void AgentSession::State::take_current_header(const Header& header) {
  if (before) {
    give_gap({.cause = Gap::Cause::kRestarted,
              .instance_id = before->instance_id,
              .first = before->next,
              .from = before->as_of,
              .until = header.creation_time});
    fill_from = 1;
    go_on_at = std::max<std::uint64_t>(1, header.first_sequence);
    if (go_on_at > 1) give_lost(1, header);
    return;
  }
  if (!cursor) {
    fill_from = 1;
    go_on_at = header.next_sequence;
    return;
  }
  if (is_beyond(header, next())) {
    return turn(Turn::kCountsAnew, fmt::format("the agent counts anew: it has {} of the {} before",
                                               header.last_sequence, next() - 1));
  }
  fill_from = next();
  go_on_at = next();
  if (header.first_sequence <= next()) return pace.ask_for_less();
  go_on_at = beginning_of(header);
  give_lost(next(), header);
}

void AgentSession::State::take_sample_header(const Header& header) {
  if (is_beyond(header, next())) {
    return turn(Turn::kCountsAnew, fmt::format("the agent counts anew: it has {} of the {} before",
                                               header.last_sequence, next() - 1));
  }
  if (header.first_sequence > next()) return turn(Turn::kResync, "the buffer has wrapped");
  if (header.next_sequence < next()) {
    exchange->failure = Error{
        ErrorKind::kCorrupt,
        fmt::format("asked from {}, the agent says that {} is next", next(), header.next_sequence),
        {}};
    return exchange->streams->refuse(*exchange->failure);
  }
  fill_from = next();
  go_on_at = header.next_sequence;
}

/// Only what lies in the asked range: neither what was delivered before (reconnecting agents repeat
/// themselves) nor what the next document will bring.
void AgentSession::State::take_observation(const Observation& observation, BytesView raw) {
  if (exchange->over()) return;
  if (observation.sequence < fill_from || observation.sequence >= go_on_at) return;
  undelivered = true;
  listener.on_observation(observation, raw, phase == Phase::kCurrent);
  if (speaks_of_asset(observation) && changed_assets.size() < AssetQueue::kMaxWaiting) {
    changed_assets.push_back(observation.value);
  }
}

void AgentSession::State::take_errors(const Header& header, const std::vector<AgentError>& errors) {
  const AgentError& first = errors.front();
  if (phase == Phase::kSample) {
    if (header.instance_id != 0 && header.instance_id != instance) {
      return turn(Turn::kReprobe, "the agent began anew");
    }
    if (has_error(errors, "OUT_OF_RANGE")) return turn(Turn::kResync, "the buffer has wrapped");
    if (request.streaming) pace.stop_streaming(now);
  }
  // The device may be gone: the probe document tells.
  if (phase == Phase::kCurrent) phase = Phase::kProbe;
  exchange->failure =
      Error{ErrorKind::kUnavailable, fmt::format("{}: {} {}", request.path, first.code, first.text),
            "see whether the device's name and the agent's address are right"};
}

void AgentSession::State::commit(const Header& header) {
  const std::uint64_t asked_from = fill_from;
  cursor = Cursor{instance, go_on_at, header.creation_time};
  undelivered = false;
  listener.on_commit(*cursor, header);
  for (const std::string& id : changed_assets) assets.add(id);
  changed_assets.clear();
  not_before = now;
  if (phase == Phase::kCurrent) {
    before.reset();
    phase = Phase::kSample;
    exchange->complete = true;
  } else {
    turns = chases = 0;
    backoff.reset();
    if (exchange->has_many() && request.streaming) {
      if (pace.took_streamed(header)) exchange->turn = Turn::kReopen;
    } else {
      if (request.streaming) pace.stop_streaming(now);
      // What is left of a poll's harvest is asked for at once and says nothing about the rate.
      if (!harvesting) pace.took_polled(header, asked_from);
      harvesting = go_on_at <= header.last_sequence;
      if (!harvesting) not_before = std::max(now, asked_at + pace.period());
      exchange->complete = true;
    }
  }
  const std::string& change = header.device_model_change_time;
  if (change.empty() || change == model_change || change == probed_change) return;
  probed_change = change;
  exchange->complete = false;
  exchange->turn = Turn::kReprobe;
}

void AgentSession::State::remember_before() {
  if (!before) before = Before{cursor->instance_id, cursor->next, cursor->as_of};
}

/// What `current` cannot bring back: `first` up to where we go on.
void AgentSession::State::give_lost(std::uint64_t first, const Header& header) {
  give_gap({.cause = Gap::Cause::kOverwritten,
            .instance_id = instance,
            .first = first,
            .last = go_on_at - 1,
            .count = go_on_at - first,
            .from = cursor->as_of,
            .until = header.creation_time});
}

void AgentSession::State::give_gap(const Gap& gap) {
  undelivered = true;
  listener.on_gap(gap);
}

void AgentSession::State::turn(Turn to, std::string why) {
  exchange->turn = to;
  if (exchange->streams) exchange->streams->refuse({ErrorKind::kConflict, std::move(why), {}});
}

void AgentSession::State::make_turn(Turn to) {
  switch (to) {
    case Turn::kCountsAnew: remember_before(); [[fallthrough]];
    case Turn::kReprobe: phase = Phase::kProbe; break;
    case Turn::kResync:
      ++chases;
      phase = Phase::kCurrent;
      break;
    case Turn::kReopen:
    case Turn::kNone: break;
  }
  // The first turn is taken at once; an agent that sends us round and round is asked ever less.
  not_before = turns++ == 0 ? now : now + backoff.next();
}

void AgentSession::State::fail_exchange(Error error) {
  const bool bad_status = exchange && exchange->status != kOk;
  if (bad_status && error.kind == ErrorKind::kCorrupt) {
    error = {ErrorKind::kUnavailable,
             fmt::format("{}: HTTP status {}", request.path, exchange->status),
             "see whether an MTConnect agent answers at this address"};
  }
  if (exchange && phase == Phase::kSample && request.streaming && exchange->documents == 0) {
    pace.stream_broke(now);
  }
  not_before = now + backoff.next();
  listener.on_trouble(error);
}

/// After every call that took bytes: ends the exchange if it is over.
void AgentSession::State::settle() {
  if (!exchange || !exchange->over()) return;
  if (exchange->turn != Turn::kNone) {
    make_turn(exchange->turn);
  } else if (exchange->failure) {
    fail_exchange(*exchange->failure);
  }
  discard();
}

void AgentSession::State::discard() {
  if (undelivered) listener.on_discard();
  undelivered = false;
  changed_assets.clear();
  exchange.reset();
}

AgentSession::AgentSession(AgentOptions options, AgentListener& listener, Random& random,
                           std::optional<Cursor> kept)
    : state_(std::make_unique<State>(std::move(options), listener, random, std::move(kept))) {}
AgentSession::~AgentSession() = default;

Request AgentSession::next_request(Duration now) {
  state_->now = now;
  if (!state_->exchange) state_->prepare_request();
  return state_->request;
}

void AgentSession::response_started(int status, std::string_view content_type, Duration now) {
  State& s = *state_;
  s.now = now;
  // An owner that dropped the last answer without a word has dropped what came of it.
  s.discard();
  s.exchange.emplace();
  s.exchange->status = status;
  const auto boundary = s.request.streaming ? multipart_boundary(content_type) : std::nullopt;
  if (!boundary) return s.begin_document();
  s.exchange->splitter = std::make_unique<MultipartSplitter>(
      *boundary,
      MultipartSplitter::Callbacks{.begin = [&s](std::string_view) { s.begin_document(); },
                                   .body = [&s](BytesView piece) { s.feed_document(piece); },
                                   .end = [&s] { s.end_document(); }});
}

Next AgentSession::body(BytesView piece, Duration now) {
  State& s = *state_;
  s.now = now;
  if (!s.exchange) return Next::kClose;
  if (!s.exchange->splitter) {
    s.feed_document(piece);
  } else if (const auto fed = s.exchange->splitter->feed(piece); !fed && !s.exchange->over()) {
    s.exchange->failure = fed.error();
  }
  s.settle();
  return s.exchange ? Next::kContinue : Next::kClose;
}

void AgentSession::messages_started(Duration now) {
  State& s = *state_;
  s.now = now;
  s.discard();
  s.exchange.emplace();
  s.exchange->status = kOk;
  s.exchange->messages = true;
}

Next AgentSession::message(BytesView document, Duration now) {
  State& s = *state_;
  s.now = now;
  if (!s.exchange) return Next::kClose;
  s.begin_document();
  s.feed_document(document);
  s.end_document();
  s.settle();
  return s.exchange ? Next::kContinue : Next::kClose;
}

void AgentSession::response_ended(Duration now) {
  State& s = *state_;
  s.now = now;
  if (!s.exchange) return;
  if (!s.exchange->splitter) {
    s.end_document();
    return s.settle();
  }
  const auto finished = s.exchange->splitter->finish();
  if (!s.exchange->over()) {
    const Error ended{ErrorKind::kUnavailable, "the agent ended the stream", {}};
    s.exchange->failure = finished ? ended : finished.error();
  }
  s.settle();
}

void AgentSession::lost(const Error& error, Duration now) {
  State& s = *state_;
  s.now = now;
  if (s.phase == Phase::kSample && !s.request.streaming) s.pace.poll_lost();
  if (s.exchange) {
    s.exchange->failure = error;
    return s.settle();
  }
  const bool silent = now - s.asked_at >= s.request.silence_limit;
  if (s.request.streaming && silent) s.pace.stop_streaming(now);
  s.fail_exchange(error);
}

AssetQueue& AgentSession::assets() {
  return state_->assets;
}
const std::optional<Cursor>& AgentSession::cursor() const {
  return state_->cursor;
}
bool AgentSession::polling() const {
  return !state_->pace.streaming();
}

}  // namespace heed::wire::mtconnect
