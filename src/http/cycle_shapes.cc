#include "http/cycle_shapes.h"

#include <fmt/core.h>

#include "http/csv.h"

namespace heed::http {
namespace {

constexpr std::string_view kHead =
    "from,to,program,complete,end,rule,confidence,counter,program_end,tool_sequence,counted,"
    "in_cycle,executing,unseen,tools\r\n";

void text_or_null(JsonWriter& w, std::string_view name, std::string_view text) {
  w.key(name);
  if (text.empty()) {
    w.null();
  } else {
    w.value(text);
  }
}

void write_tool(JsonWriter& w, const machines::ToolUse& use) {
  w.begin_object().member("tool", use.tool).member("from", use.range.from);
  w.member("to", use.range.to).member("executing", use.executing.in_seconds()).end_object();
}

void write_evidence(JsonWriter& w, const machines::CycleEvidence& evidence) {
  w.key("evidence").begin_array();
  if (evidence.counter) w.value("counter");
  if (evidence.program_end) w.value("program_end");
  if (evidence.tool_sequence) w.value("tool_sequence");
  w.end_array();
}

void write_one(JsonWriter& w, const machines::Cycle& cycle) {
  w.begin_object().member("from", cycle.range.from).member("to", cycle.range.to);
  text_or_null(w, "program", cycle.program);
  w.member("complete", cycle.complete).member("end", word(cycle.end));
  w.key("rule").begin_object().member("number", cycle.rule);
  w.member("words", machines::words_of_cycle_rule(cycle.rule)).end_object();
  w.member("confidence", cycle.confidence);
  write_evidence(w, cycle.evidence);
  w.member("counted", cycle.counted).member("in_cycle", cycle.in_cycle.in_seconds());
  w.member("executing", cycle.executing.in_seconds());
  w.member("unseen", cycle.unseen.in_seconds());
  w.key("tools").begin_array();
  for (const machines::ToolUse& use : cycle.tools) write_tool(w, use);
  w.end_array().end_object();
}

void write_spread(JsonWriter& w, std::string_view name, bool any,
                  const machines::DurationSpread& spread) {
  w.key(name);
  if (!any) {
    w.null();
    return;
  }
  w.begin_object().member("median", spread.median.in_seconds());
  w.member("p10", spread.p10.in_seconds()).member("p90", spread.p90.in_seconds());
  w.member("deviation", spread.deviation.in_seconds()).end_object();
}

std::string tools_in_words(const machines::Cycle& cycle) {
  std::string words;
  for (const machines::ToolUse& use : cycle.tools) {
    if (!words.empty()) words += ' ';
    words += use.tool;
  }
  return words;
}

void append_row(std::string& out, const machines::Cycle& cycle) {
  out += format_time(cycle.range.from) + ',' + format_time(cycle.range.to) + ',';
  append_quoted(out, cycle.program);
  const machines::CycleEvidence& evidence = cycle.evidence;
  out += fmt::format(",{:d},{},{},{},{:d},{:d},{:d},{},{},{},{},", cycle.complete, word(cycle.end),
                     cycle.rule, cycle.confidence, evidence.counter, evidence.program_end,
                     evidence.tool_sequence, cycle.counted, cycle.in_cycle.in_seconds(),
                     cycle.executing.in_seconds(), cycle.unseen.in_seconds());
  append_quoted(out, tools_in_words(cycle));
  out += "\r\n";
}

}  // namespace

void write_cycles(JsonWriter& w, const machines::CycleList& list) {
  w.begin_object().key("items").begin_array();
  for (const machines::Cycle& cycle : list.cycles) write_one(w, cycle);
  w.end_array().member("unseen_parts", list.unseen_parts).end_object();
}

void write_cycle_statistics(JsonWriter& w,
                            const std::vector<machines::ProgramStatistics>& statistics) {
  w.begin_object().key("items").begin_array();
  for (const machines::ProgramStatistics& program : statistics) {
    w.begin_object();
    text_or_null(w, "program", program.program);
    w.member("complete", program.complete).member("tries", program.tries);
    w.member("counted", program.counted);
    write_spread(w, "in_cycle", program.complete > 0, program.in_cycle);
    write_spread(w, "executing", program.complete > 0, program.executing);
    w.member("in_tries", program.in_tries.in_seconds()).end_object();
  }
  w.end_array().end_object();
}

std::string csv_of_cycles(const std::vector<machines::Cycle>& cycles) {
  std::string csv(kHead);
  for (const machines::Cycle& cycle : cycles) append_row(csv, cycle);
  return csv;
}

}  // namespace heed::http
