// File services for tests, that are not ours: pyftpdlib, and OpenSSH's server as an ordinary user.
// On loopback, with files, users and keys of their own in a directory that goes with them.
#pragma once

#include <fcntl.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "box/net_files.h"
#include "box/test_directory.h"
#include "box/test_server.h"

extern char** environ;

namespace heed::box {

/// A program that ends with it. What it says goes to a file, if one is named.
class TestProgram {
 public:
  explicit TestProgram(std::vector<std::string> words, const std::string& output = "/dev/null") {
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    for (const int fd : {1, 2}) {
      ::posix_spawn_file_actions_addopen(&actions, fd, output.c_str(), O_WRONLY | O_CREAT, 0600);
    }
    const int failed =
        ::posix_spawnp(&pid_, words[0].c_str(), &actions, nullptr, arguments.data(), environ);
    require(failed == 0, words[0] + " can be started (tools/packages.txt)");
    ::posix_spawn_file_actions_destroy(&actions);
  }
  ~TestProgram() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    wait();
  }
  TestProgram(const TestProgram&) = delete;
  TestProgram& operator=(const TestProgram&) = delete;
  int wait() {
    int status = -1;
    if (pid_ > 0) ::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = -1;
};

inline std::string read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_whole(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

inline bool is_there(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

/// pyftpdlib as tests/file_service/ftp_server.py starts it.
class TestFtpServer {
 public:
  explicit TestFtpServer(const std::vector<std::string>& manners = {}) {
    ::mkdir(files().c_str(), 0755);
    const std::string port_file = directory_.path() + "/port";
    std::vector<std::string> words = {"/usr/bin/python3",
                                      HEED_SOURCE_DIR "/tests/file_service/ftp_server.py", files(),
                                      port_file};
    words.insert(words.end(), manners.begin(), manners.end());
    program_.emplace(std::move(words), directory_.path() + "/output");
    for (int i = 0; i < 1'000 && !is_there(port_file); ++i) ::usleep(10'000);
    const std::string port = read_whole(port_file);
    require(!port.empty(), "pyftpdlib starts: " + read_whole(directory_.path() + "/output"));
    port_ = static_cast<std::uint16_t>(std::stoi(port));
  }
  std::string files() const { return directory_.path() + "/files"; }
  std::string file(const std::string& name) const { return files() + "/" + name; }
  FilePlace place() const {
    return {.host = "127.0.0.1", .port = port_, .user = "cnc", .password = "s3cret"};
  }

 private:
  TestDirectory directory_;
  std::optional<TestProgram> program_;
  std::uint16_t port_ = 0;
};

/// OpenSSH's sshd with its own sftp server, as whoever runs the test, or as nobody if that is root.
class TestSshServer {
 public:
  TestSshServer() {
    ::mkdir(files().c_str(), 0755);
    for (const char* key : {"host", "other", "user"}) {
      TestProgram make({"/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path(key)});
      make.wait();
    }
    port_ = TestServer([](auto&, int) {}).port();
    start("host");
  }
  /// Shows another host key from then on.
  void change_host_key() { start("other"); }

  std::string files() const { return directory_.path() + "/files"; }
  std::string file(const std::string& name) const { return files() + "/" + name; }
  FilePlace place() const {
    return {.protocol = FileProtocol::kSftp,
            .host = "127.0.0.1",
            .port = port_,
            .user = user(),
            .private_key = read_whole(path("user")),
            .directory = files()};
  }
  /// As `ssh-keygen -l` writes it.
  std::string host_key() const {
    const std::string output = path("fingerprint");
    TestProgram tell({"/usr/bin/ssh-keygen", "-l", "-f", path("host.pub")}, output);
    tell.wait();
    const std::string line = read_whole(output);
    const std::size_t from = line.find("SHA256:");
    return line.substr(from, line.find(' ', from) - from);
  }

 private:
  static bool is_root() { return ::geteuid() == 0; }
  static std::string user() {
    const passwd* own = ::getpwuid(::geteuid());
    return is_root() ? "nobody" : std::string(own->pw_name);
  }
  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
  void start(const std::string& host_key) {
    sshd_.reset();
    write_whole(path("sshd_config"),
                "Port " + std::to_string(port_) + "\nListenAddress 127.0.0.1\nHostKey " +
                    path(host_key) + "\nAuthorizedKeysFile " + path("user.pub") +
                    "\nPidFile none\nUsePAM yes\nStrictModes no\nSubsystem sftp internal-sftp\n");
    std::vector<std::string> words = {"/usr/sbin/sshd", "-D", "-e", "-f", path("sshd_config")};
    if (is_root()) {
      TestProgram give({"/bin/chown", "-R", "nobody", directory_.path()});
      give.wait();
      words.insert(words.begin(),
                   {"/usr/bin/setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"});
    }
    sshd_.emplace(std::move(words), path("output"));
    for (int i = 0; i < 1'000 && !listens(); ++i) ::usleep(10'000);
    require(listens(), "sshd starts: " + read_whole(path("output")));
  }
  bool listens() const {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port_);
    const int failed = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
    ::close(fd);
    return failed == 0;
  }

  TestDirectory directory_;
  std::optional<TestProgram> sshd_;
  std::uint16_t port_ = 0;
};

}  // namespace heed::box
