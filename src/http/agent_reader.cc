#include "http/agent_reader.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/crypto.h"
#include "http/principal.h"

namespace heed::http {
namespace {

namespace mtc = wire::mtconnect;
using machines::NumberedPointer;
using mtc::AgentRefusal;
using mtc::refuse_ask;

/// Of the ring's entries that are looked at under its lock at once.
constexpr std::size_t kSlice = 4'096;
/// Of one sample document, about: a client that waits for its first byte has patience for so much,
/// and each stream holds one. An observation that is longer is told alone.
constexpr std::size_t kMostToldBytes = std::size_t{1} << 20;

std::size_t size_of(const mtc::Told& told) {
  constexpr std::size_t kAround = 200;  // the element and its attributes
  constexpr std::size_t kAroundEntry = 30;
  std::size_t size = kAround + (told.value ? told.value->size() : 0);
  for (const mtc::Entry& entry : told.entries) {
    size += kAroundEntry + entry.key.size() + entry.value.size();
    for (const mtc::Cell& cell : entry.cells) {
      size += kAroundEntry + cell.key.size() + cell.value.size();
    }
  }
  return size;
}

mtc::Header header_of(const machines::RingPlace& place, std::size_t capacity, Time now) {
  mtc::Header header;
  header.instance_id = place.instance;
  header.buffer_size = capacity;
  header.first_sequence = place.first;
  header.next_sequence = place.next;
  header.last_sequence = place.next == 0 ? 0 : place.next - 1;
  header.creation_time = now;
  header.device_model_change_time = format_time(place.model_changed, 6);
  return header;
}

std::string boundary_of(std::uint64_t instance, const Clock& clock) {
  const std::string seed = fmt::format("{} {} {}", instance, clock.now().nanoseconds(),
                                       clock.steady().count_nanoseconds());
  return "heed" + to_hex(sha256(seed)).substr(0, 28);
}

}  // namespace

AgentRefusal agent_refusal_of(const policy::Withheld& why) {
  if (why.refusal() != nullptr) return {403, {"UNAUTHORIZED", why.message()}};
  const Error& error = *why.error();
  switch (error.kind) {
    case ErrorKind::kNotFound: return {404, {"NO_DEVICE", error.message}};
    case ErrorKind::kExhausted:
    case ErrorKind::kUnavailable:
    case ErrorKind::kCancelled: return {503, {"INTERNAL_ERROR", error.message + ". Try again."}};
    default: return {500, {"INTERNAL_ERROR", "something failed inside Heed; its log says what"}};
  }
}

AgentReader::Answer<void> AgentReader::refresh() {
  const auto policy = api_.store.policy();
  if (!access_ || standing_ != policy->hash()) {
    standing_ = policy->hash();
    access_ = access_of(principal_, *policy);
    model_changed_.reset();
  }
  if (!machines_) {
    auto found = api_.machines(organization_);
    if (!found) return std::unexpected(agent_refusal_of(found.error()));
    machines_ = *std::move(found);
  }
  auto ring = machines_->agent().ring(*access_, standing_);
  if (!ring) return std::unexpected(agent_refusal_of(ring.error()));
  ring_ = *std::move(ring);
  place_ = ring_->place();
  if (model_instance_ == place_.instance && model_changed_ == place_.model_changed) return {};
  auto model = load_agent_model(*machines_, *access_);
  if (!model) return std::unexpected(agent_refusal_of(model.error()));
  model_ = *std::move(model);
  model_instance_ = place_.instance;
  model_changed_ = place_.model_changed;
  selection_.reset();
  return {};
}

mtc::Header AgentReader::header() const {
  const std::size_t capacity = ring_ ? ring_->capacity() : machines::AgentRing::kEntries;
  return header_of(place_, capacity, api_.clock.now());
}

AgentReader::Answer<const AgentReader::Selection*> AgentReader::selected(const Ask& ask) {
  if (selection_) return &*selection_;
  const auto all = [&] {
    Selection every;
    for (const mtc::Device& device : model_.devices)
      every.emplace_back(device.data_items.size(), true);
    return every;
  };
  Selection selection = ask.path ? ask.path->select(model_.devices) : all();
  if (!ask.device.empty()) {
    const auto device = model_.find_device(ask.device);
    if (!device) return refuse_ask(404, "NO_DEVICE", "there is no device of this name");
    for (std::size_t i = 0; i < selection.size(); ++i) {
      if (i != *device) selection[i].assign(selection[i].size(), false);
    }
  }
  const auto any = [](const std::vector<bool>& items) {
    return std::ranges::find(items, true) != items.end();
  };
  if (ask.path && std::ranges::none_of(selection, any)) {
    return refuse_ask(400, "INVALID_PATH", "the path selects no data item");
  }
  selection_ = std::move(selection);
  return &*selection_;
}

AgentReader::Answer<void> AgentReader::check(const Ask& ask) {
  ASSIGN_OR_RETURN([[maybe_unused]] const Selection* selection, selected(ask));
  return mtc::check_range(ask, header());
}

AgentReader::Answer<AgentDocument> AgentReader::probe(const Ask& ask) {
  if (ask.device.empty()) {
    if (model_.devices.empty()) return refuse_ask(404, "NO_DEVICE", "there is no machine yet");
    return AgentDocument{mtc::write_devices(header(), model_.devices), model_.withheld};
  }
  const auto device = model_.find_device(ask.device);
  if (!device) return refuse_ask(404, "NO_DEVICE", "there is no device of this name");
  return AgentDocument{mtc::write_devices(header(), std::span(model_.devices).subspan(*device, 1)),
                       model_.withheld};
}

std::optional<mtc::Told> AgentReader::tell(const Selection& selection,
                                           const machines::Numbered& said) const {
  const auto place = model_.find(said.machine, said.item);
  if (!place || !selection[place->device][place->item]) return {};
  return told_of(model_, *place, said);
}

AgentReader::Answer<std::vector<NumberedPointer>> AgentReader::readable(
    std::vector<NumberedPointer> said, std::size_t& withheld) const {
  // What is not in the model is not told anyway, and was counted there.
  std::erase_if(said, [&](const auto& one) { return !model_.find(one->machine, one->item); });
  std::vector<NumberedPointer> kept;
  for (std::size_t begin = 0, end = 0; begin < said.size(); begin = end) {
    const machines::MachineId machine = said[begin]->machine;
    while (end < said.size() && said[end]->machine == machine) ++end;
    std::vector<std::string_view> earlier;
    for (std::size_t i = begin; i < end; ++i) {
      if (said[i]->earlier && said[i]->item != machines::kLinkItem)
        earlier.push_back(said[i]->item);
    }
    std::vector<bool> may(earlier.size(), true);
    if (!earlier.empty() && model_.device_of.contains(machine)) {
      auto asked = machines_->agent().readable(*access_, machine, earlier);
      if (!asked) return std::unexpected(agent_refusal_of(asked.error()));
      may = *std::move(asked);
    }
    for (std::size_t i = begin, at = 0; i < end; ++i) {
      const bool asked = said[i]->earlier && said[i]->item != machines::kLinkItem;
      if (asked && !may[at++]) {
        ++withheld;
      } else {
        kept.push_back(said[i]);
      }
    }
  }
  return kept;
}

AgentReader::Answer<AgentDocument> AgentReader::current(const Ask& ask) {
  ASSIGN_OR_RETURN(const Selection* selection, selected(ask));
  machines::AgentRing::Part part = ring_->standings(ask.at);
  mtc::Header top = header_of(part.place, ring_->capacity(), api_.clock.now());
  if (part.place.instance != place_.instance) {
    return refuse_ask(503, "INTERNAL_ERROR", "the agent began anew. Ask again.");
  }
  if (auto in_range = mtc::check_range(ask, top); !in_range) {
    return std::unexpected(in_range.error());
  }
  std::size_t withheld = model_.withheld;
  ASSIGN_OR_RETURN(const auto said, readable(std::move(part.entries), withheld));
  std::vector<mtc::Told> told;
  Selection silent = *selection;
  for (const NumberedPointer& one : said) {
    auto known = tell(*selection, *one);
    if (!known) continue;
    silent[known->device][known->item] = false;
    told.push_back(*std::move(known));
  }
  const Time began = Time::from_milliseconds(static_cast<std::int64_t>(part.place.instance));
  for (std::size_t device = 0; device < silent.size(); ++device) {
    for (std::size_t item = 0; item < silent[device].size(); ++item) {
      if (silent[device][item]) told.push_back(untold({device, item}, 1, began));
    }
  }
  return AgentDocument{mtc::write_streams(top, model_.devices, std::move(told)), withheld};
}

AgentReader::Answer<AgentReader::Found> AgentReader::forwards(const Ask& ask,
                                                              const Selection& selection) {
  Found found;
  std::uint64_t at = ask.from.value_or(place_.first);
  const std::uint64_t last = ask.to.value_or(static_cast<std::uint64_t>(-1));
  std::size_t bytes = 0;
  const auto full = [&] { return found.told.size() == ask.count || bytes >= kMostToldBytes; };
  for (;;) {
    const auto part = ring_->slice(at, kSlice);
    if (part.place.instance != place_.instance || part.place.first > at) {
      return refuse_ask(404, "OUT_OF_RANGE", "'from' was overwritten before it was read");
    }
    place_ = part.place;
    for (const NumberedPointer& said : part.entries) {
      if (full() || said->sequence > last) break;
      at = said->sequence + 1;
      auto told = tell(selection, *said);
      if (!told) continue;
      bytes += size_of(*told);
      found.told.push_back(*std::move(told));
    }
    const bool whole = full() || at > last || at >= part.place.next;
    if (whole || part.entries.empty()) break;
  }
  found.next = at;
  return found;
}

/// At or before `from`, by default the last one; the sequence to go on with is the one before.
AgentReader::Found AgentReader::backwards(const Ask& ask, const Selection& selection) const {
  Found found;
  const std::uint64_t first = place_.first;
  std::uint64_t end = std::min(ask.from.value_or(place_.next - 1) + 1, place_.next);
  while (end > first && found.told.size() < ask.count) {
    const std::uint64_t begin = end - std::min<std::uint64_t>(end - first, kSlice);
    const auto part = ring_->slice(begin, end - begin);
    if (part.place.instance != place_.instance) break;
    for (auto said = part.entries.rbegin(); said != part.entries.rend(); ++said) {
      if (found.told.size() == ask.count) break;
      end = (*said)->sequence;
      if (auto told = tell(selection, **said)) found.told.push_back(*std::move(told));
    }
    if (found.told.size() < ask.count) end = begin;
  }
  found.next = std::max(end > 0 ? end - 1 : 0, first);
  return found;
}

AgentReader::Answer<AgentReader::Sample> AgentReader::sample(const Ask& ask) {
  ASSIGN_OR_RETURN(const Selection* selection, selected(ask));
  if (auto in_range = mtc::check_range(ask, header()); !in_range) {
    return std::unexpected(in_range.error());
  }
  Found found;
  if (ask.backwards) {
    found = backwards(ask, *selection);
  } else {
    ASSIGN_OR_RETURN(found, forwards(ask, *selection));
  }
  mtc::Header top = header();
  top.next_sequence = found.next;
  Sample sample{.document = {}, .next = found.next, .told = found.told.size()};
  sample.document = {mtc::write_streams(top, model_.devices, std::move(found.told)),
                     model_.withheld};
  return sample;
}

AgentDocument AgentReader::assets() const {
  return {mtc::write_assets(header()), 0};
}

AgentStream::AgentStream(AgentReader reader, AgentReader::Ask ask, const Clock& clock,
                         std::function<bool()> may_listen)
    : reader_(std::move(reader)),
      ask_(std::move(ask)),
      clock_(clock),
      may_listen_(std::move(may_listen)),
      boundary_(boundary_of(reader_.instance(), clock)),
      instance_(reader_.instance()),
      stood_at_(clock.steady()) {
  ask_.interval = std::max(ask_.interval.value_or(Duration()), kLeastInterval);
  if (!ask_.from) ask_.from = reader_.ring()->place().first;
}

EventBatch AgentStream::next(std::optional<std::uint64_t> /*after_id*/) {
  if (!may_listen()) return {.events = {}, .again_in = {}, .end = true};
  if (full_) return end(agent_refusal_of(*full_));
  const Duration now = clock_.steady();
  const Duration since = sent_at_ ? now - *sent_at_ : *ask_.interval;
  if (since < *ask_.interval) {
    return {.events = {}, .again_in = *ask_.interval - since, .end = false};
  }
  if (auto fresh = reader_.refresh(); !fresh) return end(fresh.error());
  // The sequences of another instance are others: who listens begins anew, as after any restart.
  if (reader_.instance() != instance_) return {.events = {}, .again_in = {}, .end = true};
  if (ask_.verb == AgentReader::Ask::Verb::kCurrent) {
    auto current = reader_.current(ask_);
    if (!current) return end(current.error());
    sent_at_ = now;
    return part(std::move(current->text));
  }
  auto sample = reader_.sample(ask_);
  if (!sample) return end(sample.error());
  ask_.from = sample->next;
  if (sample->told == 0 && sent_at_ && since < ask_.heartbeat) {
    return {.events = {}, .again_in = ask_.heartbeat - since, .end = false};
  }
  sent_at_ = now;
  return part(std::move(sample->document.text));
}

EventBatch AgentStream::part(std::string document) {
  EventBatch batch;
  batch.events.push_back({.id = 0, .type = {}, .data = mtc::write_part(boundary_, document)});
  // The next may be there already, beyond this one's count.
  batch.again_in = *ask_.interval;
  return batch;
}

EventBatch AgentStream::end(const AgentRefusal& why) {
  EventBatch batch = part(mtc::write_errors(reader_.header(), std::span(&why.error, 1)));
  batch.events.front().data += mtc::write_last_boundary(boundary_);
  batch.end = true;
  return batch;
}

Subscription AgentStream::subscribe(std::function<void()> wake) {
  auto listening = reader_.ring()->subscribe(std::move(wake));
  if (listening) return *std::move(listening);
  full_ = listening.error();
  return {};
}

bool AgentStream::may_listen() {
  if (clock_.steady() - stood_at_ < kStandingAge) return true;
  stood_at_ = clock_.steady();
  return may_listen_();
}

Response agent_refusal(const AgentRefusal& refusal, const mtc::Header& header) {
  Response response =
      text(mtc::write_errors(header, std::span(&refusal.error, 1)), "text/xml; charset=utf-8");
  response.status = refusal.status;
  return response.with("Cache-Control", "no-store");
}

}  // namespace heed::http
