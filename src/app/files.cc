#include "app/files.h"

#include <fmt/core.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>

namespace heed::app {
namespace {

struct Closer {
  void operator()(std::FILE* file) const {
    if (file != stdin) static_cast<void>(std::fclose(file));
  }
};
using File = std::unique_ptr<std::FILE, Closer>;

}  // namespace

Result<std::string> read_text(const std::string& path, std::size_t most) {
  std::error_code ignored;
  if (path != "-" && std::filesystem::is_directory(path, ignored)) {
    return fail(ErrorKind::kInvalid, fmt::format("{} is a directory", path), "name a file");
  }
  const File file(path == "-" ? stdin : std::fopen(path.c_str(), "rb"));
  if (!file) {
    return fail(ErrorKind::kNotFound, fmt::format("cannot read {}: {}", path, std::strerror(errno)),
                "check the path; shipped:NAME names a policy that comes with heed");
  }
  std::string text;
  char bytes[65'536];
  while (const std::size_t count = std::fread(bytes, 1, sizeof bytes, file.get())) {
    if (text.size() + count > most) {
      return fail(ErrorKind::kExhausted, fmt::format("{} has more than {} bytes", path, most),
                  "give a smaller file");
    }
    text.append(bytes, count);
  }
  if (std::ferror(file.get()) != 0) {
    return fail(ErrorKind::kUnavailable, fmt::format("cannot read all of {}", path));
  }
  return text;
}

Result<std::size_t> write_text(const std::string& path, const std::string& text) {
  if (path == "-") return fail(ErrorKind::kInvalid, "the standard input cannot be written");
  const std::string beside = path + ".new";
  std::error_code failed;
  {
    std::ofstream out(beside, std::ios::binary);
    out << text;
    out.close();
    if (!out) {
      std::filesystem::remove(beside, failed);
      return fail(ErrorKind::kUnavailable, fmt::format("cannot write {}", path),
                  "check that its directory is there and may be written");
    }
  }
  std::filesystem::rename(beside, path, failed);
  if (failed) {
    return fail(ErrorKind::kUnavailable,
                fmt::format("cannot write {}: {}", path, failed.message()));
  }
  return text.size();
}

}  // namespace heed::app
