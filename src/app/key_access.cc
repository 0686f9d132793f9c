#include "app/key_access.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <termios.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "base/crypto.h"
#include "base/secret.h"

namespace heed::app {
namespace {

using silo::Passphrase;

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ > STDERR_FILENO) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int operator*() const { return value_; }

 private:
  const int value_;
};

/// What the variable held, which neither it nor /proc/self/environ holds afterwards.
std::optional<Bytes> take_variable(const char* name) {
  char* const value = std::getenv(name);
  if (value == nullptr) return {};
  const std::size_t size = std::strlen(value);
  Bytes taken(value, size);
  wipe(value, size);
  ::unsetenv(name);
  return taken;
}

Result<Passphrase> read_passphrase(int descriptor, const std::string& from) {
  Bytes text(Passphrase::kLongest + 3, '\0');  // with a line end, one byte shows that it is longer
  const WipeAfter wiped(text);
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(descriptor, text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return fail(ErrorKind::kUnavailable,
                  fmt::format("reading the passphrase from {}: {}", from, std::strerror(errno)));
    }
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  text.resize(size);
  return Passphrase::take(text);
}

Result<Passphrase> read_passphrase_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (*file >= 0) return read_passphrase(*file, path);
  return fail(ErrorKind::kNotFound, fmt::format("cannot read {}: {}", path, std::strerror(errno)),
              "name a file that holds the passphrase and nothing else");
}

using GivePassphrase = std::function<Result<Passphrase>()>;

/// A function can be copied, so what it gives is kept once and copied for each call.
GivePassphrase giving(Passphrase passphrase) {
  const auto kept = std::make_shared<const Passphrase>(std::move(passphrase));
  return [kept]() -> Result<Passphrase> {
    Bytes copy(kept->view());
    return Passphrase::take(copy);
  };
}

Result<std::function<Result<Secret>()>> key_in_variable(const char* name) {
  auto text = take_variable(name);
  if (!text) return nullptr;
  const WipeAfter wiped(*text);
  auto bytes = from_hex(*text);
  auto secret = bytes ? Secret::take(*bytes) : fail(ErrorKind::kInvalid, "");
  if (!secret) {
    return fail(ErrorKind::kInvalid, fmt::format("{} is not 64 hexadecimal digits", name),
                "make a key with: openssl rand -hex 32");
  }
  const auto kept = std::make_shared<const Secret>(*std::move(secret));
  return [kept]() -> Result<Secret> { return kept->copy(); };
}

/// Nothing when none of the ways was used.
Result<GivePassphrase> given_passphrase(const KeyAccess& access, const char* variable) {
  // Taken out of the environment whether or not it is used.
  auto in_variable = take_variable(variable);
  if (access.passphrase_descriptor >= 0) {
    const Descriptor descriptor(access.passphrase_descriptor);
    const std::string from = fmt::format("descriptor {}", *descriptor);
    ASSIGN_OR_RETURN(Passphrase passphrase, read_passphrase(*descriptor, from));
    return giving(std::move(passphrase));
  }
  if (!access.passphrase_file.empty()) {
    ASSIGN_OR_RETURN(Passphrase passphrase, read_passphrase_file(access.passphrase_file));
    return giving(std::move(passphrase));
  }
  if (!in_variable) return nullptr;
  ASSIGN_OR_RETURN(Passphrase passphrase, Passphrase::take(*in_variable));
  return giving(std::move(passphrase));
}

/// systemd.exec(5), LoadCredential=.
std::string credential() {
  const char* const directory = std::getenv("CREDENTIALS_DIRECTORY");
  if (directory == nullptr) return "";
  const std::string path = std::string(directory) + "/heed-passphrase";
  return ::access(path.c_str(), R_OK) == 0 ? path : "";
}

Result<Passphrase> ask_at_terminal(const std::string& question) {
  const Descriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (*terminal >= 0) return ask_passphrase(*terminal, question);
  return fail(ErrorKind::kInvalid,
              "a passphrase is needed, none was given, and there is no terminal",
              "give it with --passphrase-file, as the systemd credential heed-passphrase, or in "
              "HEED_PASSPHRASE");
}

