#include "wire/mtconnect/socket_request.h"

#include "base/json.h"

namespace heed::wire::mtconnect {
namespace {

std::string_view word(Verb verb) {
  switch (verb) {
    case Verb::kProbe: return "probe";
    case Verb::kCurrent: return "current";
    case Verb::kSample: return "sample";
    case Verb::kAsset: return "asset";
  }
  return {};
}

}  // namespace

std::string socket_request(const Request& request, std::string_view id) {
  JsonWriter w;
  w.begin_object().member("id", id).member("request", word(request.verb));
  if (!request.device.empty()) w.member("device", request.device);
  if (request.verb == Verb::kAsset) w.member("assetIds", request.asset_id);
  if (request.verb == Verb::kSample) {
    w.member("from", request.from).member("count", request.count);
    if (request.streaming) {
      w.member("interval", request.interval.count_milliseconds());
      w.member("heartbeat", request.heartbeat.count_milliseconds());
    }
  }
  return w.end_object().take();
}

std::string socket_cancel(std::string_view id) {
  JsonWriter w;
  return w.begin_object().member("id", id).member("request", "cancel").end_object().take();
}

}  // namespace heed::wire::mtconnect
