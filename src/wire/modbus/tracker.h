// What a round of reads found → what it means, in MTConnect's words.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/control_session.h"
#include "wire/modbus/settings.h"

namespace heed::wire::modbus {

/// By input, in their order; nothing where the box refused.
using Found = std::vector<std::optional<double>>;

/// The number that an input's registers or bit hold, scaled; nothing for a float that is none.
std::optional<double> value_of(const Input& input, std::uint16_t first, std::uint16_t second);

/// The items are each input's own, as the settings name them, and
///
///   avail        AVAILABLE as soon as a round is complete
///   execution    ACTIVE, READY: of the input with `running`
///   part_count   of the input with `counts`
///   modbus_cond  a WARNING for each read that the box refuses, with its exception
///
/// Nothing is remembered beyond what is true: an input that cannot be read is unavailable, and so
/// is what it means. Not thread-safe.
class Tracker {
 public:
  /// `count` is kept over connections and may be nullptr where no input has `counts`.
  Tracker(const std::vector<Input>& inputs, std::shared_ptr<Count> count);

  std::vector<Said> take(const Found& found, Duration now);
  /// A read was refused, or is no more (`words` empty). `code` names the read.
  void refused(const std::string& code, std::string_view words);
  std::vector<SaidItem> items() const;

 private:
  void say(std::string_view key, std::optional<std::string> value);
  void take_value(std::size_t index, std::optional<double> value);
  void take_meaning(const Input& input, std::optional<double> value, Duration now);

  const std::vector<Input>& inputs_;
  const std::shared_ptr<Count> count_;
  std::optional<Running> running_;
  std::vector<std::optional<double>> told_;
  std::map<std::string, std::optional<std::string>, std::less<>> last_;
  std::map<std::string, std::string, std::less<>> refusals_;
  std::vector<Said> changes_;
};

}  // namespace heed::wire::modbus
