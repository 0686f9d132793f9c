// The house: the server's own silo, where accounts lie because a person may belong to several
// organizations.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "people/email.h"
#include "people/rows.h"
#include "silo/silo.h"

namespace heed::people {

/// The silo's name is the same on every server, so nothing outside the store has to remember it;
/// its key is not.
OrganizationId house_id();

/// Rows in and out of the house under the server's own access. Thread-safe.
class House {
 public:
  /// Built at the first call of a store's life. The store outlives it.
  static Governed<House> open(silo::Store& store, Random& random);

  /// Under which an address is filed.
  std::string address_id(const Email& email) const;

  template <class Row>
  Governed<std::optional<Row>> find(std::string_view id) const {
    return find<Row>(access_, id);
  }
  template <class Row>
  Governed<std::optional<Row>> find(const Access& access, std::string_view id) const {
    ASSIGN_OR_RETURN(const auto record, silo_->find(access, Row::kKind, id));
    if (!record) return std::optional<Row>();
    return Row::from(*record);
  }
  /// All rows whose id starts with `prefix`.
  template <class Row>
  Governed<std::vector<Row>> scan(std::string_view prefix) const {
    std::vector<Row> rows;
    std::string after;
    do {
      ASSIGN_OR_RETURN(const silo::Page page,
                       silo_->scan(access_, Row::kKind, prefix, after, kScanPage));
      for (const silo::Record& record : page.records) rows.push_back(Row::from(record));
      after = page.next;
    } while (!after.empty());
    return rows;
  }
  template <class Row>
  Governed<void> put(const Row& row, silo::Expect expect = silo::Expect::kAnything) {
    return silo_->put(access_, row.record(), expect);
  }
  template <class Row>
  Governed<bool> remove(std::string_view id) {
    return silo_->remove(access_, Row::kKind, id);
  }
  /// What happened, for the journal; `actor` is a person's or key's id, `detail` a JSON object
  /// without personal values.
  Governed<void> note(std::string actor, std::string_view what, std::string_view detail);

 private:
  static constexpr std::size_t kScanPage = 500;
  House(std::shared_ptr<silo::Silo> silo, Access access)
      : silo_(std::move(silo)), access_(std::move(access)) {}
  Governed<void> load_secrets(Random& random);

  std::shared_ptr<silo::Silo> silo_;
  Access access_;
  Bytes address_key_;
};

}  // namespace heed::people
