// `heed silo move`: a silo from one server's directories to another's.
#pragma once

#include <string>

#include "app/key_access.h"
#include "base/id.h"
#include "base/result.h"

namespace heed::app {

struct MoveWords {
  std::string data;  ///< From where; the server must not run
  std::string keys;
  KeyAccess key_access;
  OrganizationId organization;
  std::string to_data;
  std::string to_keys;
  std::string to_passphrase_file;
  std::string owner;  ///< E-mail of an account at the other server
  bool really = false;
  bool json = false;
};

/// What was or would be done, in words or JSON.
Result<std::string> run_move(const MoveWords& words);

}  // namespace heed::app
