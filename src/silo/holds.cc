#include "silo/holds.h"

#include <fmt/core.h>

#include <algorithm>

namespace heed::silo {
namespace {

constexpr BytesView kPrefix = "hold.";

Bytes encode(const Hold& hold) {
  return ByteWriter()
      .sized(hold.id)
      .raw(hold.subject.bytes())
      .u16(hold.kind ? hold.kind->number : 0)
      .sized(hold.reason)
      .i64(hold.until.nanoseconds())
      .sized(hold.by)
      .i64(hold.placed.nanoseconds())
      .take();
}

Result<Hold> decode(BytesView bytes) {
  ByteReader in(bytes);
  Hold hold;
  hold.id = in.sized();
  hold.subject = SubjectId::from_bytes(in.raw(16)).value_or(SubjectId());
  if (const std::uint16_t kind = in.u16(); kind != 0) hold.kind = KindId{kind};
  hold.reason = in.sized();
  hold.until = Time::from_nanoseconds(in.i64());
  hold.by = in.sized();
  hold.placed = Time::from_nanoseconds(in.i64());
  if (!in.finished()) return fail(ErrorKind::kCorrupt, "a hold does not decode");
  return hold;
}

bool fits(std::string_view text, std::size_t longest) {
  return !text.empty() && text.size() <= longest;
}

}  // namespace

Result<void> Holds::load() {
  const Lock lock(mutex_);
  auto cursor = database_.cursor(kv::Family::kMeta);
  for (cursor.seek(kPrefix); cursor.valid() && cursor.key().starts_with(kPrefix); cursor.next()) {
    ASSIGN_OR_RETURN(const Bytes opened, sealer_.open(context(cursor.key()), cursor.value()));
    ASSIGN_OR_RETURN(Hold hold, decode(opened));
    std::string id = hold.id;
    holds_.emplace(std::move(id), std::move(hold));
  }
  any_ = !holds_.empty();
  return cursor.status();
}

Result<void> Holds::place(Hold hold) {
  if (!fits(hold.id, kLongestId)) {
    return fail(ErrorKind::kInvalid, fmt::format("a hold's id has 1 to {} bytes", kLongestId));
  }
  if (!fits(hold.reason, kLongestReason)) {
    return fail(ErrorKind::kInvalid,
                fmt::format("a hold gives its reason in 1 to {} bytes", kLongestReason));
  }
  const Lock lock(mutex_);
  hold.placed = clock_.now();
  if (hold.until <= hold.placed || hold.until == Time::max()) {
    return fail(ErrorKind::kInvalid, "a hold ends, and not before it begins",
                "give the day when the reason is to be looked at again; it can be placed anew");
  }
  if (holds_.contains(hold.id)) {
    return fail(ErrorKind::kConflict, fmt::format("there is a hold '{}' already", hold.id),
                "lift it first, or place this one under another id");
  }
  const Bytes key = key_of(hold.id);
  ASSIGN_OR_RETURN(const Bytes sealed, sealer_.seal(context(key), encode(hold)));
  if (auto written =
          database_.write(kv::Changes().put(kv::Family::kMeta, key, sealed), kv::Sync::kYes);
      !written) {
    return written;
  }
  std::string id = hold.id;
  holds_.emplace(std::move(id), std::move(hold));
  any_ = true;
  return {};
}

Result<bool> Holds::lift(std::string_view id) {
  const Lock lock(mutex_);
  const auto found = holds_.find(id);
  if (found == holds_.end()) return false;
  if (auto written =
          database_.write(kv::Changes().remove(kv::Family::kMeta, key_of(id)), kv::Sync::kYes);
      !written) {
    return std::unexpected(written.error());
  }
  holds_.erase(found);
  any_ = !holds_.empty();
  return true;
}

std::vector<Hold> Holds::all() const {
  const Lock lock(mutex_);
  std::vector<Hold> all;
  for (const auto& [id, hold] : holds_) all.push_back(hold);
  return all;
}

std::vector<Hold> Holds::of(SubjectId subject) const {
  std::vector<Hold> found;
  if (!any_) return found;
  const Lock lock(mutex_);
  for (const auto& [id, hold] : holds_) {
    if (in_force(hold) && (hold.subject.is_nil() || hold.subject == subject)) {
      found.push_back(hold);
    }
  }
  return found;
}

bool Holds::spare(const Label& label) const {
  if (!any_) return false;
  const Lock lock(mutex_);
  return std::ranges::any_of(holds_, [&](const auto& named) {
    const Hold& hold = named.second;
    const bool theirs = hold.subject.is_nil() || hold.subject == label.subject ||
                        std::ranges::find(label.owners, hold.subject) != label.owners.end();
    return theirs && in_force(hold) && (!hold.kind || *hold.kind == label.kind);
  });
}

}  // namespace heed::silo
