#include "silo/keyring.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "silo/files.h"
#include "silo/testing.h"

namespace heed::silo {
namespace {

constexpr PassphraseCost kCheap{8 << 10, 1};

RootGiver with_passphrase(std::string words, RootSource first = RootSource::kPassphrase) {
  return {.key = {},
          .passphrase =
              [words] {
                Bytes copy = words;
                return Passphrase::take(copy);
              },
          .first = first,
          .cost = kCheap};
}

RootGiver with_key(char byte, RootSource first = RootSource::kEnvironment) {
  return {.key = [byte]() -> Result<Secret> {
            Bytes bytes(Secret::kSize, byte);
            return Secret::take(bytes);
          },
          .passphrase = {},
          .first = first,
          .cost = kCheap};
}

constexpr std::string_view kWords = "a horse, a battery and a staple";
constexpr std::string_view kOtherWords = "two mules, one magnet, no staples";

/// What stands in every file of a ring, by name.
std::map<std::string, Bytes> contents(const std::string& directory) {
  std::map<std::string, Bytes> all;
  for (const std::string& part : {std::string(), std::string("organizations/")}) {
    for (const std::string& name : names_in(directory + "/" + part)) {
      if (name != "organizations")
        all[part + name] = *read_small_file(directory + "/" + part + name);
    }
  }
  return all;
}

class KeyringTest : public testing::Test {
 protected:
  Result<std::unique_ptr<Keyring>> open(const RootGiver& giver = {}) {
    return Keyring::open(path(), random_, giver);
  }
  std::unique_ptr<Keyring> opened(const RootGiver& giver = {}) {
    auto ring = open(giver);
    require(ring.has_value(), ring ? "" : ring.error().message);
    return *std::move(ring);
  }
  std::string path() const { return directory_.path() + "/keys"; }
  void make_organizations(Keyring& ring, int count) {
    for (int i = 0; i < count; ++i) {
      organizations_.push_back(OrganizationId::make(random_));
      known_[organizations_.back()] = keys_in(ring, organizations_.back(), true);
    }
  }
  /// As one comparable thing: the organization's secret and its signing key's public half.
  static Bytes keys_in(Keyring& ring, OrganizationId organization, bool make = false) {
    const auto key =
        make ? ring.ensure_organization_key(organization) : ring.organization_key(organization);
    const auto signing =
        make ? ring.ensure_signing_key(organization) : ring.signing_key(organization);
    if (!key || !signing) return "";
    return Bytes((*key)->first_secret().view()) + signing->public_key().bytes();
  }
  void expect_all_known(Keyring& ring) {
    for (const auto& [organization, keys] : known_) EXPECT_EQ(keys_in(ring, organization), keys);
  }

