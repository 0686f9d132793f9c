// Any bytes as what a client asks of an agent: "segment/segment?name=value&name=value", and the
// same bytes as a path's filter, which is then asked of a device.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "wire/mtconnect/agent_query.h"
#include "wire/mtconnect/writer.h"

namespace heed::wire::mtconnect {
namespace {

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = std::min(text.find(at), text.size());
    parts.emplace_back(text.substr(0, end));
    if (end == text.size()) return parts;
    text.remove_prefix(end + 1);
  }
}

Device device() {
  Device device{.id = "d1", .name = "M1", .uuid = "u1"};
  device.components = {{.type = "Device", .id = "d1", .name = "M1", .uuid = "u1"},
                       {.type = "Axes", .id = "c1"},
                       {.type = "Linear", .id = "c2", .name = "X", .parent = 1}};
  device.data_items = {
      {.id = "i1", .name = "avail", .type = "AVAILABILITY"},
      {.id = "i2", .type = "POSITION", .category = Category::kSample, .component = 2}};
  return device;
}

void ask(std::string_view text) {
  const std::size_t question = std::min(text.find('?'), text.size());
  const std::vector<std::string> segments = split(text.substr(0, question), '/');
  std::vector<std::pair<std::string, std::string>> query;
  for (const std::string& pair : split(text.substr(std::min(question + 1, text.size())), '&')) {
    const std::size_t equals = std::min(pair.find('='), pair.size());
    query.emplace_back(pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size())));
  }
  constexpr std::uint64_t kBuffer = 131'072;
  const auto asked = parse_ask(segments, query, kBuffer);
  if (!asked) {
    require(asked.error().status >= 400 && !asked.error().error.code.empty(), "a refusal says why");
    const std::string document = write_errors({}, std::vector{asked.error().error});
    SeededRandom random(1);
    const auto read = read_error(document, random);
    require(read.has_value() && read->errors.size() == 1, "our own client reads a refusal");
    return;
  }
  require(asked->count >= 1 && asked->count <= kMostTold, "a count has its bounds");
  Header header;
  header.first_sequence = 100;
  header.next_sequence = 200;
  if (!check_range(*asked, header)) return;
  require(!asked->from || (*asked->from >= 100 && *asked->from <= 200), "what is not there");
  require(!asked->at || (*asked->at >= 100 && *asked->at < 200), "what is not there");
}

void filter(std::string_view text) {
  const auto path = PathFilter::parse(text);
  if (!path) return require(!path.error().message.empty(), "a refusal says why");
  const std::vector<Device> devices = {device(), device()};
  const auto selected = path->select(devices);
  require(selected.size() == 2 && selected[0].size() == 2, "each item is asked for or not");
}

}  // namespace
}  // namespace heed::wire::mtconnect

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  heed::wire::mtconnect::ask(text);
  heed::wire::mtconnect::filter(text);
  return 0;
}
