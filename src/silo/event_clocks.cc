#include "silo/event_clocks.h"

#include <algorithm>

#include "silo/kv.h"

namespace heed::silo {
namespace {

constexpr BytesView kPrefix = "event.";
constexpr std::size_t kSubjectSize = 16;

}  // namespace

Bytes EventClocks::key_of(const Whose& whose) {
  return Bytes(kPrefix) + whose.first + whose.second.bytes();
}

Result<void> EventClocks::load() {
  const Lock lock(mutex_);
  auto cursor = database_.cursor(kv::Family::kMeta);
  for (cursor.seek(kPrefix); cursor.valid() && cursor.key().starts_with(kPrefix); cursor.next()) {
    const BytesView name = cursor.key().substr(kPrefix.size());
    ByteReader in(cursor.value());
    const Time at = Time::from_nanoseconds(in.i64());
    const bool applied = in.u8() != 0;
    if (!in.finished() || name.size() <= kSubjectSize) {
      return fail(ErrorKind::kCorrupt, "an event of this silo does not decode",
                  "restore this silo from a backup");
    }
    const std::size_t size = name.size() - kSubjectSize;
    Event event{std::string(name.substr(0, size)),
                SubjectId::from_bytes(name.substr(size)).value_or(SubjectId()), at, applied};
    Whose whose{event.name, event.subject};
    events_.emplace(std::move(whose), std::move(event));
  }
  any_ = !events_.empty();
  return cursor.status();
}

Result<void> EventClocks::write(const Whose& whose, const Event& event) {
  const Bytes row = ByteWriter().i64(event.at.nanoseconds()).u8(event.applied ? 1 : 0).take();
  return database_.write(kv::Changes().put(kv::Family::kMeta, key_of(whose), row), kv::Sync::kYes);
}

Result<EventClocks::Event> EventClocks::note(const Event& event) {
  const Lock lock(mutex_);
  const Whose whose{event.name, event.subject};
  const auto known = events_.find(whose);
  Event noted = event;
  noted.applied = false;
  if (known != events_.end()) noted.at = std::min(noted.at, known->second.at);
  if (auto written = write(whose, noted); !written) return std::unexpected(written.error());
  events_.insert_or_assign(whose, noted);
  any_ = true;
  return noted;
}

Result<void> EventClocks::mark_applied(const Event& event) {
  const Lock lock(mutex_);
  const Whose whose{event.name, event.subject};
  Event applied = event;
  applied.applied = true;
  if (auto written = write(whose, applied); !written) return written;
  events_.insert_or_assign(whose, std::move(applied));
  return {};
}

std::vector<EventClocks::Event> EventClocks::unapplied() const {
  const Lock lock(mutex_);
  std::vector<Event> open;
  for (const auto& [whose, event] : events_) {
    if (!event.applied) open.push_back(event);
  }
  return open;
}

// Of several owners the last one's clock holds: while the other stays, so does the record.
Time EventClocks::deadline(const DeclaredKind& kind, const std::vector<SubjectId>& owners) const {
  if (!any_ || kind.until.empty()) return Time::max();
  const Lock lock(mutex_);
  Time earliest = Time::max();
  for (const policy::Keep::Until& end : kind.until) {
    const auto of = [&](SubjectId subject) HEED_REQUIRES(mutex_) {
      const auto known = events_.find({end.event, subject});
      return known == events_.end() ? Time::max() : known->second.at + end.after;
    };
    Time theirs = owners.empty() ? Time::max() : Time::min();
    for (const SubjectId owner : owners) theirs = std::max(theirs, of(owner));
    earliest = std::min({earliest, theirs, of(SubjectId())});
  }
  return earliest;
}

}  // namespace heed::silo
