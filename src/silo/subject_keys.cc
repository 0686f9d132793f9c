#include "silo/subject_keys.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/core.h>

#include "base/crypto.h"
#include "base/secret.h"
#include "silo/files.h"

namespace heed::silo {

class SubjectKeys::OpenFile {
 public:
  OpenFile(const std::string& path, int flags) : descriptor_(::open(path.c_str(), flags, 0600)) {}
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int descriptor() const { return descriptor_; }
  bool ok() const { return descriptor_ >= 0; }

 private:
  const int descriptor_;
};

namespace {

constexpr std::size_t kSlot = SubjectKeys::kSlotSize;
constexpr std::size_t kMac = 16;
constexpr std::uint8_t kKeyState = 1;
constexpr std::uint8_t kErasedState = 2;
constexpr std::uint8_t kLockedState = 3;
constexpr std::uint32_t kRest = 0xff'ffff;  ///< Of a slot's first word, beside its state
constexpr BytesView kHeader = "heed subject keys 1\n";
constexpr BytesView kLedgerHeader = "heed erasure ledger 1\n";
constexpr std::uint32_t kMostSlots = 1U << 28;  // 16 GiB of file

std::unexpected<Error> trouble(std::string_view doing, const std::string& path) {
  const bool full = errno == ENOSPC || errno == EDQUOT;
  return fail(ErrorKind::kUnavailable, fmt::format("{} {}: {}", doing, path, std::strerror(errno)),
              full ? "free space on the disk of the key ring"
                   : "look at the key ring's disk and its permissions");
}

Result<void> write_at(const SubjectKeys::OpenFile& file, const std::string& path, BytesView bytes,
                      std::uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t written =
        ::pwrite(file.descriptor(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return trouble("writing", path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  if (::fdatasync(file.descriptor()) != 0) return trouble("syncing", path);
  return {};
}

Result<Bytes> read_at(const SubjectKeys::OpenFile& file, const std::string& path,
                      std::uint64_t offset, std::size_t size) {
  Bytes bytes(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = ::pread(file.descriptor(), bytes.data() + done, size - done,
                                static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return trouble("reading", path);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

Bytes padded(ByteWriter& out) {
  Bytes bytes = out.take();
  bytes.resize(kSlot, '\0');
  return bytes;
}

std::unexpected<Error> damaged(const std::string& path, std::string_view what) {
  return fail(ErrorKind::kCorrupt, fmt::format("{}: {}", path, what),
              "restore the key ring from its backup, then replay the newest erasure ledger");
}

Bytes slot_name(OrganizationId organization, std::uint32_t slot) {
  return ByteWriter().raw("heed subject key ").raw(organization.bytes()).u32(slot).take();
}

}  // namespace

SubjectKeys::SubjectKeys(Opened, std::string path, OrganizationId organization,
                         BytesView organization_key, Random& random)
    : path_(std::move(path)),
      organization_(organization),
      wrapping_key_(hmac_sha256(organization_key, "heed subject wrapping key")),
      ledger_key_(hmac_sha256(organization_key, "heed erasure ledger key")),
      random_(random) {}

SubjectKeys::~SubjectKeys() = default;

Result<std::unique_ptr<SubjectKeys>> SubjectKeys::open(std::string path,
                                                       OrganizationId organization,
                                                       BytesView organization_key, Random& random) {
  auto keys = std::make_unique<SubjectKeys>(Opened{}, std::move(path), organization,
                                            organization_key, random);
  if (auto loaded = keys->load(); !loaded) return std::unexpected(loaded.error());
  return keys;
}

Result<void> SubjectKeys::load() {
  const Lock lock(mutex_);
  if (!path_exists(path_)) {
    ByteWriter header;
    header.raw(kHeader).raw(organization_.bytes());
    if (auto made = write_small_file(path_, padded(header)); !made) return made;
  }
  reading_ = std::make_unique<const OpenFile>(path_, O_RDONLY | O_CLOEXEC);
  if (!reading_->ok()) return trouble("opening", path_);
  struct stat status{};
  if (::fstat(reading_->descriptor(), &status) != 0) return trouble("reading", path_);
  ASSIGN_OR_RETURN(const Bytes all,
                   read_at(*reading_, path_, 0, static_cast<std::size_t>(status.st_size)));
  if (!all.starts_with(Bytes(kHeader) + organization_.bytes())) {
    return damaged(path_, "this is not the file of this organization's subject keys");
  }
  // A block whose making was cut short counts as given: no slot of it was.
  end_ = static_cast<std::uint32_t>((all.size() + kSlot - 1) / kSlot);
  next_ = end_;
  for (std::uint32_t slot = 1; (slot + 1) * kSlot <= all.size(); ++slot) {
    const BytesView bytes = BytesView(all).substr(slot * kSlot, kSlot);
    const std::uint32_t word = ByteReader(bytes).u32();
    if (word >> 24 == kLockedState) {
      locked_[slot] = static_cast<std::int32_t>(word & kRest);
      any_locked_ = true;
    }
    if (word >> 24 != kErasedState) continue;
    ASSIGN_OR_RETURN(const Erasure erasure, read_erased(slot, bytes));
    remember(erasure);
  }
  std::ranges::sort(erasures_, {}, &Erasure::number);
  return {};
}

void SubjectKeys::remember(const Erasure& erasure) {
  locked_.erase(erasure.slot);
  any_locked_ = !locked_.empty();
  erasures_.push_back(erasure);
  erased_slots_.insert(erasure.slot);
  erased_tags_.insert(erasure.tag);
}

Result<std::uint32_t> SubjectKeys::take() {
  const Lock lock(mutex_);
  if (next_ == end_) {
    if (auto made = make_block(); !made) return std::unexpected(made.error());
  }
  return next_++;
}

Result<void> SubjectKeys::make_block() {
  if (end_ >= kMostSlots) return fail(ErrorKind::kExhausted, "all slots of subject keys are used");
  const std::uint32_t end = (end_ / kMadeAhead + 1) * kMadeAhead;
  Bytes block;
  for (std::uint32_t slot = end_; slot < end; ++slot) {
    block += key_slot(slot, random_.bytes(kAeadKeySize));
  }
  if (auto written = write_slots(end_, block); !written) return written;
  end_ = end;
  return {};
}

Bytes SubjectKeys::key_slot(std::uint32_t slot, BytesView key) const {
  const Bytes nonce = random_.bytes(kAeadNonceSize);
  return ByteWriter()
      .u32(std::uint32_t{kKeyState} << 24)
      .raw(nonce)
      .raw(aead_seal(wrapping_key_, nonce, slot_name(organization_, slot), key))
      .take();
}

// Both are needed: the organization's key and the code.
Bytes SubjectKeys::locking_key(BytesView code) const {
  require(code.size() == kCodeSize, "a code has 20 bytes");
  return hmac_sha256(wrapping_key_, "heed recovery code" + Bytes(code));
}

Bytes SubjectKeys::locked_name(std::uint32_t slot, std::int32_t until) const {
  return ByteWriter().raw(slot_name(organization_, slot)).raw(" locked ").i32(until).take();
}

Result<void> SubjectKeys::lock(std::uint32_t slot, BytesView code, std::int32_t until) {
  require(until > 0 && static_cast<std::uint32_t>(until) <= kRest, "a day fits its slot");
  ASSIGN_OR_RETURN(auto key, this->key(slot));
  if (!key) return {};
  const WipeAfter wiped(*key);
  const Bytes nonce = random_.bytes(kAeadNonceSize);
  const Bytes bytes =
      ByteWriter()
          .u32(std::uint32_t{kLockedState} << 24 | static_cast<std::uint32_t>(until))
          .raw(nonce)
          .raw(aead_seal(locking_key(code), nonce, locked_name(slot, until), *key))
          .take();
  const Lock lock(mutex_);
  if (erased_slots_.contains(slot)) return {};
  if (auto written = write_slots(slot, bytes); !written) return written;
  locked_[slot] = until;
  any_locked_ = true;
  return {};
}

Result<void> SubjectKeys::unlock(std::uint32_t slot, BytesView code) {
  const Lock lock(mutex_);
  const auto known = locked_.find(slot);
  if (known == locked_.end()) return fail(ErrorKind::kNotFound, "this key is not locked");
  ASSIGN_OR_RETURN(const Bytes bytes,
                   read_at(*reading_, path_, std::uint64_t{slot} * kSlot, kSlot));
  ByteReader in(bytes);
  in.u32();
  const BytesView nonce = in.raw(kAeadNonceSize);
  auto key = aead_open(locking_key(code), nonce, locked_name(slot, known->second), in.rest());
  if (!key) {
    return fail(ErrorKind::kInvalid, "this is not the code that was given when they went",
                "look for mistyped letters; without the code nobody can undo it");
  }
  const WipeAfter wiped(*key);
  if (auto written = write_slots(slot, key_slot(slot, *key)); !written) return written;
  locked_.erase(known);
  any_locked_ = !locked_.empty();
  return {};
}

std::optional<std::int32_t> SubjectKeys::locked_until(std::uint32_t slot) const {
  const Lock lock(mutex_);
  const auto known = locked_.find(slot);
  return known == locked_.end() ? std::nullopt : std::optional(known->second);
}

Result<void> SubjectKeys::write_slots(std::uint32_t first, BytesView bytes) const {
  const OpenFile file(path_, O_WRONLY | O_CLOEXEC);
  if (!file.ok()) return trouble("opening", path_);
  return write_at(file, path_, bytes, std::uint64_t{first} * kSlot);
}

Result<std::optional<Bytes>> SubjectKeys::key(std::uint32_t slot) const {
  ASSIGN_OR_RETURN(const Bytes bytes,
                   read_at(*reading_, path_, std::uint64_t{slot} * kSlot, kSlot));
  if (slot == 0 || bytes.size() != kSlot) {
    return damaged(path_, fmt::format("there is no slot {}", slot));
  }
  ByteReader in(bytes);
  const std::uint32_t state = in.u32() >> 24;
  if (state == kErasedState || state == kLockedState) return std::optional<Bytes>();
  const BytesView nonce = in.raw(kAeadNonceSize);
  if (state != kKeyState) return damaged(path_, fmt::format("slot {} holds no key", slot));
  auto key = aead_open(wrapping_key_, nonce, slot_name(organization_, slot), in.rest());
  if (!key) return damaged(path_, fmt::format("the key in slot {} does not open", slot));
  return std::optional<Bytes>(*std::move(key));
}

Result<Erasure> SubjectKeys::erase(std::uint32_t slot, BytesView tag, Time at) {
  require(tag.size() == kTagSize, "a tag has 16 bytes");
  const Lock lock(mutex_);
  require(slot > 0 && slot < end_, "only a slot that was given is erased");
  if (erased_slots_.contains(slot)) return *std::ranges::find(erasures_, slot, &Erasure::slot);
  const std::uint64_t number = erasures_.empty() ? 1 : erasures_.back().number + 1;
  Erasure erasure{slot, number, Bytes(tag), at};
  if (auto written = write_slots(slot, erased_slot(erasure)); !written) {
    return std::unexpected(written.error());
  }
  remember(erasure);
  return erasure;
}

Bytes SubjectKeys::erased_slot(const Erasure& erasure) const {
  ByteWriter out;
  out.u32(std::uint32_t{kErasedState} << 24)
      .u64(erasure.number)
      .raw(erasure.tag)
      .i64(erasure.at.nanoseconds());
  const Bytes mac =
      hmac_sha256(ledger_key_, Bytes(slot_name(organization_, erasure.slot)) + Bytes(out.view()));
  out.raw(BytesView(mac).substr(0, kMac));
  return padded(out);
}

Result<Erasure> SubjectKeys::read_erased(std::uint32_t slot, BytesView bytes) const {
  ByteReader in(bytes);
  in.u32();
  const std::uint64_t number = in.u64();
  const Bytes tag(in.raw(kTagSize));
  Erasure erasure{slot, number, tag, Time::from_nanoseconds(in.i64())};
  if (!in.ok() || !equal_in_constant_time(erased_slot(erasure), bytes)) {
    return damaged(path_, fmt::format("the erasure in slot {} is not what was written", slot));
  }
  return erasure;
}

Bytes SubjectKeys::tag_of(SubjectId subject) const {
  return hmac_sha256(ledger_key_, "subject " + subject.bytes()).substr(0, kTagSize);
}

bool SubjectKeys::is_erased(SubjectId subject) const {
  const Lock lock(mutex_);
  return !erased_tags_.empty() && erased_tags_.contains(tag_of(subject));
}

std::vector<Erasure> SubjectKeys::erasures() const {
  const Lock lock(mutex_);
  return erasures_;
}

Bytes SubjectKeys::ledger() const {
  ByteWriter out;
  out.raw(kLedgerHeader).raw(organization_.bytes());
  const std::vector<Erasure> all = erasures();
  out.u64(all.size());
  for (const Erasure& erasure : all) out.u32(erasure.slot).raw(erased_slot(erasure));
  const Bytes mac = hmac_sha256(ledger_key_, out.view());
  return out.raw(mac).take();
}

Result<std::vector<Erasure>> SubjectKeys::read_ledger(BytesView ledger) const {
  const auto wrong = [](std::string_view what) {
    return fail(ErrorKind::kCorrupt, fmt::format("this erasure ledger {}", what),
                "take the newest ledger from the backup's repository");
  };
  const std::size_t body = ledger.size() - std::min<std::size_t>(ledger.size(), 32);
  if (!equal_in_constant_time(hmac_sha256(ledger_key_, ledger.substr(0, body)),
                              ledger.substr(body))) {
    return wrong("is of another organization or key ring, or was changed");
  }
  ByteReader in(ledger.substr(0, body));
  const bool ours =
      in.raw(kLedgerHeader.size()) == kLedgerHeader && in.raw(16) == organization_.bytes();
  const std::uint64_t count = in.u64();
  std::vector<Erasure> all;
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    const std::uint32_t slot = in.u32();
    const BytesView bytes = in.raw(kSlot);
    if (!in.ok()) break;
    ASSIGN_OR_RETURN(Erasure erasure, read_erased(slot, bytes));
    all.push_back(std::move(erasure));
  }
  if (!ours || !in.finished()) return wrong("does not decode");
  return all;
}

Result<std::uint64_t> SubjectKeys::check_ledger(BytesView ledger) const {
  ASSIGN_OR_RETURN(const auto all, read_ledger(ledger));
  return all.size();
}

Result<std::uint64_t> SubjectKeys::apply_ledger(BytesView ledger) {
  ASSIGN_OR_RETURN(const auto all, read_ledger(ledger));
  const std::size_t before = erasures().size();
  for (const Erasure& erasure : all) {
    if (auto erased = erase_again(erasure); !erased) return std::unexpected(erased.error());
  }
  return erasures().size() - before;
}

Result<void> SubjectKeys::erase_again(const Erasure& erasure) {
  const Lock lock(mutex_);
  if (erased_slots_.contains(erasure.slot)) return {};
  if (auto written = write_slots(erasure.slot, erased_slot(erasure)); !written) return written;
  const bool in_order = erasures_.empty() || erasures_.back().number < erasure.number;
  remember(erasure);
  if (!in_order) std::ranges::sort(erasures_, {}, &Erasure::number);
  // An older ring has fewer slots than the ledger knows of: those are never given again.
  if (erasure.slot >= end_) next_ = end_ = erasure.slot + 1;
  return {};
}

}  // namespace heed::silo
