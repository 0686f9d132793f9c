#include "bench/gdpr/trace.h"

#include <fmt/core.h>

#include <cmath>
#include <span>

namespace heed::bench::gdpr {
namespace {

/// splitmix64 (Steele, Lea, Flood 2014): the same on every machine.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t roll() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }
  std::uint64_t below(std::uint64_t bound) { return roll() % bound; }
  double unit() { return static_cast<double>(roll() >> 11U) * 0x1.0p-53; }

 private:
  std::uint64_t state_;
};

/// YCSB's scrambled Zipfian: theta 0.99 by Gray's method (SIGMOD 1994), popular numbers scattered.
class Zipf {
 public:
  explicit Zipf(std::uint64_t count) : count_(count) {
    for (std::uint64_t i = 1; i <= count; ++i)
      zeta_ += std::pow(1.0 / static_cast<double>(i), kTheta);
    const double two = 1.0 + std::pow(0.5, kTheta);
    eta_ = (1.0 - std::pow(2.0 / static_cast<double>(count), 1.0 - kTheta)) / (1.0 - two / zeta_);
  }
  std::uint64_t pick(Dice& dice) const {
    const double u = dice.unit();
    const double uz = u * zeta_;
    std::uint64_t rank = 0;
    if (uz >= 1.0 + std::pow(0.5, kTheta)) {
      rank = static_cast<std::uint64_t>(static_cast<double>(count_) *
                                        std::pow(eta_ * u - eta_ + 1.0, 1.0 / (1.0 - kTheta)));
    } else if (uz >= 1.0) {
      rank = 1;
    }
    return Dice(rank).roll() % count_;
  }

 private:
  static constexpr double kTheta = 0.99;
  std::uint64_t count_;
  double zeta_ = 0;
  double eta_ = 0;
};

constexpr std::array<std::string_view, 10> kTimesToLive = {
    "30", "10000", "12000", "14000", "16000", "18000", "20000", "22000", "24000", "1000000"};
constexpr std::array<std::string_view, 6> kObjections = {"religion", "sports",  "yoga",
                                                         "drugs",    "alcohol", "dairy"};
constexpr std::array<std::string_view, 3> kDecisions = {"allow", "disallow", "inform"};
constexpr std::array<std::string_view, 8> kAccessLists = {
    "ads", "billing", "infra", "emergency", "sales", "marketing", "backup", "social"};
constexpr std::array<std::string_view, 7> kShared = {"none",   "facebook",  "twitter", "linkedin",
                                                     "reddit", "instagram", "whatsapp"};
constexpr std::array<std::string_view, 5> kOrigins = {"direct", "facebook", "google", "twitter",
                                                      "unknown"};
constexpr std::array<std::string_view, 8> kCategories = {
    "contact", "identity", "account", "finance", "work", "shopping", "internet", "social"};

std::string purpose_name(std::uint64_t n) {
  return fmt::format("purpose-{:02}", n % kPurposes);
}

std::string one_of(std::span<const std::string_view> words, std::uint64_t n) {
  return std::string(words[n % words.size()]);
}

std::string value_of(Field field, std::uint64_t n) {
  switch (field) {
    case kPurpose: return purpose_name(n);
    case kTimeToLive: return one_of(kTimesToLive, n);
    case kUser: return fmt::format("u{:08}", n);
    case kObjection: return one_of(kObjections, n);
    case kDecision: return one_of(kDecisions, n);
    case kAccess: return one_of(kAccessLists, n);
    case kSharedWith: return one_of(kShared, n);
    case kOrigin: return one_of(kOrigins, n);
    case kCategory: return one_of(kCategories, n);
  }
  return {};
}

std::string data_of(Dice dice) {
  std::string data;
  while (data.size() < kDataBytes) data.push_back(static_cast<char>('a' + dice.below(26)));
  return data;
}

/// What may be set: not the purpose, as GDPRbench has it, and not whose the record is, which is a
/// correction and no update (GDPRbench's may change its owner).
constexpr std::array<Field, 7> kSettable = {kTimeToLive, kObjection, kDecision, kAccess,
                                            kSharedWith, kOrigin,    kCategory};

struct Share {
  Action action;
  int percent;
};

/// As GDPRbench's workload files have them; its metadata operations go half by purpose and half by
/// user. kErasure is ours: the operation that the law is about, and in none of the mixes.
std::vector<Share> shares_of(Role role) {
  using enum Action;
  switch (role) {
    case Role::kController:
      return {{kInsert, 25}, {kDelete, 25}, {kUpdateByPurpose, 25}, {kUpdateByUser, 25}};
    case Role::kCustomer:
      return {{kRead, 20},   {kReadByPurpose, 10},   {kReadByUser, 10},
              {kUpdate, 20}, {kUpdateByPurpose, 10}, {kUpdateByUser, 10},
              {kDelete, 20}};
    case Role::kProcessor: return {{kRead, 20}, {kReadByPurpose, 40}, {kReadByUser, 40}};
    case Role::kRegulator: return {{kReadByPurpose, 25}, {kReadByUser, 25}, {kReadLog, 50}};
    case Role::kErasure: return {{kDeleteUser, 100}};
  }
  return {};
}

Action draw(const std::vector<Share>& shares, Dice& dice) {
  auto at = static_cast<int>(dice.below(100));
  for (const Share& share : shares) {
    if (at < share.percent) return share.action;
    at -= share.percent;
  }
  return shares.back().action;
}

}  // namespace

