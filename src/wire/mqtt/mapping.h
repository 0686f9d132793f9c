// Plain topics with JSON, or with a bare word: which value of which topic is which item.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "wire/meaning.h"
#include "wire/mqtt/listener.h"
#include "wire/mqtt/login.h"

namespace heed::wire::mqtt {

inline constexpr std::size_t kMostMappings = 128;
inline constexpr std::size_t kMostWords = 64;
inline constexpr std::size_t kLongestItem = 64;
/// Of a value's text; the rest is cut.
inline constexpr std::size_t kLongestValue = 4'096;

/// One line of a mapping.
struct Mapping {
  std::string topic;  ///< A filter.
  /// Where the value stands in the JSON (RFC 6901, "/v/s1/v"); nothing: the payload itself.
  std::optional<std::string> path;
  std::optional<std::string>
      time;  ///< Where its time stands: ISO 8601, or milliseconds or seconds.
  std::string item;
  std::string type, sub_type, units;
  double scale = 1;
  double offset = 0;
  /// What words become: {"RUN": "ACTIVE", "true": "AVAILABLE", "false": "UNAVAILABLE"}.
  std::map<std::string, std::string, std::less<>> words;
  /// Without a message for so long the value is unavailable.
  std::optional<Duration> stale_after;
  std::optional<RunningLimits> running;
  std::optional<CountLimits> counts;
};

struct MappingSettings {
  Login login;
  std::vector<Mapping> mappings;
};

/// kInvalid, with the field and the mend. The message begins with "settings".
Result<MappingSettings> mapping_settings_of(const Json& settings);

/// What a value means: the members from `item` on. Others that are told value by value have them
/// too (opcua/).
void take_meaning(Fields& fields, const std::string& path, Mapping& mapping);
/// kInvalid, in the name of the settings' `list`, where two are the same item.
Result<void> check_items(const std::vector<Mapping>& mappings, std::string_view list);

/// The value at a JSON pointer; nullptr if there is none.
const Json* at_pointer(const Json& document, std::string_view pointer);

/// See Listener. `execution` is of the mapping with `running`, `part_count` of the one with
/// `counts`; the others are as the settings name them. Between two messages nothing is known of a
/// value but the last one, so `running`'s waiting times are judged as time passes.
class MappedTopics final : public Listener {
 public:
  explicit MappedTopics(std::vector<Mapping> mappings);

  std::vector<std::string> filters() const override;
  void on_connected(Duration now) override;
  void on_message(const Message& message, Duration now) override;
  void on_lost() override;
  Duration deadline() const override;
  void on_time(Duration now) override;
  std::vector<Told> take_changes() override;
  std::vector<SaidItem> take_items() override;
  std::vector<std::string> take_strange() override;
  std::vector<std::string> take_steps() override;

 private:
  struct Known {
    std::optional<Duration> heard;
    std::optional<double> number;
    std::optional<Running> running;
    std::optional<Count> counts;
  };

  void take(std::size_t index, const Message& message, const Json* document, Duration now);
  void take_text(std::size_t index, std::optional<std::string> text, std::optional<Time> at,
                 Duration now);
  void take_meaning(std::size_t index, std::optional<Time> at, Duration now);
  void lose(std::size_t index);
  void say(std::string_view key, std::optional<std::string> value, std::optional<Time> at);
  void say_strange(const Message& message, std::string_view why);

  const std::vector<Mapping> mappings_;
  std::vector<Known> known_;
  std::map<std::string, std::optional<std::string>, std::less<>> last_;
  std::vector<Told> changes_;
  std::vector<std::string> strange_;
  std::vector<std::string> steps_;
  std::map<std::string, bool, std::less<>> topics_told_;
  bool items_told_ = false;
  Duration next_look_ = Duration::max();
};

}  // namespace heed::wire::mqtt
