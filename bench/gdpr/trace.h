// GDPRbench's records and operations, made again from what its paper defines (PVLDB 13(7):1064,
// doi 10.14778/3384345): nine fields of metadata around 100 bytes of data, 25 purposes, as many
// users as records, and the operation mixes of four roles. Everything follows from a seed, so that
// every store gets the same bytes in the same order.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heed::bench::gdpr {

/// The fields of metadata, in the order in which all stores keep them.
enum Field : std::uint8_t {
  kPurpose,
  kTimeToLive,
  kUser,
  kObjection,
  kDecision,
  kAccess,
  kSharedWith,
  kOrigin,
  kCategory,
};
constexpr std::size_t kFields = 9;
constexpr std::array<std::string_view, kFields> kFieldNames = {
    "purpose",     "time_to_live", "user_name", "objection", "automated",
    "access_list", "shared_with",  "origin",    "category"};
constexpr std::size_t kPurposes = 25;
constexpr std::size_t kDataBytes = 100;

struct Item {
  std::string key;  ///< user . number: what a store can order by user
  std::uint64_t user = 0;
  std::array<std::string, kFields> metadata;
  std::string data;
  /// Bytes that a user of the store put in.
  std::size_t live_bytes() const;
};

enum class Role : std::uint8_t { kController, kCustomer, kProcessor, kRegulator, kErasure };
std::string_view name_of(Role role);
std::optional<Role> role_of(std::string_view name);

enum class Action : std::uint8_t {
  kInsert,
  kRead,             ///< the data of a key
  kReadByPurpose,    ///< key and metadata of all records of a purpose
  kReadByUser,       ///< the same of a user
  kUpdate,           ///< the data of a key
  kUpdateByPurpose,  ///< one field of metadata in all records of a purpose
  kUpdateByUser,     ///< the same of a user
  kDelete,           ///< a key
  kDeleteUser,       ///< all records of a user
  kReadLog,          ///< a hundred entries of the log from one of them on
};
constexpr std::size_t kActions = 10;
constexpr std::size_t kLogPage = 100;
std::string_view name_of(Action action);

struct Operation {
  Action action = Action::kRead;
  std::uint64_t record = 0;  ///< The record meant; of kReadLog, a number to take a log entry by.
  Field field = kPurpose;    ///< Of updates of metadata.
  std::string value;         ///< What to set.
};

/// What all stores hold and are asked.
class Trace {
 public:
  Trace(std::uint64_t seed, std::uint64_t records) : seed_(seed), records_(records) {}
  std::uint64_t records() const { return records_; }
  /// Records beyond records() are those that inserts make.
  Item item(std::uint64_t number) const;
  std::string key(std::uint64_t number) const;
  std::uint64_t user(std::uint64_t number) const;
  std::string purpose(std::uint64_t number) const;
  std::string user_name(std::uint64_t number) const;
  /// `first_insert` is the number of the first record that an insert makes.
  std::vector<Operation> operations(Role role, std::size_t count, std::uint64_t first_insert) const;

 private:
  std::uint64_t seed_;
  std::uint64_t records_;
};

/// To show that two runs were asked the same.
std::uint64_t fingerprint(const std::vector<Operation>& operations);

}  // namespace heed::bench::gdpr
