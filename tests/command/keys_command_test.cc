// `heed keys …` as a shell sees it, and a real `heed serve` beside it.
#include "app/keys_command.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/key_access.h"
#include "base/json.h"
#include "command_run.h"
#include "silo/files.h"
#include "silo/keyring.h"
#include "silo/testing.h"

namespace heed::app {
namespace {

constexpr const char* kHexKey = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
constexpr const char* kOtherHexKey =
    "ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

Said run(std::vector<std::string> words) {
  words.insert(words.begin(), "keys");
  return run_command(keys_command, words);
}

std::string whole(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// A silo with its ring, both closed.
class KeysCommand : public testing::Test {
 protected:
  KeysCommand() { store_.close(); }
  void TearDown() override {
    for (const char* name : {"HEED_ROOT_KEY", "HEED_NEW_ROOT_KEY", "HEED_PASSPHRASE"}) {
      ::unsetenv(name);
    }
  }
  std::string keys() const { return store_.options().key_directory; }
  std::string data() const { return store_.options().data_directory; }
  std::string backups() const { return store_.directory() + "/backups"; }
  std::string file(const std::string& name, const std::string& text) const {
    const std::string path = store_.directory() + "/" + name;
    std::ofstream(path) << text;
    return path;
  }
  silo::TemporaryStore store_;
};

TEST_F(KeysCommand, teaches_itself) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{}, {"--help"}, {"backup", "--help"}}) {
    const Said said = run(words);
    EXPECT_EQ(said.status, 0);
    EXPECT_TRUE(has(said.out, "Usage: heed keys")) << said.out;
  }
  EXPECT_TRUE(has(run({"--help"}).out, "an erasure is complete when the last such backup is gone"));
  EXPECT_NE(run({"nonsense"}).status, 0);
  EXPECT_NE(run({"backup"}).status, 0);
  EXPECT_NE(run({"rotate-root", "--to-file", "--to-passphrase"}).status, 0);
}

TEST_F(KeysCommand, a_mistyped_ring_is_told_and_not_made) {
  for (const char* const word : {"status", "rotate-root"}) {
    const Said said = run({word, "--keys", store_.directory() + "/kyes"});
    EXPECT_EQ(said.status, 1);
    EXPECT_TRUE(has(said.error, "is no key ring")) << said.error;
  }
  EXPECT_FALSE(silo::path_exists(store_.directory() + "/kyes"));
}

TEST_F(KeysCommand, a_backup_is_made_told_and_restored) {
  EXPECT_TRUE(has(run({"status", "--keys", keys()}).out, "none that this ring knows of"));
  const Said made = run({"backup", "--keys", keys() + "/", "--to", backups(), "--keep", "2"});
  ASSERT_EQ(made.status, 0) << made.error;
  EXPECT_TRUE(has(made.out, "every key opened")) << made.out;
  const auto json = Json::parse(run({"status", "--keys", keys(), "--json"}).out);
  ASSERT_TRUE(json);
  EXPECT_EQ(*required_string(*json, "root"), "file");
  const auto& list = *json->find("backups")->array();
  ASSERT_EQ(list.size(), 1U);
  const std::string path = *required_string(list[0], "path");
  EXPECT_EQ(run({"restore", path, "--keys", keys()}).status, 1);
  std::filesystem::rename(keys(), store_.directory() + "/lost");
  const Said restored = run({"restore", path, "--keys", keys()});
  ASSERT_EQ(restored.status, 0) << restored.error;
  EXPECT_TRUE(has(restored.out, "put " + keys() + "/root.key there")) << restored.out;
  std::filesystem::copy(store_.directory() + "/lost/root.key", keys() + "/root.key");
  store_.reopen();
  EXPECT_TRUE(store_.store().silo(store_.organization()));
}

