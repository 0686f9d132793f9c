#include "http/shdr_report.h"

#include "box/shdr_observation.h"
#include "wire/shdr/line.h"
#include "wire/shdr/splitter.h"

namespace heed::http {
namespace {

namespace shdr = wire::shdr;

std::unexpected<Error> unreadable(std::size_t number, shdr::Flaw flaw) {
  return fail(ErrorKind::kInvalid,
              "line " + std::to_string(number) + ": " + std::string(words(flaw)),
              "write time|key|value; nothing of this request was stored");
}

}  // namespace

Result<machines::Report> report_of_lines(std::string_view lines, machines::MachineId machine,
                                         Time arrival) {
  machines::Report report{.machine = machine, .arrival = arrival};
  shdr::LineSplitter splitter;
  splitter.feed(lines);
  if (!lines.ends_with('\n')) splitter.feed("\n");
  shdr::Line line;
  std::size_t number = 0;
  while (const auto raw = splitter.next()) {
    ++number;
    parse_line(*raw, line);
    if (line.kind == shdr::LineKind::kMalformed || line.flaw != shdr::Flaw::kNone) {
      return unreadable(number, line.flaw);
    }
    const bool is_asset = line.kind == shdr::LineKind::kAsset;
    if (line.kind != shdr::LineKind::kObservations && !is_asset) continue;
    const auto index = static_cast<std::uint32_t>(report.raw.size());
    report.raw.emplace_back(raw->text);
    const std::size_t before = report.observations.size();
    if (is_asset) report.observations.push_back(box::observation_of(line.asset, line.stamp.time));
    for (const shdr::Entry& entry : line.entries) {
      report.observations.push_back(box::observation_of(entry, line.stamp.time, line.stamp.lasted));
    }
    for (std::size_t i = before; i < report.observations.size(); ++i) {
      report.observations[i].raw = index;
    }
  }
  if (const auto rest = splitter.finish()) return unreadable(number + 1, shdr::Flaw::kCut);
  return report;
}

}  // namespace heed::http
