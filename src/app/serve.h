// `heed serve`: a store, its people, a box, a server, joined and run until a signal.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/backup_upkeep.h"
#include "app/key_access.h"
#include "base/log.h"
#include "base/result.h"

namespace heed::app {

struct ServeOptions {
  /// Everything the server keeps: silos/, box/, tls/ and, unless said otherwise, keys/.
  std::string data = "heed-data";
  /// The key ring; empty is <data>/keys. Better on another disk: whoever has both can read all.
  std::string keys;
  KeyAccess key_access;
  /// "address:port"; port 0 takes a free one.
  std::string listen = "127.0.0.1:8910";
  /// The operator's own certificate chain and key, PEM; empty makes a self-signed one where the
  /// address is not loopback.
  std::string certificate, certificate_key;
  /// Names under which browsers reach it, besides the address.
  std::vector<std::string> host_names;
  /// Prints a new sign-in link for this account, for whoever holds the machine it runs on.
  std::string sign_in_link;
  /// A policy file to run under instead of heed's own; checked like any proposal.
  std::string policy;
  /// Backups of itself; none where its repository is empty.
  BackupPlan backup;
  /// Within which removed bytes are gone from every file (parse_purge_within).
  std::string purge_within = "24h";
  int recovery_days = 0;  ///< 0 to 365
  /// MiB for what was read of the silos' files; 0: a sixteenth of the machine's memory, from 16 to
  /// 1,024.
  int cache = 0;
  bool demonstration = false;
  /// "host:port" of a LinuxCNC that the demonstration shows too.
  std::string demonstration_linuxcnc;
  LogLevel log = LogLevel::kWarning;
};

/// Returns when SIGINT or SIGTERM came and everything has stopped in order.
Result<void> serve(const ServeOptions& options);

}  // namespace heed::app
