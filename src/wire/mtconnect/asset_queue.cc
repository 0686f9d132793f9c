#include "wire/mtconnect/asset_queue.h"

#include <fmt/core.h>

#include <algorithm>

namespace heed::wire::mtconnect {
namespace {
constexpr int kAttempts = 3;
}  // namespace

AssetQueue::AssetQueue(const AgentOptions& options, AgentListener& listener, Random& random)
    : options_(options), listener_(listener), random_(random), backoff_(random, options.backoff) {}

void AssetQueue::add(std::string_view asset_id) {
  // The one being fetched may have changed again since it was asked for: it waits anew.
  const auto begin = waiting_.begin() + (asking_ ? 1 : 0);
  if (std::find(begin, waiting_.end(), asset_id) != waiting_.end()) return;
  if (waiting_.size() >= kMaxWaiting) {
    const auto oldest = waiting_.begin() + (asking_ ? 1 : 0);
    listener_.on_trouble({ErrorKind::kExhausted,
                          fmt::format("asset {} is left out: {} are waiting", *oldest, kMaxWaiting),
                          {}});
    waiting_.erase(oldest);
  }
  waiting_.emplace_back(asset_id);
}

std::optional<Request> AssetQueue::next_request(Duration now) {
  if (waiting_.empty() || asking_) return {};
  return Request{
      .path = fmt::format("{}/asset/{}", options_.base_path, path_segment(waiting_.front())),
      .verb = Verb::kAsset,
      .asset_id = waiting_.front(),
      .streaming = false,
      .not_before = std::max(now, not_before_),
      .silence_limit = options_.answer_limit};
}

void AssetQueue::response_started(int status) {
  if (waiting_.empty()) return;
  asking_ = true;
  status_ = status;
  failure_.reset();
  reader_ = std::make_unique<AssetsReader>(random_);
}

Next AssetQueue::body(BytesView piece) {
  if (!asking_) return Next::kClose;
  if (failure_) return Next::kContinue;
  if (const auto fed = reader_->feed(piece); !fed) failure_ = fed.error();
  return Next::kContinue;
}

void AssetQueue::response_ended(Duration now) {
  if (!asking_) return;
  auto document = failure_ ? std::unexpected(*failure_) : reader_->finish();
  if (!document) {
    if (status_ != 200) {
      document.error().message = fmt::format("asset {}: HTTP status {}", waiting_.front(), status_);
    }
    return lost(document.error(), now);
  }
  const std::string id = std::move(waiting_.front());
  waiting_.pop_front();
  asking_ = false;
  backoff_.reset();
  for (const Asset& asset : document->assets) listener_.on_asset(asset);
  if (has_error(document->errors, "ASSET_NOT_FOUND")) return listener_.on_asset_gone(id);
  for (const AgentError& error : document->errors) {
    listener_.on_trouble(
        {ErrorKind::kNotFound, fmt::format("asset {}: {} {}", id, error.code, error.text), {}});
  }
}

void AssetQueue::lost(const Error& error, Duration now) {
  asking_ = false;
  reader_.reset();
  if (waiting_.empty()) return;
  not_before_ = now + backoff_.next();
  if (backoff_.attempts() < kAttempts) return;
  listener_.on_trouble(error);
  waiting_.pop_front();
  backoff_.reset();
}

}  // namespace heed::wire::mtconnect