  const TemporaryDirectory directory_;
  TestRandom random_{7};
  std::vector<OrganizationId> organizations_;
  std::map<OrganizationId, Bytes> known_;
};

TEST_F(KeyringTest, keys_are_the_same_after_reopening_from_each_source) {
  for (const RootGiver& giver :
       {RootGiver{}, with_passphrase(std::string(kWords)), with_key('k')}) {
    const TemporaryDirectory directory;
    const OrganizationId organization = OrganizationId::make(random_);
    Bytes keys;
    {
      const auto ring = *Keyring::open(directory.path() + "/keys", random_, giver);
      keys = keys_in(*ring, organization, true);
    }
    const auto ring = *Keyring::open(directory.path() + "/keys", random_, giver);
    EXPECT_FALSE(keys.empty());
    EXPECT_EQ(keys_in(*ring, organization), keys) << name_of(giver.first);
    EXPECT_EQ(*ring->check(), 2U);
  }
}

TEST_F(KeyringTest, only_a_file_root_is_written_anywhere) {
  (void)opened(with_passphrase(std::string(kWords)));
  const auto files = contents(path());
  EXPECT_FALSE(files.contains("root.key"));
  ASSERT_TRUE(files.contains("root.source"));
  Bytes salt =
      *from_hex(files.at("root.source").substr(files.at("root.source").find("salt") + 7, 32));
  Bytes words(kWords);
  const auto key = *stretch(*Passphrase::take(words), salt, kCheap);
  for (const auto& [name, content] : files) {
    EXPECT_EQ(content.find(kWords), Bytes::npos) << name;
    EXPECT_EQ(content.find(key.view()), Bytes::npos) << name;
    EXPECT_EQ(content.find(to_hex(key.view())), Bytes::npos) << name;
  }
}

TEST_F(KeyringTest, a_wrong_root_is_refused_with_the_mend_and_changes_nothing) {
  for (const auto& [right, wrong] :
       {std::pair{with_passphrase(std::string(kWords)), with_passphrase(std::string(kOtherWords))},
        std::pair{with_key('k'), with_key('l')}}) {
    const TemporaryDirectory directory;
    const std::string keys = directory.path() + "/keys";
    (void)*(*Keyring::open(keys, random_, right))
        ->ensure_organization_key(OrganizationId::make(random_));
    const auto before = contents(keys);
    for (const RootGiver& giver : {wrong, RootGiver{}}) {
      const auto refused = Keyring::open(keys, random_, giver);
      ASSERT_FALSE(refused);
      EXPECT_EQ(refused.error().kind, ErrorKind::kInvalid);
      EXPECT_FALSE(refused.error().mend.empty());
    }
    EXPECT_EQ(contents(keys), before);
    EXPECT_TRUE(Keyring::open(keys, random_, right));
  }
}

TEST_F(KeyringTest, a_short_new_passphrase_is_refused) {
  EXPECT_FALSE(open(with_passphrase("eleven byte")));
  EXPECT_TRUE(open(with_passphrase("twelve bytes")));
}

TEST_F(KeyringTest, a_source_that_asks_for_too_much_work_is_refused) {
  (void)opened(with_passphrase(std::string(kWords)));
  const std::string file = path() + "/root.source";
  Bytes text = *read_small_file(file);
  const std::size_t memory = text.find("8192");
  ASSERT_NE(memory, Bytes::npos);
  ASSERT_TRUE(write_small_file(file, text.replace(memory, 4, "1073741825")));
  const auto refused = open(with_passphrase(std::string(kWords)));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kCorrupt);
}

TEST_F(KeyringTest, a_key_in_another_organizations_place_does_not_open) {
  const auto ring = opened();
  make_organizations(*ring, 2);
  const std::string folder = path() + "/organizations/";
  const std::string one = folder + organizations_[0].text() + ".signing";
  const std::string two = folder + organizations_[1].text() + ".signing";
  ASSERT_TRUE(write_small_file(one, *read_small_file(two)));
  ASSERT_FALSE(ring->signing_key(organizations_[0]));
  EXPECT_EQ(ring->signing_key(organizations_[0]).error().kind, ErrorKind::kCorrupt);
  EXPECT_EQ(ring->check().error().kind, ErrorKind::kCorrupt);
}

TEST_F(KeyringTest, the_root_goes_from_each_source_to_each_and_every_key_stays) {
  auto ring = opened();
  make_organizations(*ring, 3);
  RootGiver now;
  const std::vector<std::pair<RootSource, RootGiver>> steps = {
      {RootSource::kFile, {}},
      {RootSource::kPassphrase, with_passphrase(std::string(kWords))},
      {RootSource::kPassphrase, with_passphrase(std::string(kOtherWords))},
      {RootSource::kEnvironment, with_key('k')},
      {RootSource::kEnvironment, with_key('l')},
      {RootSource::kFile, {}},
      {RootSource::kEnvironment, with_key('m')},
      {RootSource::kPassphrase, with_passphrase(std::string(kWords))},
      {RootSource::kFile, {}}};
  for (const auto& [to, giver] : steps) {
    const auto before = contents(path());
    const auto rotated = ring->rotate_root(to, giver);
    ASSERT_TRUE(rotated) << rotated.error().message;
    expect_all_known(*ring);
    make_organizations(*ring, 1);
    const auto after = contents(path());
    EXPECT_FALSE(after.contains("rotation"));
    EXPECT_EQ(after.contains("root.key"), to == RootSource::kFile);
    EXPECT_EQ(after.contains("root.source"), to != RootSource::kFile);
    for (const auto& [name, content] : before) {
      // Nothing that the root before had wrapped is there any more.
      if (name.starts_with("organizations/") && !name.ends_with(".next")) {
        EXPECT_NE(after.at(name), content);
      }
    }
    ring.reset();
    if (to == RootSource::kEnvironment) EXPECT_FALSE(open(now));
    now = giver;
    ring = opened(now);
    expect_all_known(*ring);
  }
}

TEST_F(KeyringTest, the_same_root_again_is_refused) {
  const auto ring = opened(with_key('k'));
  make_organizations(*ring, 1);
  EXPECT_EQ(ring->rotate_root(RootSource::kEnvironment, with_key('k')).error().kind,
            ErrorKind::kInvalid);
  EXPECT_TRUE(ring->rotate_root(RootSource::kEnvironment, with_key('l')));
}

/// One way of changing the root: from where, to where.
struct Change {
  RootGiver from;
  RootSource to;
  RootGiver next;
};
std::vector<Change> changes() {
  return {{{}, RootSource::kFile, {}},
          {{}, RootSource::kPassphrase, with_passphrase(std::string(kWords))},
          {with_passphrase(std::string(kWords)), RootSource::kFile, {}},
          {with_key('k'), RootSource::kEnvironment, with_key('l')}};
}

/// Runs `work` in a process of its own; whether it ended by itself.
bool ends_by_itself(const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    work();
    ::_exit(0);
  }
  int status = -1;
  require(child > 0 && ::waitpid(child, &status, 0) == child, "a child can be made");
  return WIFEXITED(status);
}

