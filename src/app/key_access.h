// How a command comes to the root key: from its words, its environment or a person at a terminal.
#pragma once

#include <string>

#include "silo/root_key.h"

namespace CLI {
class App;
}

namespace heed::app {

struct KeyAccess {
  std::string passphrase_file;
  int passphrase_descriptor = -1;
  bool allow_core_dumps = false;
};

/// --passphrase-file, --passphrase-fd, --allow-core-dumps. No option takes the passphrase itself:
/// everybody on the machine can read the words of a command.
void add_key_options(CLI::App& command, KeyAccess& access);

/// Forbids core files, unless they are allowed, and takes the keys out of the environment: what
/// HEED_ROOT_KEY and HEED_PASSPHRASE held is overwritten. To be called once, before another thread
/// is started. The passphrase comes from, in this order: the descriptor, the file, the systemd
/// credential "heed-passphrase", HEED_PASSPHRASE, the terminal when a ring needs it.
Result<silo::RootGiver> take_root(const KeyAccess& access);

/// The same for a root that is to come: HEED_NEW_ROOT_KEY; `passphrase_file`, HEED_NEW_PASSPHRASE
/// or the terminal, twice.
Result<silo::RootGiver> take_new_root(const std::string& passphrase_file);

/// Asks on the terminal without showing what is typed. kCancelled at Ctrl-C.
Result<silo::Passphrase> ask_passphrase(int terminal, const std::string& question);

}  // namespace heed::app
