#include "wire/mtconnect/broker_session.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "wire/mtconnect/broker_topics.h"
#include "wire/mtconnect/header.h"

namespace heed::wire::mtconnect {
namespace {

constexpr std::string_view kAvailability = "/Availability";

/// Takes "PREFIX/KIND/" off the front.
bool take_kind(std::string_view& topic, std::string_view prefix, std::string_view kind) {
  std::string_view rest = topic;
  if (!rest.starts_with(prefix)) return false;
  rest.remove_prefix(prefix.size());
  if (!rest.starts_with('/')) return false;
  rest.remove_prefix(1);
  if (!rest.starts_with(kind)) return false;
  rest.remove_prefix(kind.size());
  if (!rest.starts_with('/')) return false;
  topic = rest.substr(1);
  return true;
}

bool is_agent(const Device& device) {
  return !device.components.empty() && device.components.front().type == "Agent";
}

/// Sequences that were passed by.
struct Missed {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::uint64_t count = 0;
  void add(std::uint64_t sequence) {
    first = count == 0 ? sequence : std::min(first, sequence);
    last = std::max(last, sequence);
    ++count;
  }
};

/// A device whose probe came, by the level of its topic.
struct Found {
  DeviceModel model;
  bool is_wanted = false;
};

}  // namespace

struct BrokerSession::State {
  State(BrokerOptions o, BrokerListener& l, Random& r, std::optional<Cursor> kept)
      : options(std::move(o)),
        listener(l),
        random(r),
        cursor(std::move(kept)),
        complete(cursor.has_value()),
        floor(next()) {}

  const BrokerOptions options;
  BrokerListener& listener;
  Random& random;
  std::optional<Cursor> cursor;
  std::string_view topic;  ///< Of the message at hand.

  // Choosing.
  std::map<std::string, Found> found;
  std::string chosen;  ///< The level of its topics; empty while it is looked for.
  Duration choose_at = Duration::max();
  Duration complain_at = Duration::max();
  std::string item_topic;   ///< The first that was seen of a single item.
  bool items_told = false;  ///< And a person was told.

  // The agent's presence.
  std::map<std::string, bool> agents;
  bool away = false;
  Duration gone_at = Duration::max();
  Duration silent_at = Duration::max();
  std::optional<Duration> last_current;
  std::optional<Duration> pace;

  // Where we stand.
  /// The next document shows what was lost before it.
  bool seam = true;
  /// A current has been read of this instance, or before the kept cursor was.
  bool complete = false;
  /// What lies below was told as lost, or was before us.
  std::uint64_t floor = 0;
  /// The newest sequence of each item that was delivered.
  std::map<std::string, std::uint64_t, std::less<>> newest;
  /// Delivered from `floor` on.
  std::set<std::uint64_t> remembered;
  /// A current has this and no sample brought it yet, since then.
  std::uint64_t expected = 0;
  Duration expected_since;

  std::uint64_t next() const { return cursor ? cursor->next : 0; }

  void take_probe(std::string_view level, BytesView payload, bool retained, Duration now);
  bool note_item(Duration now);
  bool complain();
  void note_probe(const std::string& level, DeviceModel model, Duration now);
  bool choose(Duration now);
  void take_availability(std::string_view agent, BytesView payload, bool retained, Duration now);
  void see_who_is_gone(Duration now);
  void go_away(const std::string& words);
  void heard(Duration now);

