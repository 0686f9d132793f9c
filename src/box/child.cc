#include "box/child.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>

#include <cerrno>
#include <csignal>

#include "box/fd.h"

namespace heed::box {
namespace {

// Ours and the child's end of a socket pair.
struct Pair {
  Fd ours;
  Fd theirs;
};

Result<Pair> make_pair_of_sockets() {
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return system_failure("no socket for a program");
  }
  Pair pair{Fd(ends[0]), Fd(ends[1])};
  // Ours alone is non-blocking: programs expect to wait where they write.
  ::fcntl(pair.ours.number(), F_SETFL, ::fcntl(pair.ours.number(), F_GETFL) | O_NONBLOCK);
  return pair;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> all;
  for (std::string& word : words) all.push_back(word.data());
  all.push_back(nullptr);
  return all;
}

int spawn(ChildCommand command, int talk, int errors, pid_t& id) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_adddup2(&actions, talk, 0);
  ::posix_spawn_file_actions_adddup2(&actions, talk, 1);
  ::posix_spawn_file_actions_adddup2(&actions, errors, 2);
  ::posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  // Signals as for a program that was just started, whatever the box blocks or ignores; a group of
  // its own, so that Ctrl-C at a terminal reaches the box, which ends it in order.
  sigset_t none;
  sigset_t all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  ::posix_spawnattr_setflags(
      &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  const int error =
      ::posix_spawnp(&id, command.words.front().c_str(), &actions, &attributes,
                     pointers(command.words).data(), pointers(command.environment).data());
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  return error;
}

}  // namespace

Result<std::unique_ptr<Child>> Child::start(Net& net, const ChildCommand& command,
                                            StreamHandler& output, StreamHandler& errors) {
  require(!command.words.empty(), "a command has a program");
  ASSIGN_OR_RETURN(Pair talk, make_pair_of_sockets());
  ASSIGN_OR_RETURN(Pair said, make_pair_of_sockets());
  pid_t id = -1;
  const int error = spawn(command, talk.theirs.number(), said.theirs.number(), id);
  if (error != 0) {
    return fail(error == ENOENT ? ErrorKind::kNotFound : ErrorKind::kUnavailable,
                command.words.front() + " does not start: " + system_words(error));
  }
  std::unique_ptr<Child> child(new Child(net, id));
  child->output_ = net.adopt(std::move(talk.ours), command.words.front(), output);
  child->errors_ = net.adopt(std::move(said.ours), command.words.front(), errors);
  return child;
}

Child::~Child() {
  output_.reset();
  errors_.reset();
  net_.bury(id_);
}

}  // namespace heed::box
