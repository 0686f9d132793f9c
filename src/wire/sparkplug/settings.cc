#include "wire/sparkplug/settings.h"

#include <fmt/core.h>

#include "wire/fields.h"
#include "wire/sparkplug/payload.h"

namespace heed::wire::sparkplug {
namespace {

std::string take_id(Fields& fields, std::string_view name) {
  std::string id = fields.text(name, "", kLongestId);
  if (id.find_first_of("/+#") != std::string::npos) {
    fields.refuse(name, "this has /, + or #, which no identifier of Sparkplug has",
                  "Write the identifier alone, as the edge node has it.");
  }
  return id;
}

void take_words(Fields& fields, MetricName& name) {
  const Json* words = fields.object("values");
  if (words == nullptr) return;
  for (const auto& [from, to] : *words->object()) {
    const std::string* text = to.string();
    if (text == nullptr || text->size() > kLongestText) {
      return fields.refuse("values", fmt::format("{} becomes no word", from),
                           "Write pairs of words.");
    }
    name.words.emplace(from, *text);
  }
}

Result<void> take_name(const Json& object, const std::string& path, HostSettings& into) {
  Fields fields(object, path);
  fields.require_one_of({"name"});
  const std::string metric = fields.text("name", "", kLongestName);
  MetricName name;
  name.item = fields.text("item", metric.empty() ? "metric" : metric, kLongestId);
  name.type = fields.text("type", "", kLongestId);
  name.sub_type = fields.text("sub_type", "", kLongestId);
  name.units = fields.text("units", "", kLongestId);
  take_words(fields, name);
  if (auto read = fields.done(); !read) return read;
  into.names.insert_or_assign(metric, std::move(name));
  return {};
}

}  // namespace

Result<HostSettings> host_settings_of(const Json& settings) {
  Fields fields(settings, "settings");
  HostSettings read;
  fields.require_one_of({"group"});
  read.edge.group = take_id(fields, "group");
  fields.require_one_of({"node"});
  read.edge.node = take_id(fields, "node");
  read.device = take_id(fields, "device");
  read.rebirth = fields.truth("rebirth", false);
  read.login = mqtt::take_login(fields);
  const auto names = fields.list("metrics", kMostNames);
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto taken = take_name(names[i], fmt::format("settings.metrics[{}]", i), read);
    if (!taken) fields.refuse(taken.error());
  }
  if (auto done = fields.done(); !done) return std::unexpected(done.error());
  return read;
}

}  // namespace heed::wire::sparkplug
