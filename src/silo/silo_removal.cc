#include "silo/silo_removal.h"

#include <fmt/core.h>

#include <filesystem>

#include "silo/files.h"

namespace heed::silo {

Result<RemovalReport> remove_silo(const RemovalOptions& options, const OnStep& on_step) {
  ASSIGN_OR_RETURN(const auto lock, FileLock::take(options.data_directory + "/lock"));
  const std::string id = options.organization.text();
  const std::string ring = options.key_directory + "/organizations";
  const std::string silo = options.data_directory + "/silos/" + id;
  RemovalReport report;
  for (const std::string& name : names_in(ring)) {
    if (name.starts_with(id + ".")) report.key_files.push_back(ring + "/" + name);
  }
  std::error_code failed;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(silo, failed)) {
    if (!entry.is_regular_file(failed)) continue;
    ++report.files;
    report.bytes += entry.file_size(failed);
  }
  if (report.key_files.empty() && !path_exists(silo)) {
    return fail(ErrorKind::kNotFound, fmt::format("there is no silo of {}", id));
  }
  if (options.dry_run) return report;
  for (const std::string& path : report.key_files) {
    if (auto going = on_step({"overwriting", path}); !going) return std::unexpected(going.error());
    if (auto gone = shred_tree(path); !gone) return std::unexpected(gone.error());
  }
  if (!report.key_files.empty()) {
    if (auto synced = sync_directory(ring); !synced) return std::unexpected(synced.error());
  }
  if (auto going = on_step({"removing", silo}); !going) return std::unexpected(going.error());
  if (auto gone = remove_tree(silo); !gone) return std::unexpected(gone.error());
  if (auto synced = sync_directory(options.data_directory + "/silos"); !synced) {
    return std::unexpected(synced.error());
  }
  return report;
}

}  // namespace heed::silo
