// The part of Records that finds them by their indexes.
#include <fmt/core.h>

#include <algorithm>

#include "base/crypto.h"
#include "silo/record_stored.h"
#include "silo/records.h"

namespace heed::silo {
namespace {

constexpr std::size_t kLargestPage = 1'000;
constexpr std::size_t kMacSize = 8;
constexpr std::size_t kReadTogether = 64;

/// Rows of the index from `first` on that start with `prefix`, up to `end`.
struct Walk {
  Bytes prefix;
  Bytes first;
  std::optional<Bytes> end;
  std::size_t id_at = 0;  ///< Where the record's id begins in a row
};

std::unexpected<Error> invalid(std::string message, std::string mend = {}) {
  return fail(ErrorKind::kInvalid, std::move(message), std::move(mend));
}

Result<Walk> walk_field(const MarkKey& marks, const policy::Kind& kind,
                        const std::pair<std::string, FieldValue>& wanted) {
  const auto field = std::ranges::find(kind.fields, wanted.first, &policy::Field::name);
  if (field == kind.fields.end()) {
    return invalid(fmt::format("kind '{}' has no field '{}'", kind.name, wanted.first));
  }
  if (!field->indexed) {
    return invalid(fmt::format("field '{}' of kind '{}' is not indexed", field->name, kind.name),
                   "declare it `indexed` in the policy, or scan the kind");
  }
  const auto number = static_cast<std::uint16_t>(field - kind.fields.begin());
  const Mark mark{number, marks.of_value(kind.id, number, wanted.second)};
  Bytes prefix = index::of_field(kind.id, mark, {});
  const std::size_t size = prefix.size();
  return Walk{prefix, std::move(prefix), {}, size};
}

Walk walk_subject(KindId kind, SubjectId subject) {
  Bytes prefix = index::of_subject(subject, record_key(kind, {}));
  const std::size_t size = prefix.size();
  return {prefix, std::move(prefix), {}, size};
}

Walk walk_time(KindId kind, TimeRange stored) {
  const Bytes first = index::of_time(kind, stored.from, {});
  return {first.substr(0, 3), first, index::of_time(kind, stored.to, {}), first.size()};
}

Result<Walk> walk_of(const MarkKey& marks, const policy::Kind& kind, const Query& query) {
  const int ways =
      int{query.subject.has_value()} + int{query.field.has_value()} + int{query.stored.has_value()};
  if (ways > 1) return invalid("a query looks by subject, by a field or by time, not by several");
  if (query.field) return walk_field(marks, kind, *query.field);
  if (query.subject) return walk_subject(kind.id, *query.subject);
  return walk_time(kind.id, query.stored.value_or(TimeRange{}));
}

/// A page's end as nobody outside can make one up or carry it to another query.
std::string cursor_of(const MarkKey& marks, const Walk& walk, BytesView row) {
  return to_base64url(marks.of_cursor(walk.prefix + Bytes(row)) + Bytes(row));
}

Result<Bytes> row_of(const MarkKey& marks, const Walk& walk, std::string_view after) {
  const auto bytes = from_base64url(after);
  if (bytes && bytes->size() > kMacSize) {
    Bytes row = bytes->substr(kMacSize);
    const BytesView mac = BytesView(*bytes).substr(0, kMacSize);
    if (equal_in_constant_time(marks.of_cursor(walk.prefix + row), mac)) return row;
  }
  return invalid("`after` is not the `next` of a page of this query",
                 "begin again without it, with the same query for all pages");
}

/// At most `most` rows of the walk, from where the cursor stands.
std::vector<Bytes> next_rows(const Walk& walk, kv::Cursor& cursor, std::size_t most) {
  std::vector<Bytes> rows;
  for (; rows.size() < most && cursor.valid() && cursor.key().starts_with(walk.prefix) &&
         (!walk.end || cursor.key() < *walk.end);
       cursor.next()) {
    rows.emplace_back(cursor.key());
  }
  return rows;
}

/// The record may have changed since the walk began.
bool still_filed(const StoredRecord& stored, BytesView key, BytesView row) {
  const auto rows = index_rows(stored.label.label, stored.label.marks, key);
  return std::ranges::find(rows, row, &IndexRow::key) != rows.end();
}

}  // namespace

Result<Page> Records::query(const Rulings& rulings, const DeclaredKind& kind, const Query& query,
                            const Admit& admit, const kv::Snapshot* at) const {
  if (query.limit == 0 || query.limit > kLargestPage) {
    return invalid("a page has 1 to 1,000 records");
  }
  ASSIGN_OR_RETURN(Walk walk, walk_of(ground_.marks, kind.kind, query));
  if (!query.after.empty()) {
    ASSIGN_OR_RETURN(walk.first, row_of(ground_.marks, walk, query.after));
    walk.first += '\0';
  }
  const Time now = ground_.clock.now();
  Page page;
  Bytes last;
  auto cursor = ground_.database.cursor_within(kv::Family::kIndexes, walk.prefix, at);
  cursor.seek(walk.first);
  for (;;) {
    // Records whose keys are neighbours are read together: half the price of one by one.
    const std::size_t most = std::min(query.limit + 1 - page.records.size(), kReadTogether);
    const std::vector<Bytes> rows = next_rows(walk, cursor, most);
    if (rows.empty()) break;
    std::vector<Bytes> keys;
    for (const Bytes& row : rows) {
      keys.push_back(record_key(kind.kind.id, BytesView(row).substr(walk.id_at)));
    }
    ASSIGN_OR_RETURN(const auto values, ground_.database.multi_get(kv::Family::kRecords, keys, at));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!values[i]) continue;
      ASSIGN_OR_RETURN(const StoredRecord stored, split_stored(rulings, kind.kind.id, *values[i]));
      if (stored.label.label.deadline <= now || !still_filed(stored, keys[i], rows[i])) continue;
      if (is_leaving(ground_.seals.subjects, stored.label)) continue;
      if (page.records.size() == query.limit) {
        page.next = cursor_of(ground_.marks, walk, last);
        return page;
      }
      if (!admit(stored.label.label)) {
        ++page.withheld;
        continue;
      }
      ASSIGN_OR_RETURN(auto record, show_stored(ground_.seals, kind.kind, keys[i], stored));
      if (!record) continue;
      page.records.push_back(*std::move(record));
      last = rows[i];
    }
  }
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  return page;
}

}  // namespace heed::silo
