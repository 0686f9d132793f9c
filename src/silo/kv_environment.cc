#include "silo/kv_environment.h"

#include <rocksdb/env.h>

namespace heed::silo::kv {
namespace {

class MendedEnv final : public rocksdb::EnvWrapper {
 public:
  MendedEnv(rocksdb::Env& machine, const LogOrder& logs) : EnvWrapper(&machine) {
    file_system_ = logs.files();
    system_clock_ = machine.GetSystemClock();
  }
};

}  // namespace

Environment::Environment(rocksdb::Env& machine)
    : logs_(machine.GetFileSystem()), env_(std::make_unique<MendedEnv>(machine, logs_)) {}

Environment::~Environment() = default;

}  // namespace heed::silo::kv
