// The part of Eraser that lets somebody go for a while.
#include <fmt/core.h>

#include "base/json.h"
#include "base/secret.h"
#include "silo/eraser.h"

namespace heed::silo {
namespace {

constexpr std::string_view kEngine = "engine";
constexpr std::size_t kGroup = 4;  // digits of a code that are written together

Bytes suspended_key(SubjectId subject) {
  return "suspended." + subject.bytes();
}

SealContext meta(BytesView key) {
  return {kv::Family::kMeta, key, {}, SubjectId(), {}, 0};
}

std::string written(BytesView code) {
  std::string text;
  for (const char digit : to_hex(code)) {
    if (text.size() % (kGroup + 1) == kGroup) text += '-';
    text += digit;
  }
  return text;
}

/// However it was copied.
std::optional<Bytes> code_in(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c == '-' || c == ' ') continue;
    digits += c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  auto code = from_hex(digits);
  return code && code->size() == SubjectKeys::kCodeSize ? code : std::nullopt;
}

}  // namespace

Result<Suspension> Eraser::suspend(SubjectId subject, std::string_view reason,
                                   std::string_view actor, Time until) {
  if (reason.empty() || reason.size() > kLongestReason) {
    return fail(ErrorKind::kInvalid,
                fmt::format("an erasure gives its reason in 1 to {} bytes", kLongestReason));
  }
  const Lock erasing(erasing_);
  ASSIGN_OR_RETURN(const auto slot, ground_.subjects.find(subject));
  if (!slot) return fail(ErrorKind::kNotFound, "nothing is stored about them here");
  if (ground_.keys.locked_until(*slot)) return fail(ErrorKind::kConflict, "they have gone already");
  if (!ground_.holds.of(subject).empty()) {
    return fail(ErrorKind::kConflict, "a hold wants what is stored about them to be read",
                "wait for its end, or erase for good: that happens when it ends");
  }
  const Bytes key = suspended_key(subject);
  ASSIGN_OR_RETURN(const Bytes sealed, ground_.sealer.seal(meta(key), reason));
  if (auto kept =
          ground_.database.write(kv::Changes().put(kv::Family::kMeta, key, sealed), kv::Sync::kNo);
      !kept) {
    return std::unexpected(kept.error());
  }
  JsonWriter detail;
  detail.begin_object().member("until", until).end_object();
  // Under their pseudonym, if it is they who ask: so before it can be written no more.
  if (auto noted = ground_.noting.note(actor, "subject.suspended", detail.view()); !noted) {
    return std::unexpected(noted.error());
  }
  Bytes code = ground_.random.bytes(SubjectKeys::kCodeSize);
  const WipeAfter wiped(code);
  {
    const auto alone = ground_.records.locks().erasing(subject);
    // Samples that wait to be sealed would be lost: their key is not there meanwhile.
    if (auto sealed_now = ground_.series.seal(true); !sealed_now) {
      return std::unexpected(sealed_now.error());
    }
    if (auto locked = ground_.keys.lock(*slot, code, until.utc_day() - 1); !locked) {
      return std::unexpected(locked.error());
    }
    ground_.sealer.forget(*slot);
    ground_.noting.forget(subject);
    ground_.series.let_go();
  }
  return Suspension{written(code), until};
}

Result<void> Eraser::come_back(SubjectId subject, std::string_view code) {
  const Lock erasing(erasing_);
  ASSIGN_OR_RETURN(const auto slot, ground_.subjects.find(subject));
  if (!slot || !ground_.keys.locked_until(*slot)) {
    return fail(ErrorKind::kNotFound, "nobody of this id has gone and may come back");
  }
  auto bytes = code_in(code);
  if (!bytes) return fail(ErrorKind::kInvalid, "a code has 40 hexadecimal digits");
  const WipeAfter wiped(*bytes);
  if (auto unlocked = ground_.keys.unlock(*slot, *bytes); !unlocked) return unlocked;
  if (auto known = ground_.series.registry().remember(*slot); !known) return known;
  const auto gone = ground_.database.write(
      kv::Changes().remove(kv::Family::kMeta, suspended_key(subject)), kv::Sync::kNo);
  if (!gone) return gone;
  auto noted = ground_.noting.note(kEngine, "subject.came_back", "{}");
  return noted ? Result<void>() : std::unexpected(noted.error());
}

Result<std::uint64_t> Eraser::forget_stayed_away(const Rulings& rulings) {
  ASSIGN_OR_RETURN(const auto all, ground_.subjects.stayed_away(ground_.clock.now().utc_day()));
  for (const SubjectId subject : all) {
    const Bytes key = suspended_key(subject);
    std::string reason = "gone, and not come back";
    ASSIGN_OR_RETURN(const auto sealed, ground_.database.get(kv::Family::kMeta, key));
    if (sealed) {
      ASSIGN_OR_RETURN(reason, ground_.sealer.open(meta(key), *sealed));
    }
    auto forgotten = forget(rulings, subject, reason, kEngine);
    if (!forgotten) return std::unexpected(std::move(forgotten).error());
    if (auto done =
            ground_.database.write(kv::Changes().remove(kv::Family::kMeta, key), kv::Sync::kNo);
        !done) {
      return std::unexpected(done.error());
    }
  }
  return all.size();
}

}  // namespace heed::silo
