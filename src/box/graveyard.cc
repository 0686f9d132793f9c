#include "box/graveyard.h"

#include <poll.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>

namespace heed::box {
namespace {

// Only a child of ours that has not been waited for has this id; so it cannot be anybody else's.
bool has_ended(pid_t id) {
  return ::waitpid(id, nullptr, WNOHANG) != 0;
}

void end_now(pid_t id) {
  ::kill(id, SIGKILL);
  ::waitpid(id, nullptr, 0);
}

}  // namespace

void Graveyard::look(Duration now) {
  std::erase_if(ending_, [&](const Ending& one) {
    if (has_ended(one.id)) return true;
    if (now < one.until) return false;
    end_now(one.id);
    return true;
  });
}

Graveyard::~Graveyard() {
  constexpr int kStep = 10;  // milliseconds
  for (int waited = 0; waited < kLastGrace.count_milliseconds() && !ending_.empty();
       waited += kStep) {
    std::erase_if(ending_, [](const Ending& one) { return has_ended(one.id); });
    if (!ending_.empty()) ::poll(nullptr, 0, kStep);
  }
  for (const Ending& one : ending_) end_now(one.id);
}

}  // namespace heed::box
