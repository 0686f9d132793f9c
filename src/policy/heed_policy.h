// The policy that a fresh server enforces, until an organization publishes its own.
#pragma once

#include <memory>

#include "policy/table.h"

namespace heed::policy {

/// Categories: machine_data{production,dimensional,program_text},
///   personal{identity,contact,account,credential}, usage, administration.
/// Purposes: service{monitoring,transfer,support,billing,sign_in}, improvement, reports, marketing,
///   operation (keeping the service itself running: retention, journal, backup).
/// Parties: organization (its people and keys), staff (who run the service), engine (the program
///   itself), processor{mail,sms,payments,hosting}, third_party, authority.
/// Credentials go to the engine alone: code that checks or changes one asks as party "engine".
std::shared_ptr<const Table> heed_policy();

}  // namespace heed::policy
