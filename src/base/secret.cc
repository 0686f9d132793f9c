#include "base/secret.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>

#include "base/crypto.h"
#include "base/sync.h"

namespace heed {
namespace {

/// Hands out slots of Secret::kSize bytes. Pages are never given back: their number is bounded by
/// the most secrets that there were at one time. One for the process, as its pages and their limit
/// are the process's, and never destroyed, so that a secret may outlive main().
class Arena {
 public:
  char* take() {
    const Lock lock(mutex_);
    if (free_ == nullptr) add_page();
    Slot* const slot = free_;
    free_ = slot->next;
    slot->next = nullptr;  // the rest of a free slot is zeros
    return reinterpret_cast<char*>(slot);
  }
  /// `bytes` are wiped.
  void give_back(char* bytes) {
    const Lock lock(mutex_);
    free_ = ::new (bytes) Slot{free_};
  }
  SecretMemory told() {
    const Lock lock(mutex_);
    return told_;
  }

 private:
  struct Slot {
    Slot* next;
  };
  static_assert(sizeof(Slot) <= Secret::kSize && Secret::kSize % alignof(Slot) == 0);

  void add_page() HEED_REQUIRES(mutex_) {
    const auto size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    void* const page =
        ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    require(page != MAP_FAILED, "there is memory for a key");
    if (::madvise(page, size, MADV_DONTDUMP) != 0) ++told_.dumped;
    // Beyond the bound the rest of the process's allowance is left to libraries that lock pages.
    // Not mlock(), which does nothing under the sanitizers.
    if (told_.pages >= SecretMemory::kMostLockedPages || ::mlock2(page, size, 0) != 0) {
      ++told_.unlocked;
    }
    ++told_.pages;
    char* const first = static_cast<char*>(page);
    for (std::size_t at = 0; at + Secret::kSize <= size; at += Secret::kSize) {
      free_ = ::new (first + at) Slot{free_};
    }
  }

  Mutex mutex_;
  Slot* free_ HEED_GUARDED_BY(mutex_) = nullptr;
  SecretMemory told_ HEED_GUARDED_BY(mutex_);
};

Arena& arena() {
  alignas(Arena) static char place[sizeof(Arena)];
  static Arena* const one = ::new (place) Arena;
  return *one;
}

}  // namespace

Secret::Secret() : bytes_(arena().take()) {}

Secret::Secret(Secret&& other) noexcept : bytes_(std::exchange(other.bytes_, nullptr)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

Secret::~Secret() {
  if (bytes_ == nullptr) return;
  wipe(bytes_, kSize);
  arena().give_back(bytes_);
}

Secret Secret::make(Random& random) {
  Bytes bytes = random.bytes(kSize);
  return *take(bytes);
}

Result<Secret> Secret::take(Bytes& from) {
  const WipeAfter wiped(from);
  if (from.size() != kSize) return fail(ErrorKind::kInvalid, "a key has 32 bytes");
  Secret secret;
  std::memcpy(secret.bytes_, from.data(), kSize);
  return secret;
}

Secret Secret::copy() const {
  Secret secret;
  std::memcpy(secret.bytes_, bytes_, kSize);
  return secret;
}

BytesView Secret::view() const {
  return {bytes_, bytes_ == nullptr ? 0 : kSize};
}

bool Secret::operator==(const Secret& other) const {
  return equal_in_constant_time(view(), other.view());
}

WipeAfter::~WipeAfter() {
  wipe(bytes_.data(), bytes_.size());
  bytes_.clear();
}

SecretMemory secret_memory() {
  return arena().told();
}

Result<void> forbid_core_dumps() {
  const rlimit none{0, 0};
  // The limit does not hold for a core_pattern that pipes; what is not dumpable is never dumped.
  if (::setrlimit(RLIMIT_CORE, &none) == 0 && ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0) return {};
  return fail(ErrorKind::kUnsupported,
              std::string("core files cannot be forbidden: ") + std::strerror(errno),
              "start with --allow-core-dumps if keys may stand in core files");
}

}  // namespace heed
