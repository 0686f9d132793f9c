#include "base/secret.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <fstream>
#include <type_traits>

#include "base/crypto.h"

namespace heed {
namespace {

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(!fmt::is_formattable<Secret>::value);

/// What /proc/self/smaps says of the mapping that holds `at`: " rd wr mr mw me lo dd ".
std::string flags_of(const char* at) {
  std::ifstream maps("/proc/self/smaps");
  const auto wanted = reinterpret_cast<std::uintptr_t>(at);  // NOLINT(performance-no-int-to-ptr)
  bool inside = false;
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t from = 0;
    std::uintptr_t to = 0;
    const char* const end = line.data() + line.size();
    const auto first = std::from_chars(line.data(), end, from, 16);
    if (first.ec == std::errc() && first.ptr != end && *first.ptr == '-') {
      std::from_chars(first.ptr + 1, end, to, 16);
      inside = from <= wanted && wanted < to;
    }
    if (inside && line.starts_with("VmFlags:")) return line + " ";
  }
  return "";
}

TEST(Secret, its_bytes_lie_in_pages_that_no_core_file_holds_and_that_are_not_swapped) {
  SeededRandom random(1);
  const Secret secret = Secret::make(random);
  const std::string flags = flags_of(secret.view().data());
  EXPECT_NE(flags.find(" dd "), std::string::npos) << flags;
  const SecretMemory memory = secret_memory();
  EXPECT_GE(memory.pages, 1U);
  EXPECT_EQ(memory.dumped, 0U);
  EXPECT_EQ(flags.find(" lo ") != std::string::npos, memory.unlocked == 0) << flags;
}

TEST(Secret, is_wiped_when_it_goes_and_when_another_takes_its_place) {
  SeededRandom random(1);
  const char* bytes = nullptr;
  {
    const Secret secret = Secret::make(random);
    bytes = secret.view().data();
    ASSERT_NE(BytesView(bytes, Secret::kSize), Bytes(Secret::kSize, '\0'));
  }
  // The arena keeps the page; the first eight bytes are its own.
  EXPECT_EQ(BytesView(bytes + 8, Secret::kSize - 8), Bytes(Secret::kSize - 8, '\0'));
  EXPECT_EQ(Secret().view(), Bytes(Secret::kSize, '\0'));
}

TEST(Secret, what_it_was_taken_from_is_wiped_even_when_it_is_no_key) {
  Bytes good(Secret::kSize, 'k');
  const char* const where = good.data();
  ASSERT_TRUE(Secret::take(good));
  EXPECT_TRUE(good.empty());
  EXPECT_EQ(BytesView(where, Secret::kSize), Bytes(Secret::kSize, '\0'));
  Bytes bad(Secret::kSize + 1, 'k');
  EXPECT_FALSE(Secret::take(bad));
  EXPECT_TRUE(bad.empty());
}

TEST(Secret, moves_copies_and_compares) {
  SeededRandom random(1);
  Secret one = Secret::make(random);
  const Secret twin = one.copy();
  EXPECT_TRUE(one == twin);
  EXPECT_NE(one.view().data(), twin.view().data());
  EXPECT_FALSE(Secret::make(random) == twin);
  const Secret moved = std::move(one);
  EXPECT_TRUE(moved == twin);
}

TEST(Secret, more_than_can_be_locked_are_kept_all_the_same_and_told) {
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit none{0, 0};
    // Who may lock everything is not bound by the limit.
    const bool bound = ::setrlimit(RLIMIT_MEMLOCK, &none) == 0 &&
                       ::prctl(PR_CAPBSET_DROP, 14 /* CAP_IPC_LOCK */, 0, 0, 0) == 0 &&
                       ::setuid(65'534) == 0;
    std::vector<Secret> many(1'000);
    const SecretMemory memory = secret_memory();
    ::_exit(!bound ? 2 : memory.unlocked > 0 && memory.dumped == 0 ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 2) GTEST_SKIP() << "cannot drop its rights here";
  EXPECT_EQ(status, 0);
}

TEST(Secret, no_more_pages_are_locked_than_the_bound) {
  constexpr std::size_t kPerPage = 4'096 / Secret::kSize;
  std::vector<Secret> many((SecretMemory::kMostLockedPages + 2) * kPerPage);
  const SecretMemory memory = secret_memory();
  EXPECT_GT(memory.pages, SecretMemory::kMostLockedPages);
  EXPECT_GE(memory.unlocked, memory.pages - SecretMemory::kMostLockedPages);
  EXPECT_EQ(memory.dumped, 0U);
}

TEST(Secret, core_files_can_be_forbidden) {
  const pid_t child = ::fork();
  if (child == 0) {
    rlimit limit{1, 1};
    const bool forbidden = forbid_core_dumps().has_value() &&
                           ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 &&
                           ::getrlimit(RLIMIT_CORE, &limit) == 0;
    ::_exit(forbidden && limit.rlim_cur == 0 && limit.rlim_max == 0 ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(Crypto, a_digest_in_parts_is_the_digest_of_the_whole) {
  Sha256 digest;
  digest.update("ab");
  digest.update("");
  digest.update("c");
  EXPECT_EQ(digest.finish(), sha256("abc"));
}

TEST(Crypto, a_sealed_key_opens_into_a_secret_alone) {
  SeededRandom random(1);
  const Secret key = Secret::make(random);
  const Secret inner = Secret::make(random);
  const Bytes nonce = random.bytes(kAeadNonceSize);
  const Bytes sealed = aead_seal(key.view(), nonce, "name", inner.view());
  const auto opened = aead_open_secret(key.view(), nonce, "name", sealed);
  ASSERT_TRUE(opened);
  EXPECT_TRUE(*opened == inner);
  EXPECT_FALSE(aead_open_secret(key.view(), nonce, "another", sealed));
  EXPECT_FALSE(aead_open_secret(key.view(), nonce, "name", sealed.substr(1)));
  EXPECT_FALSE(aead_open_secret(key.view(), nonce, "name", "short"));
}

}  // namespace
}  // namespace heed
