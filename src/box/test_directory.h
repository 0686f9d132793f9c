// A directory that a test has to itself and that is gone after it.
#pragma once

#include <ftw.h>
#include <stdlib.h>  // mkdtemp

#include <cstdio>
#include <string>

#include "base/result.h"

namespace heed::box {

class TestDirectory {
 public:
  TestDirectory() { require(::mkdtemp(path_.data()) != nullptr, "a directory can be made"); }
  ~TestDirectory() {
    const auto remove_one = [](const char* path, const struct stat*, int, struct FTW*) {
      return std::remove(path);
    };
    ::nftw(path_.c_str(), remove_one, 8, FTW_DEPTH | FTW_PHYS);
  }
  TestDirectory(const TestDirectory&) = delete;
  TestDirectory& operator=(const TestDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_ = "/tmp/box_test_XXXXXX";
};

}  // namespace heed::box