std::size_t Item::live_bytes() const {
  std::size_t bytes = key.size() + data.size();
  for (const auto& field : metadata) bytes += field.size();
  return bytes;
}

std::string_view name_of(Role role) {
  constexpr std::array<std::string_view, 5> kNames = {"controller", "customer", "processor",
                                                      "regulator", "erasure"};
  return kNames[static_cast<std::size_t>(role)];
}

std::optional<Role> role_of(std::string_view name) {
  for (const Role role :
       {Role::kController, Role::kCustomer, Role::kProcessor, Role::kRegulator, Role::kErasure}) {
    if (name == name_of(role)) return role;
  }
  return {};
}

std::string_view name_of(Action action) {
  constexpr std::array<std::string_view, kActions> kNames = {
      "insert",         "read",   "read by purpose", "read by user", "update", "update by purpose",
      "update by user", "delete", "delete user",     "read log"};
  return kNames[static_cast<std::size_t>(action)];
}

std::uint64_t Trace::user(std::uint64_t number) const {
  return Dice(seed_ ^ (number * 2 + 1)).below(records_);
}

std::string Trace::key(std::uint64_t number) const {
  return fmt::format("{:08}.{:08}", user(number), number);
}

std::string Trace::purpose(std::uint64_t number) const {
  return purpose_name(number);
}

std::string Trace::user_name(std::uint64_t number) const {
  return value_of(kUser, user(number));
}

Item Trace::item(std::uint64_t number) const {
  Item item{key(number), user(number), {}, {}};
  Dice dice(seed_ ^ (number * 2));
  for (std::size_t f = 0; f < kFields; ++f) {
    item.metadata[f] = value_of(static_cast<Field>(f), dice.roll());
  }
  item.metadata[kPurpose] = purpose(number);
  item.metadata[kUser] = user_name(number);
  item.metadata[kTimeToLive] = one_of(kTimesToLive, number);  // one in ten ends after 30 s
  item.data = data_of(dice);
  return item;
}

std::vector<Operation> Trace::operations(Role role, std::size_t count,
                                         std::uint64_t first_insert) const {
  Dice dice(seed_ + 1'000 + static_cast<std::uint64_t>(role));
  const auto zipf = role == Role::kCustomer ? std::optional<Zipf>(records_) : std::nullopt;
  const auto shares = shares_of(role);
  std::vector<Operation> operations;
  operations.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    Operation operation{
        draw(shares, dice), zipf ? zipf->pick(dice) : dice.below(records_), kPurpose, {}};
    if (operation.action == Action::kInsert) operation.record = first_insert++;
    if (operation.action == Action::kUpdate) operation.value = data_of(Dice(dice.roll()));
    if (operation.action == Action::kUpdateByPurpose || operation.action == Action::kUpdateByUser) {
      operation.field = kSettable[dice.below(kSettable.size())];
      operation.value = value_of(operation.field, dice.roll());
    }
    operations.push_back(std::move(operation));
  }
  return operations;
}

std::uint64_t fingerprint(const std::vector<Operation>& operations) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;  // FNV-1a
  const auto mix = [&](std::string_view bytes) {
    for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  };
  for (const Operation& o : operations) {
    mix(fmt::format("{} {} {} {}\n", static_cast<int>(o.action), o.record,
                    static_cast<int>(o.field), o.value));
  }
  return hash;
}

}  // namespace heed::bench::gdpr
