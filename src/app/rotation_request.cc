#include "app/rotation_request.h"

#include <poll.h>
#include <unistd.h>

#include <cstdio>

#include "app/files.h"
#include "base/json.h"

namespace heed::app {
namespace {

constexpr std::size_t kLongestAnswer = 4'096;
constexpr Duration kServerLooksEvery = Duration::seconds(1);
constexpr int kLookEvery = 200;      // milliseconds
constexpr int kLooksForPickUp = 50;  // ten seconds

std::string asked(const std::string& keys) {
  return keys + "/rotation.asked";
}
std::string taken_up(const std::string& keys) {
  return keys + "/rotation.taken";
}
std::string answer_in(const std::string& keys) {
  return keys + "/rotation.answer";
}

bool is_there(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

std::string text_of(const Result<void>& done) {
  JsonWriter out;
  out.begin_object().member("done", done.has_value());
  if (!done) out.member("why", done.error().message).member("mend", done.error().mend);
  out.end_object();
  return out.take() + "\n";
}

Result<void> read_answer(const std::string& keys) {
  ASSIGN_OR_RETURN(const std::string text, read_text(answer_in(keys), kLongestAnswer));
  ::unlink(answer_in(keys).c_str());
  ASSIGN_OR_RETURN(const Json json, Json::parse(text));
  const Json* const done = json.find("done");
  if (done != nullptr && done->boolean() == true) return {};
  return fail(ErrorKind::kUnavailable,
              "the server could not change the root key: " +
                  required_string(json, "why").value_or("it does not say why"),
              required_string(json, "mend").value_or(""));
}

}  // namespace

RotationRequests::RotationRequests(silo::Store& store, std::string keys, Log& log)
    : store_(store), keys_(std::move(keys)), log_(log) {
  thread_ = std::thread([this] { run(); });
}

RotationRequests::~RotationRequests() {
  {
    const Lock lock(mutex_);
    stopping_ = true;
  }
  wake_.wake_all();
  thread_.join();
}

bool RotationRequests::stopping() {
  const Lock lock(mutex_);
  return stopping_;
}

void RotationRequests::run() {
  while (!stopping()) {
    answer();
    const Lock lock(mutex_);
    if (!stopping_) wake_.wait_for(mutex_, kServerLooksEvery);
  }
}

void RotationRequests::answer() {
  // Renamed first: a request that ends the server is not taken up again by the next one.
  if (std::rename(asked(keys_).c_str(), taken_up(keys_).c_str()) != 0) return;
  const auto unless_stopping = [this](const std::string&) -> Result<void> {
    if (stopping()) return fail(ErrorKind::kCancelled, "the server is stopping");
    return {};
  };
  const auto done = store_.rotate_root(silo::RootSource::kFile, {}, {{}, unless_stopping});
  if (!done) log_.error("the root key could not be changed", {{"why", done.error().message}});
  if (const auto told = write_text(answer_in(keys_), text_of(done)); !told) {
    log_.error("a request could not be answered", {{"why", told.error().message}});
  }
  ::unlink(taken_up(keys_).c_str());
}

Result<void> ask_server_to_rotate(const std::string& keys) {
  ::unlink(answer_in(keys).c_str());
  if (auto written = write_text(asked(keys), "to file\n"); !written) {
    return std::unexpected(written.error());
  }
  for (int looks = 0; is_there(asked(keys)); ++looks) {
    if (looks == kLooksForPickUp) {
      ::unlink(asked(keys).c_str());
      return fail(ErrorKind::kUnavailable,
                  "another process has the key ring open, and no server takes the request up",
                  "stop what uses the ring, and try again");
    }
    ::poll(nullptr, 0, kLookEvery);
  }
  // The server has the ring alone while it changes the root: where anybody can share it for so
  // long, it does not any more.
  for (int idle = 0; !is_there(answer_in(keys)) && idle < kLooksForPickUp; ++idle) {
    if (!silo::RingLock::share(keys + "/lock")) idle = 0;
    ::poll(nullptr, 0, kLookEvery);
  }
  if (is_there(answer_in(keys))) return read_answer(keys);
  return fail(ErrorKind::kUnavailable, "the server stopped before it answered",
              "start it again, and see heed keys status");
}

}  // namespace heed::app
