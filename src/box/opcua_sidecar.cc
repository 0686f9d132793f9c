#include "box/opcua_sidecar.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "box/fd.h"

namespace heed::box {
namespace {

// Compared to the letter: what is run is what was built, whoever wrote into the directory.
bool is_there(const std::string& path, std::string_view text) {
  std::ifstream in(path, std::ios::binary);
  return in && std::string(std::istreambuf_iterator<char>(in), {}) == text;
}

Result<void> write_file(const std::string& path, std::string_view text) {
  const Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.is_open()) return system_failure("cannot write " + path);
  while (!text.empty()) {
    const ssize_t wrote = ::write(fd.number(), text.data(), text.size());
    if (wrote < 0 && errno != EINTR) return system_failure("cannot write " + path);
    if (wrote > 0) text.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}

}  // namespace

Result<std::string> place_opcua_sidecar(const std::string& directory) {
  const std::string_view text = opcua_sidecar();
  if (text.empty()) {
    return fail(ErrorKind::kUnavailable,
                "this Heed was built without its OPC UA reader (build it with ./run)");
  }
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    return system_failure("cannot make " + directory);
  }
  std::string path = directory + "/opcua.cjs";
  if (is_there(path, text)) return path;
  const std::string fresh = path + ".new";
  if (auto written = write_file(fresh, text); !written) return std::unexpected(written.error());
  if (::rename(fresh.c_str(), path.c_str()) != 0) return system_failure("cannot place " + path);
  return path;
}

}  // namespace heed::box