TEST_F(KeyringTest, killed_before_any_change_of_a_file_the_ring_opens_with_one_of_the_roots) {
  int kills = 0;
  for (const Change& change : changes()) {
    for (int stop = 1;; ++stop) {
      const TemporaryDirectory directory;
      const std::string keys = directory.path() + "/keys";
      known_.clear();
      make_organizations(**Keyring::open(keys, random_, change.from), 1);
      const bool done = ends_by_itself([&] {
        int changed = 0;
        const auto kill = [&](const std::string&) -> Result<void> {
          if (++changed == stop) ::raise(SIGKILL);
          return {};
        };
        const auto ring = *Keyring::open(keys, random_, change.from);
        require(ring->rotate_root(change.to, change.next, {{}, kill}).has_value(), "it is changed");
      });
      auto ring = Keyring::open(keys, random_, change.from);
      if (!ring) ring = Keyring::open(keys, random_, change.next);
      ASSERT_TRUE(ring) << stop;
      expect_all_known(**ring);
      // The opening has finished it, or taken it back.
      const auto left = contents(keys);
      EXPECT_FALSE(left.contains("rotation")) << stop;
      for (const auto& [name, content] : left) {
        EXPECT_FALSE(name.ends_with(".old") || name.ends_with(".new")) << name << " at " << stop;
        const bool wraps = name.ends_with(".key") && name != "root.key";
        if (wraps) EXPECT_EQ(KeyWrap::parse(content)->all.size(), 1U) << name << " at " << stop;
      }
      // What it shredded was nothing that is still needed.
      ring = fail(ErrorKind::kInternal, "closed");
      ring = Keyring::open(keys, random_, change.from);
      if (!ring) ring = Keyring::open(keys, random_, change.next);
      ASSERT_TRUE(ring) << ring.error().message << " at " << stop;
      expect_all_known(**ring);
      if (done) break;
      ++kills;
    }
  }
  EXPECT_GT(kills, 40);
}