TEST_F(KeysCommand, the_root_goes_to_a_passphrase_to_the_environment_and_back) {
  const std::string words = file("words", "six words that nobody would guess\n");
  const std::string wrong = file("wrong", "six words that somebody might guess\n");
  const Said dry = run({"rotate-root", "--keys", keys(), "--dry-run"});
  EXPECT_TRUE(has(dry.out, "All 2 keys open")) << dry.error;
  ASSERT_EQ(
      run({"rotate-root", "--keys", keys(), "--to-passphrase", "--new-passphrase-file", words})
          .status,
      0);
  EXPECT_FALSE(silo::path_exists(keys() + "/root.key"));

  const Said refused =
      run({"rotate-root", "--keys", keys(), "--dry-run", "--passphrase-file", wrong, "--json"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_TRUE(has(refused.out, "not the passphrase of the key ring")) << refused.out;

  ::setenv("HEED_NEW_ROOT_KEY", kHexKey, 1);
  const Said moved =
      run({"rotate-root", "--keys", keys(), "--to-environment", "--passphrase-file", words});
  ASSERT_EQ(moved.status, 0) << moved.error;
  EXPECT_EQ(::getenv("HEED_NEW_ROOT_KEY"), nullptr);
  EXPECT_TRUE(
      has(run({"rotate-root", "--keys", keys(), "--dry-run"}).error, "HEED_ROOT_KEY is not set"));
  ::setenv("HEED_ROOT_KEY", kOtherHexKey, 1);
  EXPECT_TRUE(
      has(run({"rotate-root", "--keys", keys(), "--dry-run"}).error, "is not the root key"));
  ::setenv("HEED_ROOT_KEY", kHexKey, 1);
  ASSERT_EQ(run({"rotate-root", "--keys", keys(), "--to-file"}).status, 0);
  store_.reopen();
  EXPECT_TRUE(store_.store().silo(store_.organization()));
}

TEST_F(KeysCommand, an_organizations_key_is_rotated_and_data_stays_readable) {
  const Said done = run({"rotate-organization", "--data", data(), "--keys", keys(),
                         "--organization", store_.organization().text()});
  ASSERT_EQ(done.status, 0) << done.error;
  store_.reopen();
  EXPECT_TRUE(store_.silo().verify_journal());
  EXPECT_EQ(run({"rotate-organization", "--data", data(), "--organization", "x"}).status, 1);
}

TEST(KeyAccess, a_variable_is_overwritten_where_it_stood_and_gone) {
  char setting[128];
  std::snprintf(setting, sizeof setting, "HEED_ROOT_KEY=%s", kHexKey);
  ASSERT_EQ(::putenv(setting), 0);  // keeps our very bytes, as the kernel's are kept at a start
  const auto giver = take_root({});
  ASSERT_TRUE(giver);
  EXPECT_EQ(::getenv("HEED_ROOT_KEY"), nullptr);
  EXPECT_EQ(std::string(setting + 14, 64), std::string(64, '\0'));
  EXPECT_EQ(giver->first, silo::RootSource::kEnvironment);
  EXPECT_EQ(to_hex(giver->key()->view()), kHexKey);
  EXPECT_EQ(to_hex(giver->key()->view()), kHexKey) << "it can be given twice";
}

TEST(KeyAccess, a_malformed_key_is_told_without_its_text_and_overwritten_all_the_same) {
  ::setenv("HEED_ROOT_KEY", "not-so-secret", 1);
  const auto giver = take_root({});
  ASSERT_FALSE(giver);
  EXPECT_FALSE(has(giver.error().message, "not-so-secret"));
  EXPECT_EQ(::getenv("HEED_ROOT_KEY"), nullptr);
}

TEST(KeyAccess, a_passphrase_comes_from_a_descriptor_a_file_a_credential_or_the_environment) {
  const silo::TemporaryDirectory directory;
  const auto passphrase = [](const KeyAccess& access) {
    const auto giver = take_root(access);
    require(giver.has_value() && giver->first == silo::RootSource::kPassphrase, "it is given");
    return Bytes(giver->passphrase()->view());
  };
  std::ofstream(directory.path() + "/heed-passphrase") << "of the credential\r\n";
  std::ofstream(directory.path() + "/file") << "of the file";
  ::setenv("HEED_PASSPHRASE", "of the environment", 1);
  EXPECT_EQ(passphrase({}), "of the environment");
  EXPECT_EQ(::getenv("HEED_PASSPHRASE"), nullptr);
  ::setenv("CREDENTIALS_DIRECTORY", directory.path().c_str(), 1);
  EXPECT_EQ(passphrase({}), "of the credential");
  EXPECT_EQ(passphrase({.passphrase_file = directory.path() + "/file"}), "of the file");
  ::unsetenv("CREDENTIALS_DIRECTORY");
  int ends[2] = {-1, -1};
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  ASSERT_EQ(::write(ends[1], "of the pipe\n", 12), 12);
  ::close(ends[1]);
  EXPECT_EQ(passphrase({.passphrase_file = "", .passphrase_descriptor = ends[0]}), "of the pipe");

  std::ofstream(directory.path() + "/file") << std::string(silo::Passphrase::kLongest, 'x');
  EXPECT_TRUE(take_root({.passphrase_file = directory.path() + "/file"}));
  std::ofstream(directory.path() + "/file") << std::string(silo::Passphrase::kLongest + 1, 'x');
  EXPECT_FALSE(take_root({.passphrase_file = directory.path() + "/file"}));
  std::ofstream(directory.path() + "/file") << "\n";
  EXPECT_FALSE(take_root({.passphrase_file = directory.path() + "/file"}));
}

struct Asked {
  Result<silo::Passphrase> given;
  std::string shown;
};
/// What a person gives and sees who types `typed` when asked.
Asked ask(const std::string& typed) {
  int master = -1;
  int terminal = -1;
  require(::openpty(&master, &terminal, nullptr, nullptr, nullptr) == 0, "there is a terminal");
  const pid_t person = ::fork();
  if (person == 0) {
    std::string shown;
    char part[256];
    while (!has(shown, "words?")) {  // echo is off before the question is asked
      const ssize_t got = ::read(master, part, sizeof part);
      if (got > 0) shown.append(part, static_cast<std::size_t>(got));
    }
    ::_exit(::write(master, typed.data(), typed.size()) == std::ssize(typed) ? 0 : 1);
  }
  auto given = ask_passphrase(terminal, "words? ");
  int status = -1;
  ::waitpid(person, &status, 0);
  EXPECT_EQ(status, 0);
  std::string shown(256, '\0');
  pollfd one{master, POLLIN, 0};
  const ssize_t got = ::poll(&one, 1, 200) == 1 ? ::read(master, shown.data(), shown.size()) : 0;
  shown.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  ::close(master);
  ::close(terminal);
  return {std::move(given), shown};
}

TEST(KeyAccess, what_is_typed_is_not_shown) {
  const Asked asked = ask("a secret of mine\n");
  ASSERT_TRUE(asked.given) << asked.given.error().message;
  EXPECT_EQ(asked.given->view(), "a secret of mine");
  EXPECT_FALSE(has(asked.shown, "secret")) << asked.shown;
  const Asked stopped = ask("a secret\x03\n");
  ASSERT_FALSE(stopped.given);
  EXPECT_EQ(stopped.given.error().kind, ErrorKind::kCancelled);
}

/// `heed serve` on a free port, until this object goes.
class Server {
 public:
  explicit Server(const std::vector<std::string>& more, uid_t user = ::geteuid()) {
    std::vector<std::string> words = {HEED_PROGRAM, "serve", "--listen", "127.0.0.1:0"};
    words.insert(words.end(), more.begin(), more.end());
    int ends[2] = {-1, -1};
    require(::pipe2(ends, O_CLOEXEC) == 0, "a pipe can be made");
    process_ = ::fork();
    require(process_ >= 0, "a process can be made");
    if (process_ == 0) {
      std::vector<char*> pointers;
      for (std::string& word : words) pointers.push_back(word.data());
      pointers.push_back(nullptr);
      ::dup2(ends[1], STDOUT_FILENO);
      if (user != ::geteuid() && ::setuid(user) != 0) ::_exit(126);
      ::execv(HEED_PROGRAM, pointers.data());
      ::_exit(127);
    }
    ::close(ends[1]);
    char part[1'024];
    while (!has(said_, "Ctrl-C stops")) {
      const ssize_t got = ::read(ends[0], part, sizeof part);
      if (got <= 0) break;
      said_.append(part, static_cast<std::size_t>(got));
    }
    output_ = ends[0];
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() {
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
    ::close(output_);
  }
  bool is_ready() const { return has(said_, "Ctrl-C stops"); }
  std::string proc() const { return "/proc/" + std::to_string(process_); }

 private:
  pid_t process_ = -1;
  int output_ = -1;
  std::string said_;
};

constexpr uid_t kNobody = 65'534;

class ServedKeys : public testing::Test {
 protected:
  std::string data() const { return directory_.path() + "/data"; }
  uid_t owner(const Server& server) const {
    struct stat found{};
    return ::stat((server.proc() + "/environ").c_str(), &found) == 0 ? found.st_uid : kNobody - 1;
  }
  const silo::TemporaryDirectory directory_;
};

TEST_F(ServedKeys, no_core_file_of_a_server_can_hold_a_key_unless_that_is_allowed) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs another user to be told apart from root";
  ASSERT_EQ(::chown(directory_.path().c_str(), kNobody, kNobody), 0);
  {
    const Server server({"--data", data()}, kNobody);
    ASSERT_TRUE(server.is_ready());
    // proc(5): the files of what is not dumpable belong to root, whoever runs it.
    EXPECT_EQ(owner(server), 0U);
    EXPECT_TRUE(
        has(whole(server.proc() + "/limits"), "Max core file size        0                    0 "));
    EXPECT_TRUE(has(whole(server.proc() + "/smaps"), " dd "));
  }
  const Server open({"--data", data(), "--allow-core-dumps"}, kNobody);
  ASSERT_TRUE(open.is_ready());
  EXPECT_EQ(owner(open), kNobody);
  EXPECT_TRUE(has(whole(open.proc() + "/smaps"), " dd ")) << "the keys' pages are kept out of it";
}

TEST_F(ServedKeys, the_environment_of_a_server_does_not_show_its_root_key) {
  ::setenv("HEED_ROOT_KEY", kHexKey, 1);
  const Server server({"--data", data()});
  ::unsetenv("HEED_ROOT_KEY");
  ASSERT_TRUE(server.is_ready());
  const std::string environment = whole(server.proc() + "/environ");
  EXPECT_TRUE(has(environment, "HEED_ROOT_KEY=")) << "or nothing was given to it";
  EXPECT_FALSE(has(environment, kHexKey));
  EXPECT_FALSE(silo::path_exists(data() + "/keys/root.key"));
}

TEST_F(ServedKeys, a_server_that_runs_changes_its_root_file_and_is_backed_up) {
  const Server server({"--data", data()});
  ASSERT_TRUE(server.is_ready());
  const std::string root = whole(data() + "/keys/root.key");
  const std::string words = directory_.path() + "/words";
  std::ofstream(words) << "six words that nobody would guess";
  const Said to_passphrase =
      run({"rotate-root", "--data", data(), "--to-passphrase", "--new-passphrase-file", words});
  EXPECT_EQ(to_passphrase.status, 1);
  EXPECT_TRUE(has(to_passphrase.error, "stop heed serve")) << to_passphrase.error;
  const Said organization = run({"rotate-organization", "--data", data(), "--organization",
                                 silo::names_in(data() + "/silos").at(0)});
  EXPECT_EQ(organization.status, 1);
  EXPECT_TRUE(has(organization.error, "another process has the store")) << organization.error;
  EXPECT_EQ(whole(data() + "/keys/root.key"), root);
  const Said done = run({"rotate-root", "--data", data(), "--to-file"});
  ASSERT_EQ(done.status, 0) << done.error;
  EXPECT_NE(whole(data() + "/keys/root.key"), root);
  for (const std::string& name : silo::names_in(data() + "/keys")) {
    EXPECT_FALSE(name.starts_with("rotation")) << name;
  }
  const Said backup = run({"backup", "--data", data(), "--to", directory_.path() + "/backups"});
  EXPECT_EQ(backup.status, 0) << backup.error;
  EXPECT_TRUE(has(backup.out, "every key opened")) << backup.out;
}

}  // namespace
}  // namespace heed::app