Result<Passphrase> ask_twice() {
  ASSIGN_OR_RETURN(Passphrase first, ask_at_terminal("New passphrase of the key ring: "));
  ASSIGN_OR_RETURN(const Passphrase second, ask_at_terminal("The same again: "));
  if (equal_in_constant_time(first.view(), second.view())) return first;
  return fail(ErrorKind::kInvalid, "the two are not the same", "try again");
}

/// Shows nothing of what is typed, and lets Ctrl-C through as a character, as a signal would end
/// the program and leave the terminal like this.
class Unseen {
 public:
  explicit Unseen(int terminal)
      : terminal_(terminal), known_(::tcgetattr(terminal, &before_) == 0) {
    termios hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);
    if (known_) ::tcsetattr(terminal_, TCSAFLUSH, &hidden);
  }
  ~Unseen() {
    if (known_) ::tcsetattr(terminal_, TCSAFLUSH, &before_);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;
  bool holds() const { return known_; }

 private:
  const int terminal_;
  termios before_{};
  const bool known_;
};

}  // namespace

void add_key_options(CLI::App& command, KeyAccess& access) {
  command.add_option("--passphrase-file", access.passphrase_file,
                     "A file with the key ring's passphrase, where its root is one (also: the "
                     "systemd credential heed-passphrase, HEED_PASSPHRASE, or the terminal)");
  command.add_option("--passphrase-fd", access.passphrase_descriptor,
                     "An open descriptor to read the passphrase from");
  command.add_flag("--allow-core-dumps", access.allow_core_dumps,
                   "Let the system write core files, which can hold keys and personal data");
}

Result<Passphrase> ask_passphrase(int terminal, const std::string& question) {
  const Unseen unseen(terminal);
  if (!unseen.holds()) return fail(ErrorKind::kInvalid, "this is no terminal");
  const auto say = [&](std::string_view text) {
    return ::write(terminal, text.data(), text.size()) == std::ssize(text);
  };
  Bytes line(Passphrase::kLongest + 3, '\0');
  const WipeAfter wiped(line);
  const bool asked = say(question);
  const ssize_t got = asked ? ::read(terminal, line.data(), line.size()) : -1;
  (void)say("\n");
  if (got < 0) return fail(ErrorKind::kUnavailable, "the terminal cannot be read");
  if (got == 0 || line.find('\x03') != Bytes::npos) {
    return fail(ErrorKind::kCancelled, "no passphrase was given");
  }
  line.resize(static_cast<std::size_t>(got));
  return Passphrase::take(line);
}

Result<silo::RootGiver> take_root(const KeyAccess& access) {
  if (!access.allow_core_dumps) {
    if (auto forbidden = forbid_core_dumps(); !forbidden) {
      return std::unexpected(forbidden.error());
    }
  }
  silo::RootGiver giver;
  ASSIGN_OR_RETURN(giver.key, key_in_variable("HEED_ROOT_KEY"));
  KeyAccess with_credential = access;
  if (with_credential.passphrase_file.empty()) with_credential.passphrase_file = credential();
  ASSIGN_OR_RETURN(giver.passphrase, given_passphrase(with_credential, "HEED_PASSPHRASE"));
  // A ring that is made now has the root that was given for it.
  if (giver.passphrase) giver.first = silo::RootSource::kPassphrase;
  if (giver.key) giver.first = silo::RootSource::kEnvironment;
  if (!giver.passphrase) {
    giver.passphrase = [] { return ask_at_terminal("Passphrase of the key ring: "); };
  }
  return giver;
}

Result<silo::RootGiver> take_new_root(const std::string& passphrase_file) {
  silo::RootGiver giver;
  ASSIGN_OR_RETURN(giver.key, key_in_variable("HEED_NEW_ROOT_KEY"));
  KeyAccess access;
  access.passphrase_file = passphrase_file;
  ASSIGN_OR_RETURN(giver.passphrase, given_passphrase(access, "HEED_NEW_PASSPHRASE"));
  if (!giver.passphrase) giver.passphrase = ask_twice;
  return giver;
}

}  // namespace heed::app