TEST_F(KeyringTest, killed_at_any_moment_the_ring_opens_with_one_of_the_roots) {
  const std::uint64_t seed = SystemRandom().u64();
  fmt::print("keyring kill test: seed {}\n", seed);
  SeededRandom moments(seed);
  make_organizations(*opened(), 3);
  int killed = 0;
  for (int i = 0; i < 100; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      SystemRandom random;
      const auto ring = *Keyring::open(path(), random);
      while (ring->rotate_root(RootSource::kFile, {})) {
      }
      ::_exit(1);
    }
    ASSERT_GT(child, 0);
    ::usleep(static_cast<useconds_t>(2'000 + moments.u64() % 30'000));
    ::kill(child, SIGKILL);
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    killed += WIFSIGNALED(status) ? 1 : 0;
    const auto ring = open();
    ASSERT_TRUE(ring) << ring.error().message << " at " << i;
    expect_all_known(**ring);
  }
  EXPECT_EQ(killed, 100);
}

TEST_F(KeyringTest, a_change_that_fails_anywhere_leaves_a_ring_in_use_that_makes_and_opens_keys) {
  for (const Change& change : changes()) {
    for (int stop = 1;; ++stop) {
      const TemporaryDirectory directory;
      const std::string keys = directory.path() + "/keys";
      known_.clear();
      auto ring = *Keyring::open(keys, random_, change.from);
      make_organizations(*ring, 1);
      int changed = 0;
      const auto refuse = [&](const std::string&) -> Result<void> {
        if (++changed == stop) return fail(ErrorKind::kUnavailable, "the disk is full");
        return {};
      };
      const auto done = ring->rotate_root(change.to, change.next, {{}, refuse});
      make_organizations(*ring, 1);
      expect_all_known(*ring);
      ring.reset();
      auto again = Keyring::open(keys, random_, change.from);
      if (!again) again = Keyring::open(keys, random_, change.next);
      ASSERT_TRUE(again) << stop;
      expect_all_known(**again);
      if (done) break;
    }
  }
}

TEST_F(KeyringTest, keys_are_made_and_opened_while_the_root_is_changed) {
  const auto ring = opened();
  make_organizations(*ring, 3);
  std::vector<OrganizationId> meanwhile;
  const auto progress = [&](std::size_t, std::size_t) {
    meanwhile.push_back(OrganizationId::make(random_));
    known_[meanwhile.back()] = keys_in(*ring, meanwhile.back(), true);
    expect_all_known(*ring);
  };
  ASSERT_TRUE(ring->rotate_root(RootSource::kFile, {}, {progress, {}}));
  EXPECT_GT(meanwhile.size(), 6U);
  expect_all_known(*ring);
  for (const auto& [name, content] : contents(path())) {
    const bool wraps = name.ends_with(".signing");
    if (wraps) EXPECT_EQ(KeyWrap::parse(content)->all.size(), 1U) << name;
  }
}

TEST_F(KeyringTest, a_damaged_key_stops_a_change_before_it_begins) {
  const auto ring = opened();
  make_organizations(*ring, 2);
  const std::string damaged = path() + "/organizations/" + organizations_[1].text() + ".signing";
  Bytes bytes = *read_small_file(damaged);
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  ASSERT_TRUE(write_small_file(damaged, bytes));
  const auto before = contents(path());
  const auto refused = ring->rotate_root(RootSource::kFile, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kCorrupt);
  EXPECT_NE(refused.error().message.find(damaged), std::string::npos);
  EXPECT_EQ(contents(path()), before);
}

TEST_F(KeyringTest, the_root_is_not_changed_while_another_has_the_ring_open) {
  const auto ring = opened();
  {
    const auto other = opened();
    const auto refused = ring->rotate_root(RootSource::kFile, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::kConflict);
    EXPECT_FALSE(refused.error().mend.empty());
  }
  const auto late = [&](std::size_t, std::size_t) {
    EXPECT_EQ(open().error().kind, ErrorKind::kConflict);
  };
  make_organizations(*ring, 1);
  EXPECT_TRUE(ring->rotate_root(RootSource::kFile, {}, {late, {}}));
  EXPECT_TRUE(open());
}

