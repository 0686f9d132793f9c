#include "machines/reason_json.h"

#include "machines/json_form.h"

namespace heed::machines {
namespace {

void write_rule(JsonWriter& w, const ReasonRule& rule) {
  w.begin_object().member("code", rule.code).key("states").begin_array();
  for (const State state : rule.states) w.value(word(state));
  w.end_array().member("condition_code", rule.condition_code);
  w.member("condition_text", rule.condition_text).member("location", rule.location).key("window");
  if (rule.window) {
    w.begin_object().member("from", format_minutes(rule.window->from));
    w.member("to", format_minutes(rule.window->to)).end_object();
  } else {
    w.null();
  }
  w.end_object();
}

std::optional<State> parse_state(std::string_view text) {
  for (std::uint8_t number = 1; number <= kStates; ++number) {
    if (word(static_cast<State>(number)) == text) return static_cast<State>(number);
  }
  return {};
}

Result<ReasonCode> read_code(const JsonForm& form) {
  ReasonCode code;
  ASSIGN_OR_RETURN(code.code, form.text("code"));
  ASSIGN_OR_RETURN(code.name, form.text("name"));
  ASSIGN_OR_RETURN(code.parent, form.text_or("parent", ""));
  ASSIGN_OR_RETURN(const std::string word, form.text_or("class", "unplanned"));
  const auto reason_class = parse_reason_class(word);
  if (!reason_class) {
    return form.wrong("class", "there is no such class", "Write unplanned, planned or setup.");
  }
  code.reason_class = *reason_class;
  ASSIGN_OR_RETURN(code.retired, form.truth("retired"));
  return code;
}

Result<ReasonRule> read_rule(const JsonForm& form) {
  ReasonRule rule;
  ASSIGN_OR_RETURN(rule.code, form.text("code"));
  ASSIGN_OR_RETURN(const auto states, form.texts("states"));
  for (const std::string& text : states) {
    const auto state = parse_state(text);
    if (!state) {
      return form.wrong("states", "“" + text + "” is no state",
                        "Write them as the state table does, for instance ALARM.");
    }
    rule.states.push_back(*state);
  }
  ASSIGN_OR_RETURN(rule.condition_code, form.text_or("condition_code", ""));
  ASSIGN_OR_RETURN(rule.condition_text, form.text_or("condition_text", ""));
  ASSIGN_OR_RETURN(rule.location, form.text_or("location", ""));
  ASSIGN_OR_RETURN(const auto window, form.object("window"));
  if (!window) return rule;
  ASSIGN_OR_RETURN(rule.window, window->span());
  return rule;
}

}  // namespace

void write_reasons(JsonWriter& w, const ReasonTree& tree) {
  w.begin_object().key("codes").begin_array();
  for (const ReasonCode& code : tree.codes) {
    w.begin_object().member("code", code.code).member("name", code.name);
    w.member("parent", code.parent.empty() ? std::nullopt : std::optional(code.parent));
    w.member("class", word(code.reason_class)).member("retired", code.retired).end_object();
  }
  w.end_array().key("rules").begin_array();
  for (const ReasonRule& rule : tree.rules) write_rule(w, rule);
  w.end_array().end_object();
}

Result<ReasonTree> read_reasons(const Json& json) {
  const JsonForm form(json);
  ReasonTree tree;
  ASSIGN_OR_RETURN(const auto codes, form.objects("codes"));
  for (const JsonForm& one : codes) {
    ASSIGN_OR_RETURN(ReasonCode code, read_code(one));
    tree.codes.push_back(std::move(code));
  }
  ASSIGN_OR_RETURN(const auto rules, form.objects("rules"));
  for (const JsonForm& one : rules) {
    ASSIGN_OR_RETURN(ReasonRule rule, read_rule(one));
    tree.rules.push_back(std::move(rule));
  }
  if (auto checked = check_reasons(tree); !checked) return std::unexpected(checked.error());
  return tree;
}

}  // namespace heed::machines
