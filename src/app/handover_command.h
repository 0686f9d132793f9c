// `heed silo handover|receive|verify-handover|successor-key`: a silo to who takes over.
#pragma once

#include <string>

#include "app/key_access.h"
#include "base/id.h"
#include "base/result.h"

namespace heed::app {

struct HandoverWords {
  std::string data;  ///< The giver's or the successor's; no server runs on it
  std::string keys;
  KeyAccess key_access;
  std::string record;   ///< The transfer record's file
  std::string package;  ///< The directory that is handed over
  std::string purpose;
  std::string party;
  std::string key_file;  ///< With the successor's secret key
  std::string giver;     ///< The giver's journal key in hexadecimal digits, or empty
  std::string owner;     ///< E-mail of an account at the successor's, or empty
  bool really = false;
  bool json = false;
};

// What was or would be done, in words or JSON.
Result<std::string> run_handover(const HandoverWords& words, OrganizationId organization);
Result<std::string> run_receive(const HandoverWords& words);
/// Needs no key and no server.
Result<std::string> run_verify_handover(const HandoverWords& words);
/// Makes a pair: the secret half into a new file, the public one is told.
Result<std::string> run_successor_key(const HandoverWords& words);

}  // namespace heed::app
