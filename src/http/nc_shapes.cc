#include "http/nc_shapes.h"

#include <algorithm>

#include "base/utf8.h"
#include "machines/program_diff.h"

namespace heed::http {
namespace {

namespace nc = machines::nc;

constexpr bool begins_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

/// How long a browser says a piece of UTF-8 is: in UTF-16. A character that a token's end divides
/// belongs to the first of both.
std::uint64_t utf16_length(std::string_view text) {
  std::uint64_t length = 0;
  for (const char c : text) {
    if (begins_character(c)) length += static_cast<unsigned char>(c) >= 0xF0 ? 2 : 1;
  }
  return length;
}

void write_line(JsonWriter& w, std::string_view line, nc::Dialect dialect) {
  std::string text = machines::shown_text(line);
  std::size_t size = std::min(text.size(), kLongestShownLine);
  while (size > 0 && size < text.size() && !begins_character(text[size])) --size;
  const std::uint64_t left_out = text.size() - size;
  text.resize(size);
  w.begin_object().member("text", text).key("tokens").begin_array();
  nc::Lexer lexer(text, dialect);
  for (nc::Token token; lexer.next(token);) {
    const auto length = utf16_length(std::string_view(text).substr(token.offset, token.size));
    if (length == 0) continue;
    w.value(std::uint64_t{static_cast<std::uint8_t>(token.kind)}).value(length);
  }
  w.end_array();
  if (left_out > 0) w.member("left_out", left_out);
  w.end_object();
}

void write_seconds(JsonWriter& w, const nc::Seconds& seconds) {
  w.begin_object().member("cutting", seconds.cutting).member("rapid", seconds.rapid);
  w.member("dwell", seconds.dwell).member("tool_change", seconds.tool_change);
  w.member("spindle", seconds.spindle).member("standstill", seconds.standstill);
  w.member("assumed", seconds.assumed).end_object();
}

void write_notes(JsonWriter& w, const nc::Reading& reading) {
  w.key("notes").begin_array();
  for (const nc::Note& note : reading.notes) {
    w.begin_object().member("kind", word(note.kind)).member("line", std::uint64_t{note.line});
    w.member("times", note.times).member("text", machines::shown_text(note.text)).end_object();
  }
  w.end_array();
}

void write_parts(JsonWriter& w, const nc::Estimate& estimate) {
  w.key("tools").begin_array();
  for (const nc::ToolTime& tool : estimate.tools) {
    w.begin_object().member("tool", std::uint64_t{tool.tool}).member("changes", tool.changes);
    w.member("seconds", tool.seconds.total()).key("parts");
    write_seconds(w, tool.seconds);
    w.end_object();
  }
  w.end_array().key("sections").begin_array();
  for (const nc::Section& section : estimate.sections) {
    w.begin_object().member("title", machines::shown_text(section.title));
    w.member("tool", std::uint64_t{section.tool});
    w.member("first_line", std::uint64_t{section.first_line});
    w.member("last_line", std::uint64_t{section.last_line});
    w.member("seconds", section.seconds.total()).end_object();
  }
  w.end_array();
}

void write_dialect(JsonWriter& w, const machines::ToldDialect& told) {
  w.member("dialect", nc::word(told.dialect)).member("dialect_from", word(told.from));
}

}  // namespace

void write_tokens(JsonWriter& w, std::string_view content, const machines::ToldDialect& dialect,
                  const ShownLines& shown) {
  const bool binary = machines::is_binary(content);
  w.begin_object().member("binary", binary);
  w.member("encoding", is_utf8(content) ? "utf-8" : "iso-8859-1");
  write_dialect(w, dialect);
  w.key("kinds").begin_array();
  for (std::uint8_t kind = 0; kind <= static_cast<std::uint8_t>(nc::TokenKind::kError); ++kind) {
    w.value(nc::word(static_cast<nc::TokenKind>(kind)));
  }
  w.end_array().member("from", shown.from).key("lines").begin_array();
  std::uint64_t line = 0;
  for (std::size_t at = 0; !binary && at < content.size();) {
    const std::size_t end = std::min(content.find_first_of("\r\n", at), content.size());
    ++line;
    if (line >= shown.from && line - shown.from < shown.lines) {
      write_line(w, content.substr(at, end - at), dialect.dialect);
    }
    at = end + nc::line_end(content, end);
  }
  w.end_array().member("all", line).end_object();
}

void write_program_time(JsonWriter& w, const machines::ProgramTime& told,
                        const std::optional<machines::Machine>& machine) {
  const nc::Estimate& estimate = told.estimate;
  w.begin_object();
  write_dialect(w, told.dialect);
  w.member("machine", machine ? std::optional(machine->id.text()) : std::nullopt);
  w.key("constants").begin_object().member("from", told.base.fitted ? "cycles" : "prior");
  w.member("programs", told.base.programs).member("cycles", told.base.cycles);
  w.member("left_out", told.base.left_out).end_object();
  w.key("measured");
  if (told.measured) {
    const auto& spread = told.measured->in_cycle;
    w.begin_object().member("cycles", told.measured->complete);
    w.member("median", spread.median.in_seconds()).member("p10", spread.p10.in_seconds());
    w.member("p90", spread.p90.in_seconds()).end_object();
  } else {
    w.null();
  }
  w.member("seconds", estimate.seconds.total()).member("low", estimate.low);
  w.member("high", estimate.high).member("at_least", estimate.at_least);
  w.member("whole", estimate.reading.whole).member("cut", estimate.reading.cut);
  w.key("parts");
  write_seconds(w, estimate.seconds);
  w.key("not_reckoned").begin_object().member("cuts", estimate.not_reckoned.cuts);
  w.member("stops", estimate.not_reckoned.stops).member("waits", estimate.not_reckoned.waits);
  w.end_object();
  write_parts(w, estimate);
  write_notes(w, estimate.reading);
  w.member("lines", estimate.reading.lines).member("blocks", estimate.reading.blocks);
  w.end_object();
}

}  // namespace heed::http
