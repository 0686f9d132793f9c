// File services for tests, that are not ours: pyftpdlib, and OpenSSH's server as an ordinary user.
// On loopback, with files, users and keys of their own in a directory that goes with them.
#pragma once

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "box/net_files.h"
#include "box/test_directory.h"
#include "box/test_program.h"
#include "box/test_server.h"

namespace heed::box {

inline void write_file(const std::string& path, std::string_view bytes) {
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
    const std::string port = read_file(port_file);
    require(!port.empty(), "pyftpdlib starts: " + read_file(directory_.path() + "/output"));
    port_ = static_cast<std::uint16_t>(std::stoi(port));
  }
  std::string files() const { return directory_.path() + "/files"; }
  std::string file(const std::string& name) const { return files() + "/" + name; }
  FilePlace place() const {
    return {.host = "127.0.0.1", .port = port_, .user = "cnc", .password = "s3cret"};
  }

 private:
  TestDirectory directory_;
  std::optional<Program> program_;
  std::uint16_t port_ = 0;
};

/// OpenSSH's sshd with its own sftp server, as whoever runs the test, or as nobody if that is root.
class TestSshServer {
 public:
  TestSshServer() {
    ::mkdir(files().c_str(), 0755);
    for (const char* key : {"host", "other", "user"}) {
      Program make({"/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path(key)});
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
            .private_key = read_file(path("user")),
            .directory = files()};
  }
  /// As `ssh-keygen -l` writes it.
  std::string host_key() const {
    const std::string output = path("fingerprint");
    Program tell({"/usr/bin/ssh-keygen", "-l", "-f", path("host.pub")}, output);
    tell.wait();
    const std::string line = read_file(output);
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
    write_file(path("sshd_config"),
               "Port " + std::to_string(port_) + "\nListenAddress 127.0.0.1\nHostKey " +
                   path(host_key) + "\nAuthorizedKeysFile " + path("user.pub") +
                   "\nPidFile none\nUsePAM yes\nStrictModes no\nSubsystem sftp internal-sftp\n");
    std::vector<std::string> words = {"/usr/sbin/sshd", "-D", "-e", "-f", path("sshd_config")};
    if (is_root()) {
      Program give({"/bin/chown", "-R", "nobody", directory_.path()});
      give.wait();
      words.insert(words.begin(),
                   {"/usr/bin/setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"});
    }
    sshd_.emplace(std::move(words), path("output"));
    for (int i = 0; i < 1'000 && !listens(port_); ++i) ::usleep(10'000);
    require(listens(port_), "sshd starts: " + read_file(path("output")));
  }
  TestDirectory directory_;
  std::optional<Program> sshd_;
  std::uint16_t port_ = 0;
};

}  // namespace heed::box
