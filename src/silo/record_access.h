// A silo's records as an access may have them: the gate is asked first, then the records.
#pragma once

#include "silo/eraser.h"
#include "silo/gate.h"
#include "silo/records.h"

namespace heed::silo {

/// Thread-safe as its parts.
class RecordAccess {
 public:
  /// All outlive it.
  struct Parts {
    const Gate& gate;
    Records& records;
    Noting& noting;
    const Subjects& subjects;
    const CurrentRulings& rulings;
    Eraser& eraser;
  };
  explicit RecordAccess(Parts parts) : parts_(parts) {}

  // As silo/silo.h has them.
  Governed<void> put(const Access& access, const Record& record, Expect expect);
  Governed<void> commit(const Access& access, const std::vector<Change>& changes);
  Governed<std::optional<Record>> find(const Access& access, KindId kind, std::string_view id,
                                       const std::shared_ptr<const Moment>& at) const;
  Governed<bool> remove(const Access& access, KindId kind, std::string_view id);
  Governed<Page> scan(const Access& access, KindId kind, std::string_view prefix,
                      std::string_view after, std::size_t limit,
                      const std::shared_ptr<const Moment>& at) const;
  Governed<Page> query(const Access& access, const Query& query) const;
  Governed<void> put_blob(const Access& access, const BlobPlace& place, const BlobSource& source);
  Governed<bool> read_blob(const Access& access, const BlobPlace& place, std::uint64_t from,
                           const BlobSink& sink) const;

 private:
  /// Put, patch and removal, each as it would be alone.
  Governed<void> check_change(const Access& access, const Change& change) const;
  /// Whether a hold that stops an erasure keeps this item from the access.
  bool kept_back(const Access& access, const Label& label) const;
  Governed<void> name_corrector(Record& record) const;
  Governed<Page> as_shown(const Pass& pass, Result<Page> page) const;
  Records::Admit admitting(const Access& access, const Pass& pass) const;

  const Parts parts_;
};

}  // namespace heed::silo
