// A program that the box starts and ends: its standard input and output are one socket, which the
// loop reads like any other connection; its standard error is another.
//
// Started without a shell, with an environment of its own and no descriptor but these three. It
// must end by itself when its standard input does: so nothing is left behind when the box is
// killed.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "box/net.h"

namespace heed::box {

struct ChildCommand {
  /// The program (a name is looked for in PATH) and what follows it.
  std::vector<std::string> words;
  /// "NAME=value": all there is.
  std::vector<std::string> environment;
};

/// Not thread-safe: the loop's thread. Its destructor closes the sockets; a child that has not
/// ended kChildGrace later is killed, by its id.
class Child {
 public:
  /// kUnavailable, with the words of the system, where the program does not start; kNotFound where
  /// there is none of that name. The handlers outlive the child.
  static Result<std::unique_ptr<Child>> start(Net& net, const ChildCommand& command,
                                              StreamHandler& output, StreamHandler& errors);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  Stream& stream() { return *output_; }
  pid_t id() const { return id_; }

 private:
  Child(Net& net, pid_t id) : net_(net), id_(id) {}

  Net& net_;
  const pid_t id_;
  std::unique_ptr<Stream> output_;
  std::unique_ptr<Stream> errors_;
};

}  // namespace heed::box