TEST_F(KeyringTest, a_rotated_organization_key_keeps_the_secrets_of_earlier_data_keys) {
  OrganizationId organization = OrganizationId::make(random_);
  Bytes first;
  Bytes second;
  {
    const auto ring = opened();
    const auto key = *ring->ensure_organization_key(organization);
    first = key->secret_of(1).view();
    EXPECT_EQ(*ring->next_data_key(organization, 0), 1U);
    ASSERT_TRUE(ring->rotate_organization(organization, 5));
    second = key->secret_of(6).view();
    EXPECT_NE(first, second);
    EXPECT_EQ(key->secret_of(5).view(), first);
    EXPECT_EQ(*ring->next_data_key(organization, 5), 7U);
    ASSERT_TRUE(ring->rotate_organization(organization, 5));
    ASSERT_TRUE(ring->rotate_root(RootSource::kFile, {}));
  }
  const auto key = *opened()->organization_key(organization);
  EXPECT_EQ(key->secrets(), 3U);
  EXPECT_EQ(key->first_secret().view(), first);
  EXPECT_EQ(key->secret_of(7).view(), second);
  EXPECT_NE(key->secret_of(8).view(), second);
  EXPECT_EQ(key->secret_of(8).view(), key->secret_of(~0U).view());
}

TEST(OrganizationKey, is_rotated_at_most_255_times) {
  TestRandom random(1);
  OrganizationKey key(Secret::make(random));
  for (std::uint32_t i = 1; i < OrganizationKey::kMostSecrets; ++i) {
    ASSERT_TRUE(key.add(i, Secret::make(random)));
  }
  EXPECT_EQ(key.add(1'000, Secret::make(random)).error().kind, ErrorKind::kExhausted);
  const auto parsed = OrganizationKey::parse(key.bytes());
  ASSERT_TRUE(parsed);
  EXPECT_EQ((*parsed)->bytes(), key.bytes());
}

TEST(OrganizationKey, what_is_no_list_of_rising_secrets_is_refused) {
  TestRandom random(1);
  OrganizationKey key(Secret::make(random));
  EXPECT_FALSE(key.add(0, Secret::make(random)));
  ASSERT_TRUE(key.add(9, Secret::make(random)));
  const Bytes good = key.bytes();
  Bytes equal = good;
  equal[5] = 0;  // the newer one from 0 too
  Bytes late = good;
  late[2 + 36 + 3] = 1;  // the oldest from 1
  for (const Bytes& bad : {Bytes(), good.substr(0, good.size() - 1), good + "x", equal, late}) {
    EXPECT_FALSE(OrganizationKey::parse(bad));
  }
}

TEST_F(KeyringTest, numbers_of_data_keys_rise_whatever_is_forgotten_beside_the_ring) {
  const OrganizationId organization = OrganizationId::make(random_);
  {
    const auto ring = opened();
    ASSERT_TRUE(ring->ensure_organization_key(organization));
    EXPECT_EQ(*ring->next_data_key(organization, 0), 1U);
    EXPECT_EQ(*ring->next_data_key(organization, 0), 2U);  // a database that knows of none
    EXPECT_EQ(*ring->next_data_key(organization, 9), 10U);
  }
  EXPECT_EQ(*opened()->next_data_key(organization, 3), 11U);
  ASSERT_TRUE(leave_out_data_keys(path()));
  EXPECT_EQ(*opened()->next_data_key(organization, 3), 12U + Keyring::kLeftOutAtRestore);
  const auto last = opened()->next_data_key(organization, ~0U);
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().kind, ErrorKind::kExhausted);
  ASSERT_TRUE(write_small_file(path() + "/organizations/" + organization.text() + ".next", "7x\n"));
  EXPECT_EQ(opened()->next_data_key(organization, 3).error().kind, ErrorKind::kCorrupt);
}

}  // namespace
}  // namespace heed::silo
