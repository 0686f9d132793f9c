#include "people/password.h"

#include <algorithm>
#include <array>

#include <sodium.h>

#include "people/text.h"

namespace heed::people {
namespace {

// The most used ones of at least ten characters in published lists of leaked passwords, and what
// people write when a form asks for ten.
constexpr std::array<std::string_view, 28> kObvious = {
    "1234567890",    "0123456789",   "0987654321",   "12345678910",      "123456789a",
    "1q2w3e4r5t",    "1qaz2wsx3edc", "qwertyuiop",   "qwerty1234",       "qwerty12345",
    "qwerty123456",  "asdfghjkl1",   "abcdefghij",   "abcd123456",       "abc1234567",
    "password12",    "password123",  "password1234", "passwordpassword", "passw0rd123",
    "letmeinplease", "iloveyou123",  "changeme123",  "administrator",    "adminadmin",
    "welcome123",    "welcome1234",  "heedheedheed"};

std::string lowered(std::string_view text) {
  std::string low(text);
  std::ranges::transform(low, low.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return low;
}

bool is_one_sign(std::string_view text) {
  return text.find_first_not_of(text.front()) == std::string_view::npos;
}

}  // namespace

Result<void> check_password_rules(std::string_view password, std::string_view email) {
  if (password.size() > kLongestPassword) {
    return fail(ErrorKind::kInvalid, "the password is longer than 1,000 bytes",
                "choose a shorter one");
  }
  if (count_characters(password) < kShortestPassword) {
    return fail(ErrorKind::kInvalid, "the password has fewer than 10 characters",
                "choose a longer one; a few words in a row are good");
  }
  const std::string low = lowered(password);
  if (std::ranges::find(kObvious, low) != kObvious.end() || is_one_sign(low) ||
      low == lowered(email)) {
    return fail(ErrorKind::kInvalid, "the password is one of the first that anybody would try",
                "choose one that nobody else has; a few words in a row are good");
  }
  return {};
}

class PasswordHasher::Place {
 public:
  explicit Place(PasswordHasher& hasher) : hasher_(hasher) {
    const Lock lock(hasher_.mutex_);
    if (hasher_.working_ >= kAtOnce && hasher_.waiting_ >= kMostWaiting) return;
    ++hasher_.waiting_;
    while (hasher_.working_ >= kAtOnce) hasher_.freed_.wait(hasher_.mutex_);
    --hasher_.waiting_;
    ++hasher_.working_;
    taken_ = true;
  }
  ~Place() {
    if (!taken_) return;
    const Lock lock(hasher_.mutex_);
    --hasher_.working_;
    hasher_.freed_.wake_one();
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  bool taken() const { return taken_; }

 private:
  PasswordHasher& hasher_;
  bool taken_ = false;
};

namespace {

std::unexpected<Error> too_busy() {
  return fail(ErrorKind::kExhausted, "too many sign-ins at the same moment",
              "try again in a few seconds");
}

}  // namespace

PasswordHasher::PasswordHasher(PasswordCost cost) : cost_(cost) {
  require(sodium_init() >= 0, "libsodium starts");
  require(cost.memory >= crypto_pwhash_MEMLIMIT_MIN && cost.passes >= crypto_pwhash_OPSLIMIT_MIN,
          "the password cost is one that argon2id knows");
  // The hash of a random password would do; made by encoding, not computing, so a start is quick.
  nobody_ = "$argon2id$v=19$m=" + std::to_string(cost.memory / 1024) +
            ",t=" + std::to_string(cost.passes) +
            ",p=1$bm9ib2R5bm9ib2R5bm9ibw$bm9ib2R5bm9ib2R5bm9ib2R5bm9ib2R5bm9ib2R5bm8";
}

Result<std::string> PasswordHasher::hash(std::string_view password) {
  const Place place(*this);
  if (!place.taken()) return too_busy();
  return compute(password);
}

Result<bool> PasswordHasher::matches(std::string_view stored, std::string_view password) {
  // No longer one was ever taken, and an argon2 input of megabytes would be work for an attacker.
  const bool possible = !stored.empty() && password.size() <= kLongestPassword;
  if (!possible) password = "nobody's";
  const Place place(*this);
  if (!place.taken()) return too_busy();
  const std::string against = stored.empty() ? nobody_ : std::string(stored);
  const bool same =
      crypto_pwhash_str_verify(against.c_str(), password.data(), password.size()) == 0;
  return same && possible;
}

Result<std::string> PasswordHasher::compute(std::string_view password) const {
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(), cost_.passes,
                            cost_.memory, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return fail(ErrorKind::kExhausted, "no memory to hash a password",
                "give the server 64 MiB more");
  }
  return std::string(out.data());
}

}  // namespace heed::people
