#include "wire/macros.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <span>

namespace heed::wire {
namespace {

struct Known {
  std::string_view word;
  std::string_view type;
  std::string_view sub_type;
  std::string_view units;
  std::string_view component;
  SaidItem::Category category;
};

using enum SaidItem::Category;
// Lengths and feeds are in inches or in millimetres, as Setting 9 says, which cannot be asked: they
// have no units unless the customer gives them.
constexpr std::array kKnown = {
    Known{"part_count", "PART_COUNT", "", "", "Controller/Path", kEvent},
    Known{"part_goal", "PART_COUNT", "TARGET", "", "Controller/Path", kEvent},
    Known{"parts_left", "PART_COUNT", "REMAINING", "", "Controller/Path", kEvent},
    Known{"pallet", "PALLET_ID", "", "", "Controller/Path", kEvent},
    Known{"estop", "EMERGENCY_STOP", "", "", "Controller", kEvent},
    Known{"spindle_speed", "ROTARY_VELOCITY", "ACTUAL", "REVOLUTION/MINUTE", "Rotary", kSample},
    Known{"spindle_load", "LOAD", "", "PERCENT", "Rotary", kSample},
    Known{"spindle_override", "ROTARY_VELOCITY_OVERRIDE", "", "PERCENT", "Rotary", kEvent},
    Known{"feed", "PATH_FEEDRATE", "ACTUAL", "", "Controller/Path", kSample},
    Known{"feed_override", "PATH_FEEDRATE_OVERRIDE", "PROGRAMMED", "PERCENT", "Controller/Path",
          kEvent},
    Known{"rapid_override", "PATH_FEEDRATE_OVERRIDE", "RAPID", "PERCENT", "Controller/Path",
          kEvent},
    Known{"x_position", "POSITION", "ACTUAL", "", "Linear[X]", kSample},
    Known{"y_position", "POSITION", "ACTUAL", "", "Linear[Y]", kSample},
    Known{"z_position", "POSITION", "ACTUAL", "", "Linear[Z]", kSample},
    Known{"coolant_level", "FILL_LEVEL", "", "PERCENT", "Coolant", kSample},
    Known{"air_pressure", "PRESSURE", "", "", "Pneumatic", kSample},
};

const Known* known(std::string_view word) {
  const auto* at = std::ranges::find(kKnown, word, &Known::word);
  return at == kKnown.end() ? nullptr : at;
}

std::unexpected<Error> wrong(std::string place, std::string_view what, std::string mend) {
  return fail(ErrorKind::kInvalid, fmt::format("settings: {}: {}", place, what), std::move(mend));
}

// The first member that is none of `words`.
const std::string* stranger(const Json::Object& object, std::span<const std::string_view> words) {
  for (const auto& [key, value] : object) {
    if (std::ranges::find(words, key) == words.end()) return &key;
  }
  return nullptr;
}

bool is_item_word(std::string_view word) {
  return !word.empty() && word.size() <= kLongestItem && word[0] >= 'a' && word[0] <= 'z' &&
         std::ranges::all_of(word, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

Result<std::string> short_text(const Json& entry, const std::string& place, std::string_view key) {
  const Json* value = entry.find(key);
  if (value == nullptr) return std::string();
  if (value->string() == nullptr || value->string()->size() > kLongestItem) {
    return wrong(fmt::format("{}.{}", place, key),
                 fmt::format("this is no text of at most {} characters", kLongestItem),
                 "Write it in quotes, or leave it out.");
  }
  return *value->string();
}

Result<std::string> item_word(const Json& entry, const std::string& place,
                              const MacroRules& rules) {
  const Json* value = entry.find("item");
  const std::string* word = value == nullptr ? nullptr : value->string();
  if (word == nullptr || !is_item_word(*word)) {
    return wrong(place + ".item", "an item is a word of small letters, digits and _",
                 "Take one of " + known_words() + ", or a word of your own: \"fixture_number\".");
  }
  if (rules.owns(*word)) {
    return wrong(place + ".item", fmt::format("{} is read from the control itself", *word),
                 "Take another word.");
  }
  return *word;
}

Result<Macro> macro_of(const Json& entry, const std::string& place, const MacroRules& rules) {
  constexpr std::array<std::string_view, 4> kMembers = {"number", "item", "name", "units"};
  const std::string example = R"(Write {"number":3901,"item":"part_count"}.)";
  if (entry.object() == nullptr) return wrong(place, "this is no JSON object", example);
  if (const std::string* other = stranger(*entry.object(), kMembers)) {
    return wrong(place, fmt::format("a macro has no member {}", *other), example);
  }
  const Json* number = entry.find("number");
  const auto value = number == nullptr ? std::optional<std::int64_t>() : number->integer();
  const auto variable = MacroNumber::of(value.value_or(0));
  if (!variable) {
    return wrong(place + ".number", variable.error().message, variable.error().mend);
  }
  ASSIGN_OR_RETURN(const std::string word, item_word(entry, place, rules));
  SaidItem item = macro_item(word);
  ASSIGN_OR_RETURN(item.name, short_text(entry, place, "name"));
  ASSIGN_OR_RETURN(const std::string units, short_text(entry, place, "units"));
  if (!units.empty()) item.units = units;
  return Macro{*variable, std::move(item)};
}

}  // namespace

std::string known_words() {
  std::string words;
  for (const Known& one : kKnown) words += (words.empty() ? "" : ", ") + std::string(one.word);
  return words;
}

Result<MacroNumber> MacroNumber::of(std::int64_t number) {
  if (number < 1 || number > kMost) {
    return fail(ErrorKind::kInvalid, fmt::format("a variable's number is from 1 to {}", kMost),
                "Take the number that the control shows, without the #: 3901.");
  }
  return MacroNumber(static_cast<std::uint32_t>(number));
}

SaidItem macro_item(std::string_view word) {
  SaidItem item{.key = std::string(word)};
  if (const Known* one = known(word)) {
    item.type = one->type;
    item.sub_type = one->sub_type;
    item.units = one->units;
    item.component = one->component;
    item.category = one->category;
  }
  return item;
}

Result<std::vector<Macro>> macros_of(const Json& settings, const MacroRules& rules) {
  constexpr std::array<std::string_view, 1> kMembers = {"macros"};
  const std::string example = R"(Write {"macros":[{"number":3901,"item":"part_count"}]}.)";
  if (const std::string* other = stranger(*settings.object(), kMembers)) {
    return fail(ErrorKind::kInvalid,
                fmt::format("settings: {} has no setting {}", rules.control, *other), example);
  }
  std::vector<Macro> wanted;
  if (const Json* list = settings.find("macros")) {
    if (list->array() == nullptr) return wrong("macros", "this is no list", example);
    if (list->array()->size() > kMostMacros) {
      return wrong("macros", fmt::format("at most {} variables are read", kMostMacros),
                   "Every one of them costs time in every round: leave out what nobody looks at.");
    }
    for (const Json& entry : *list->array()) {
      const std::string place = fmt::format("macros[{}]", wanted.size());
      ASSIGN_OR_RETURN(Macro macro, macro_of(entry, place, rules));
      const auto same = [&](const Macro& other) {
        return other.number == macro.number || other.item.key == macro.item.key;
      };
      if (std::ranges::any_of(wanted, same)) {
        return wrong(place, "this number or item stands in the list already", "Leave one out.");
      }
      wanted.push_back(std::move(macro));
    }
  }
  for (const Macro& usual : rules.usual) {
    const auto same = [&](const Macro& other) {
      return other.number == usual.number || other.item.key == usual.item.key;
    };
    if (std::ranges::none_of(wanted, same)) wanted.push_back(usual);
  }
  return wanted;
}

}  // namespace heed::wire
