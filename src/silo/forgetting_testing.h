// What tests of forgetting share: who may ask for it, and what lies on disk afterwards. Never
// included by the program.
#pragma once

#include <sys/stat.h>

#include <functional>

#include "silo/backup_files.h"
#include "silo/files.h"
#include "silo/kv.h"
#include "silo/testing.h"

namespace heed::silo {

/// A person who asks for their own removal and has shown who they are.
inline Access deleting_access(const policy::Policy& policy) {
  auto made = policy.access("test", "rights.deletion", "engine");
  require(made.has_value(), made ? "" : made.error().message);
  for (const char* fact : {"condition:same_person", "condition:verified_login"}) {
    if (const auto known = policy.facts().find(fact)) {
      made->conditions = made->conditions.with(*known, true);
    }
  }
  return *made;
}

inline ErasureReceipt forget(TemporaryStore& store, SubjectId subject) {
  auto receipt =
      store.silo().forget(deleting_access(*store.store().policy()), subject, "request 17");
  require(receipt.has_value(), receipt ? "" : receipt.error().message());
  return *receipt;
}

/// Calls `use` with the silo's database, while the store is closed.
inline void with_database(TemporaryStore& store, const std::function<void(kv::Database&)>& use) {
  const std::string directory =
      store.options().data_directory + "/silos/" + store.organization().text();
  store.close();
  {
    const kv::SharedMemory memory(1U << 20, 1U << 20);
    auto database = kv::Database::open(directory, memory);
    require(database.has_value(), database ? "" : database.error().message);
    use(**database);
  }
  store.reopen();
}

/// Keys and values of a family, as they lie there.
inline std::vector<std::pair<Bytes, Bytes>> rows_of(TemporaryStore& store, kv::Family family) {
  std::vector<std::pair<Bytes, Bytes>> all;
  with_database(store, [&](kv::Database& database) {
    auto cursor = database.cursor(family);
    for (cursor.seek({}); cursor.valid(); cursor.next()) {
      all.emplace_back(cursor.key(), cursor.value());
    }
  });
  return all;
}

/// Calls `visit` with the path of each file below `directory`.
template <class Visit>
void visit_files(const std::string& directory, const Visit& visit) {
  for (const std::string& name : names_in(directory)) {
    const std::string path = directory + "/" + name;
    struct ::stat facts{};
    require(::lstat(path.c_str(), &facts) == 0, path);
    if (S_ISDIR(facts.st_mode)) {
      visit_files(path, visit);
    } else {
      visit(path);
    }
  }
}

inline Bytes content_of(const std::string& path) {
  Bytes all;
  const auto read = read_file(path, [&](BytesView block) -> Result<void> {
    all += block;
    return {};
  });
  require(read.has_value(), read ? "" : read.error().message);
  return all;
}

/// Files below `directory` that have these bytes somewhere.
inline std::vector<std::string> files_with(const std::string& directory, BytesView needle) {
  std::vector<std::string> found;
  visit_files(directory, [&](const std::string& path) {
    if (content_of(path).find(needle) != Bytes::npos) found.push_back(path);
  });
  return found;
}

}  // namespace heed::silo