  void take_streams(BytesView payload, bool is_current, bool retained, Duration now);
  bool is_older(const Header& header) const;
  bool counts_anew(const Header& header) const;
  void restart(const Header& header);
  void take_current(const StreamsDocument& document, const Header& header, bool retained,
                    Duration now);
  void take_sample(const StreamsDocument& document, const Header& header, bool retained);
  void deliver(const StreamsDocument& document, std::size_t i, bool snapshot);
  void tell_gap(Gap::Cause cause, std::uint64_t first, std::uint64_t last, std::uint64_t count,
                const Header& header);
  void commit(std::uint64_t go_on_at, const Header& header, bool retained);
  void take_asset(BytesView payload);
};

void BrokerSession::State::heard(Duration now) {
  const Duration patience = pace ? std::max(kLeastSilence, *pace * 3) : kSilence;
  silent_at = now + patience;
  away = false;
}

void BrokerSession::State::take_probe(std::string_view level, BytesView payload, bool retained,
                                      Duration now) {
  if (level.ends_with(kAvailability)) {
    level.remove_suffix(kAvailability.size());
    return take_availability(level, payload, retained, now);
  }
  auto model = read_devices(payload, random);
  if (!model) return listener.on_strange(topic, payload, model.error());
  if (model->devices.empty()) return;
  if (chosen.empty()) return note_probe(std::string(level), std::move(*model), now);
  if (level == chosen) listener.on_devices(*model);
}

void BrokerSession::State::note_probe(const std::string& level, DeviceModel model, Duration now) {
  if (found.size() >= kMostDevices) return;
  // A lone device is what is published; a document of several is taken for its first.
  const Device& device = model.devices.front();
  const bool is_wanted = options.device.empty()
                             ? !is_agent(device)
                             : device.name == options.device || device.uuid == options.device;
  if (found.empty() || (is_wanted && !options.device.empty())) {
    choose_at = is_wanted && !options.device.empty() ? now : now + kChoice;
  }
  found.insert_or_assign(level, Found{std::move(model), is_wanted});
}

/// True: they are told of, and nothing more has to come of them.
bool BrokerSession::State::note_item(Duration now) {
  if (items_told || !is_item_topic(topic, options.prefix)) return false;
  if (item_topic.empty()) item_topic = topic;
  // The broker hands on what it kept of the probes first; the rest of the time is theirs.
  return complain_at == Duration::max() && choose_at > now && found.empty() && complain();
}

bool BrokerSession::State::complain() {
  complain_at = Duration::max();
  if (items_told) return false;
  if (!item_topic.empty()) {
    items_told = true;
    listener.on_step(item_topics_words(item_topic, options.prefix), false);
    return true;
  }
  listener.on_step(
      fmt::format("the broker has kept nothing at {0}/Probe: see whether the agent is connected to "
                  "it, whether {0} is its topics' beginning and MqttRetain is not false",
                  options.prefix),
      false);
  return false;
}

bool BrokerSession::State::choose(Duration now) {
  choose_at = Duration::max();
  std::string names;
  for (const auto& [level, one] : found) {
    if (one.is_wanted && chosen.empty()) chosen = level;
    names += " " + one.model.devices.front().name;
  }
  if (chosen.empty()) {
    complain_at = Duration::max();
    listener.on_step("the broker has no such device; it has:" + names, false);
    return false;
  }
  const auto wanted =
      std::ranges::count_if(found, [](const auto& one) { return one.second.is_wanted; });
  if (wanted > 1) {
    listener.on_step("there are several; add the name to the address to choose:" + names, true);
  }
  const Found one = std::move(found.at(chosen));
  found.clear();
  complain_at = Duration::max();
  listener.on_devices(one.model);
  silent_at = now + kSilence;
  return true;
}

/// Its topic names the agent, not the device: where a broker has several agents it is not known
/// whose this is, and silence has to tell.
void BrokerSession::State::take_availability(std::string_view agent, BytesView payload,
                                             bool retained, Duration now) {
  if (agents.size() >= kMostDevices && !agents.contains(std::string(agent))) return;
  const bool available = payload != "UNAVAILABLE";
  agents.insert_or_assign(std::string(agent), available);
  if (available) return;
  // What is kept of other agents may follow at once.
  gone_at = retained ? now + kChoice : now;
}

void BrokerSession::State::see_who_is_gone(Duration now) {
  if (gone_at > now) return;
  gone_at = Duration::max();
  const auto ours = agents.size() == 1 ? agents.begin() : agents.find(chosen);
  if (ours == agents.end() || ours->second) return;
  go_away("the agent has left the broker (its last will says so)");
}

void BrokerSession::State::go_away(const std::string& words) {
  seam = true;
  last_current.reset();
  silent_at = gone_at = Duration::max();
  if (!std::exchange(away, true)) listener.on_away(words);
}

void BrokerSession::State::take_streams(BytesView payload, bool is_current, bool retained,
                                        Duration now) {
  const auto document = read_streams(payload, random);
  if (!document) return listener.on_strange(topic, payload, document.error());
  const Header& header = document->header;
  if (header.instance_id == 0 || header.next_sequence == 0) {
    return listener.on_strange(
        topic, payload,
        {ErrorKind::kCorrupt, "the document has no instanceId or nextSequence", {}});
  }
  if (is_current && !retained) {
    if (last_current) pace = std::max(pace.value_or(Duration()), now - *last_current);
    last_current = now;
  }
  if (!retained) heard(now);
  const bool another = cursor && header.instance_id != cursor->instance_id;
  if (another && is_older(header)) return;
  if (another || counts_anew(header)) restart(header);
  if (!is_current) return take_sample(*document, header, retained);
  take_current(*document, header, retained, now);
}

bool BrokerSession::State::is_older(const Header& header) const {
  return cursor && cursor->as_of && header.creation_time && *header.creation_time < *cursor->as_of;
}

/// A younger document that has less. Their times are often whole seconds: the same one says
/// nothing.
bool BrokerSession::State::counts_anew(const Header& header) const {
  return cursor && cursor->as_of && header.creation_time &&
         *header.creation_time > *cursor->as_of && header.next_sequence < next();
}

void BrokerSession::State::restart(const Header& header) {
  listener.on_gap({.cause = Gap::Cause::kRestarted,
                   .instance_id = cursor->instance_id,
                   .first = cursor->next,
                   .from = cursor->as_of,
                   .until = header.creation_time});
  cursor.reset();
  newest.clear();
  remembered.clear();
  expected = floor = 0;
  complete = false;
}

void BrokerSession::State::take_current(const StreamsDocument& document, const Header& header,
                                        bool retained, Duration now) {
  if (cursor && header.next_sequence < next()) return;  // the samples are ahead of it
  const bool overdue = expected != 0 && expected >= next() && now - expected_since > kLateSample;
  const bool jump = !cursor || seam || overdue;
  const std::uint64_t begin = next();
  std::vector<std::size_t> told;
  Missed missed;
  std::uint64_t last = 0;
  for (std::size_t i = 0; i < document.observations.size(); ++i) {
    const Observation& one = document.observations[i];
    const auto known = newest.find(one.data_item_id);
    if (one.sequence >= begin) {
      last = std::max(last, one.sequence);
      if (jump) told.push_back(i);
    } else if (known == newest.end()) {
      if (!complete) told.push_back(i);
      if (complete) newest.emplace(one.data_item_id, one.sequence);
    } else if (one.sequence > known->second) {
      missed.add(one.sequence);
      told.push_back(i);
    }
  }
  const bool newer = cursor && last != 0;
  if (missed.count > 0) tell_gap(Gap::Cause::kUnheard, missed.first, missed.last, 0, header);
  if (newer && jump) tell_gap(Gap::Cause::kUnheard, begin, header.next_sequence - 1, 0, header);
  for (const std::size_t i : told) deliver(document, i, true);
  complete = true;
  if (!jump && newer) {
    if (expected < begin) expected_since = now;
    expected = std::max(expected, last);
    return commit(begin, header, retained);
  }
  if (jump) {
    floor = header.next_sequence;
    // Until a sample shows that none was published after what the broker kept.
    seam = retained;
  }
  commit(header.next_sequence, header, retained);
}

void BrokerSession::State::take_sample(const StreamsDocument& document, const Header& header,
                                       bool retained) {
  const std::uint64_t begin = next();
  std::vector<std::size_t> told;
  std::uint64_t first = 0;
  Missed passed;
  for (std::size_t i = 0; i < document.observations.size(); ++i) {
    const std::uint64_t sequence = document.observations[i].sequence;
    if (sequence >= begin) {
      told.push_back(i);
      first = first == 0 ? sequence : std::min(first, sequence);
    } else if (sequence >= floor && remembered.insert(sequence).second) {
      passed.add(sequence);
    }
  }
  if (passed.count > 0) {
    tell_gap(Gap::Cause::kUnheard, passed.first, passed.last, passed.count, header);
  }
  if (cursor && header.first_sequence > begin) {
    tell_gap(Gap::Cause::kOverwritten, begin, header.first_sequence - 1,
             header.first_sequence - begin, header);
  } else if (cursor && seam && first > begin) {
    tell_gap(Gap::Cause::kUnheard, begin, first - 1, 0, header);
  }
  if (!cursor) floor = first;
  for (const std::size_t i : told) deliver(document, i, false);
  if (retained || header.next_sequence >= begin) seam = false;
  commit(std::max(begin, header.next_sequence), header, retained);
}

void BrokerSession::State::deliver(const StreamsDocument& document, std::size_t i, bool snapshot) {
  const Observation& one = document.observations[i];
  auto& known = newest[one.data_item_id];
  known = std::max(known, one.sequence);
  remembered.insert(one.sequence);
  while (remembered.size() > kMostRemembered || *remembered.begin() < floor) {
    floor = std::max(floor, *remembered.begin() + 1);
    remembered.erase(remembered.begin());
    if (remembered.empty()) break;
  }
  listener.on_observation(one, document.raw[i], snapshot);
}

void BrokerSession::State::tell_gap(Gap::Cause cause, std::uint64_t first, std::uint64_t last,
                                    std::uint64_t count, const Header& header) {
  listener.on_gap({.cause = cause,
                   .instance_id = header.instance_id,
                   .first = first,
                   .last = last,
                   .count = count,
                   .from = cursor ? cursor->as_of : std::nullopt,
                   .until = header.creation_time});
}

void BrokerSession::State::commit(std::uint64_t go_on_at, const Header& header, bool retained) {
  auto as_of = header.creation_time;
  if (cursor && cursor->as_of && as_of) as_of = std::max(*cursor->as_of, *as_of);
  cursor = Cursor{header.instance_id, go_on_at, as_of};
  Header told = header;
  // The time of a kept document says nothing about the agent's clock now.
  if (retained) told.creation_time.reset();
  listener.on_commit(*cursor, told);
}

void BrokerSession::State::take_asset(BytesView payload) {
  const auto document = read_assets(payload, random);
  if (!document) return listener.on_strange(topic, payload, document.error());
  for (const Asset& asset : document->assets) listener.on_asset(asset);
}

BrokerSession::BrokerSession(BrokerOptions options, BrokerListener& listener, Random& random,
                             std::optional<Cursor> kept)
    : state_(std::make_unique<State>(std::move(options), listener, random, std::move(kept))) {}
BrokerSession::~BrokerSession() = default;

std::vector<std::string> BrokerSession::filters() const {
  const std::string& prefix = state_->options.prefix;
  const std::string& device = state_->chosen;
  if (device.empty()) {
    std::vector<std::string> all = {prefix + "/Probe/+"};
    if (state_->items_told) return all;
    for (std::string& filter : item_filters(prefix)) all.push_back(std::move(filter));
    return all;
  }
  // In the order in which what is kept of each is wanted.
  return {fmt::format("{}/Probe/+{}", prefix, kAvailability),
          fmt::format("{}/Probe/{}", prefix, device), fmt::format("{}/Current/{}", prefix, device),
          fmt::format("{}/Sample/{}", prefix, device),
          fmt::format("{}/Asset/{}/+", prefix, device)};
}

bool BrokerSession::is_needed(std::string_view filter) {
  return !is_item_filter(filter);
}

void BrokerSession::connected(Duration now) {
  State& s = *state_;
  s.away = false;
  s.agents.clear();
  if (s.chosen.empty()) {
    s.complain_at = now + kNothingKept;
  } else {
    s.silent_at = now + kSilence;
  }
}

void BrokerSession::lost() {
  State& s = *state_;
  s.seam = true;
  s.last_current.reset();
  s.choose_at = s.complain_at = s.gone_at = s.silent_at = Duration::max();
  s.found.clear();
}

void BrokerSession::not_read() {
  state_->seam = true;
}

bool BrokerSession::message(std::string_view topic, BytesView payload, bool retained,
                            Duration now) {
  State& s = *state_;
  s.topic = topic;
  const std::string& prefix = s.options.prefix;
  if (payload.empty()) return false;  // what was kept is taken back
  std::string_view level = topic;
  if (take_kind(level, prefix, "Probe")) {
    s.take_probe(level, payload, retained, now);
    s.see_who_is_gone(now);
    return s.choose_at <= now && s.choose(now);
  }
  if (s.chosen.empty()) return s.note_item(now);
  if (take_kind(level, prefix, "Current") || take_kind(level, prefix, "Sample")) {
    const bool is_current = topic.substr(prefix.size()).starts_with("/Current/");
    if (level == s.chosen) s.take_streams(payload, is_current, retained, now);
  } else if (take_kind(level, prefix, "Asset")) {
    if (level.starts_with(s.chosen + "/")) s.take_asset(payload);
  }
  return false;
}

Duration BrokerSession::deadline() const {
  return std::min({state_->choose_at, state_->complain_at, state_->gone_at, state_->silent_at});
}

bool BrokerSession::on_time(Duration now) {
  State& s = *state_;
  if (s.choose_at <= now) return s.choose(now);
  if (s.complain_at <= now) return s.complain();
  s.see_who_is_gone(now);
  if (s.silent_at <= now) s.go_away("nothing came from the agent for a while");
  return false;
}

}  // namespace heed::wire::mtconnect
