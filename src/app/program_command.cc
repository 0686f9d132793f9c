#include "app/program_command.h"

#include <fmt/core.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <deque>
#include <filesystem>

#include "app/arguments.h"
#include "app/files.h"
#include "app/report.h"
#include "base/json.h"
#include "machines/nc/nc.h"

namespace heed::app {
namespace {

namespace nc = machines::nc;

constexpr std::size_t kRowsOfNotes = 50;
constexpr std::size_t kRowsOfSections = 40;

constexpr const char* kFooter = R"(
FILE is a path, or - for the standard input. Which control a program was written for is recognized;
--dialect says it: fanuc, haas, linuxcnc, grbl, marlin, heidenhain (shown only). Sub-programs that
are not in the file are looked for in the directories of --sub: O1234, O1234.nc, name.ngc.
What is understood, and how time is reckoned, is told in docs/NC.md.

Examples:
  heed program check part.nc                       errors and doubts, with their lines
  heed program check --strict --json part.nc       for a pipeline: 0 good, 1 errors, 2 doubts
  heed program estimate part.nc                    how long, with an interval, by tool and section
  heed program estimate part.nc --machine rapid=36000 acceleration=4000 tool_change=3.2
  heed program estimate main.ngc --sub nc_subroutines --set '#500=12.5' --lines
  heed program fit bracket.nc=184 plate.nc=97.5 dial.nc=312
                       the --machine words that fit what the machine really took

Words of --machine, with what is taken for a machining centre of which nothing is known:
)";

struct Options {
  std::string file;
  std::vector<std::string> measured;
  std::vector<std::string> machine;
  std::vector<std::string> sub;
  std::vector<std::string> set;
  std::string dialect;
  double least_increment = 0;
  bool block_delete = false;
  bool strict = false;
  bool lines = false;
  bool json = false;
};

struct Answer {
  int status = 0;
  std::string text;
};

/// The text of a sub-program in one of the directories, by the names that shops give such files.
std::optional<std::string> find_sub(const std::vector<std::string>& directories,
                                    std::string_view name) {
  for (const std::string& directory : directories) {
    for (const std::string_view ending : {"", ".nc", ".NC", ".ngc", ".tap", ".MIN"}) {
      const std::filesystem::path path =
          std::filesystem::path(directory) / (std::string(name) + std::string(ending));
      // A name comes out of the program: it may not leave the directory.
      if (path.filename() != std::string(name) + std::string(ending)) return std::nullopt;
      std::error_code ignored;
      if (!std::filesystem::is_regular_file(path, ignored)) continue;
      auto text = read_text(path.string(), nc::kLargestText);
      if (text) return *std::move(text);
    }
  }
  return std::nullopt;
}

Result<nc::Settings> settings_of(const Options& options) {
  nc::Settings settings;
  if (!options.dialect.empty()) {
    settings.dialect = nc::dialect_named(options.dialect);
    if (!settings.dialect) {
      return fail(ErrorKind::kInvalid, fmt::format("there is no dialect '{}'", options.dialect),
                  "say fanuc, haas, linuxcnc, grbl, marlin or heidenhain");
    }
  }
  settings.block_delete = options.block_delete;
  settings.least_increment = options.least_increment;
  for (const std::string& word : options.set) {
    const std::size_t equals = word.find('=');
    double value = 0;
    const char* const end = word.data() + word.size();
    const bool has_value = equals != std::string::npos && word.starts_with('#') &&
                           std::from_chars(word.data() + equals + 1, end, value).ptr == end;
    if (!has_value) {
      return fail(ErrorKind::kInvalid, fmt::format("--set {}: this sets no variable", word),
                  "write --set '#500=12.5' or '#<_name>=3'");
    }
    settings.variables[word.substr(0, equals)] = value;
  }
  settings.lookup = [directories = options.sub](std::string_view name) {
    return find_sub(directories, name);
  };
  return settings;
}

Result<nc::Constants> constants_of(const Options& options, nc::Dialect dialect) {
  nc::Constants constants = nc::prior(dialect);
  for (const std::string& word : options.machine) {
    if (auto set = nc::set_constant(constants, word); !set) return std::unexpected(set.error());
  }
  return constants;
}

/// "1:02:03" or "4:05.2".
std::string clock(double seconds) {
  const auto whole = static_cast<std::int64_t>(seconds);
  if (whole >= 3'600) {
    return fmt::format("{}:{:02}:{:02}", whole / 3'600, whole / 60 % 60, whole % 60);
  }
  return fmt::format("{}:{:04.1f}", whole / 60, seconds - static_cast<double>(whole / 60 * 60));
}

/// Bytes that a terminal would take as commands become dots.
std::string printable(std::string_view text) {
  std::string clean;
  for (const char c : text) clean += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '.' : c;
  return clean;
}

void print_notes(std::string& out, const std::string& file, const nc::Reading& reading) {
  std::size_t rows = 0;
  for (const nc::Note& note : reading.notes) {
    if (++rows > kRowsOfNotes) {
      out += fmt::format("… and {} more; --json tells all\n", reading.notes.size() - kRowsOfNotes);
      return;
    }
    const std::string times = note.times > 1 ? fmt::format(" ({} times)", note.times) : "";
    out += fmt::format("{}:{}: {}: {}{}\n", file, note.line, nc::word(note.kind),
                       printable(note.text), times);
  }
}

void write_notes(JsonWriter& out, const nc::Reading& reading) {
  out.key("notes").begin_array();
  for (const nc::Note& note : reading.notes) {
    out.begin_object()
        .member("kind", nc::word(note.kind))
        .member("line", note.line)
        .member("times", note.times)
        .member("text", note.text)
        .end_object();
  }
  out.end_array();
}

Result<Answer> run_check(const Options& options) {
  ASSIGN_OR_RETURN(const std::string text, read_text(options.file, nc::kLargestText));
  ASSIGN_OR_RETURN(const nc::Settings settings, settings_of(options));
  ASSIGN_OR_RETURN(const nc::Reading reading,
                   nc::interpret(text, settings, [](const nc::Step&) {}));
  const bool errors = std::ranges::any_of(
      reading.notes, [](const nc::Note& note) { return note.kind == nc::NoteKind::kError; });
  Answer answer;
  answer.status = errors ? 1 : options.strict && !reading.notes.empty() ? 2 : 0;
  if (options.json) {
    JsonWriter out;
    out.begin_object()
        .member("dialect", nc::word(reading.dialect))
        .member("lines", reading.lines)
        .member("blocks", reading.blocks)
        .member("whole", reading.whole);
    write_notes(out, reading);
    out.end_object();
    answer.text = out.take() + "\n";
    return answer;
  }
  print_notes(answer.text, options.file, reading);
  answer.text +=
      fmt::format("{}: {}, {} lines, {} blocks executed, {} notes{}\n", options.file,
                  nc::word(reading.dialect), reading.lines, reading.blocks, reading.notes.size(),
                  reading.whole ? "" : "; not followed to its end");
  return answer;
}

void print_parts(std::string& out, const nc::Estimate& estimate) {
  const nc::Seconds& s = estimate.seconds;
  const std::array<std::pair<std::string_view, double>, 7> parts = {{{"cutting", s.cutting},
                                                                     {"rapid", s.rapid},
                                                                     {"dwell", s.dwell},
                                                                     {"tool change", s.tool_change},
                                                                     {"spindle", s.spindle},
                                                                     {"standstill", s.standstill},
                                                                     {"assumed ways", s.assumed}}};
  for (const auto& [name, seconds] : parts) {
    if (seconds <= 0) continue;
    out +=
        fmt::format("  {:14} {:>10} {:>5.1f} %\n", name, clock(seconds), 100 * seconds / s.total());
  }
  const nc::NotReckoned& left = estimate.not_reckoned;
  if (left.cuts > 0) out += fmt::format("  {} cuts of unknown length or feed\n", left.cuts);
  if (left.stops > 0) out += fmt::format("  {} stops for the operator\n", left.stops);
  if (left.waits > 0) out += fmt::format("  {} waits of unknown length\n", left.waits);
}

std::string table(const Options& options, const nc::Estimate& estimate) {
  std::string out = fmt::format(
      "{}: {}{} (80 %: {} to {}{})\n", options.file, estimate.at_least ? "at least " : "",
      clock(estimate.seconds.total()), clock(estimate.low), clock(estimate.high),
      estimate.at_least ? ", and what is unknown" : "");
  print_parts(out, estimate);
  if (estimate.tools.size() > 1) {
    out += "\ntool     changes      total    cutting      rapid\n";
    for (const nc::ToolTime& tool : estimate.tools) {
      out += fmt::format("{:8} {:>7} {:>10} {:>10} {:>10}\n",
                         tool.tool == 0 ? std::string("none") : fmt::format("T{}", tool.tool),
                         tool.changes, clock(tool.seconds.total()), clock(tool.seconds.cutting),
                         clock(tool.seconds.rapid));
    }
  }
  out += "\nlines              tool      total  section\n";
  std::size_t rows = 0;
  for (const nc::Section& section : estimate.sections) {
    if (++rows > kRowsOfSections) {
      out += fmt::format("… and {} more\n", estimate.sections.size() - kRowsOfSections);
      break;
    }
    out += fmt::format("{:18} {:>4} {:>10}  {}\n",
                       fmt::format("{}-{}", section.first_line, section.last_line),
                       section.tool == 0 ? std::string() : fmt::format("T{}", section.tool),
                       clock(section.seconds.total()), printable(section.title));
  }
  if (options.lines) {
    out += "\nlines               seconds\n";
    for (const nc::LineTime& line : estimate.lines) {
      out += fmt::format("{:18} {:>8.2f}\n", fmt::format("{}-{}", line.first_line, line.last_line),
                         line.seconds);
    }
  }
  return out + "\n";
}

void write_seconds(JsonWriter& out, const nc::Seconds& seconds) {
  out.key("seconds")
      .begin_object()
      .member("total", seconds.total())
      .member("cutting", seconds.cutting)
      .member("rapid", seconds.rapid)
      .member("dwell", seconds.dwell)
      .member("tool_change", seconds.tool_change)
      .member("spindle", seconds.spindle)
      .member("standstill", seconds.standstill)
      .member("assumed", seconds.assumed)
      .end_object();
}

std::string json(const nc::Estimate& estimate, const nc::Constants& constants) {
  JsonWriter out;
  out.begin_object()
      .member("dialect", nc::word(estimate.reading.dialect))
      .member("at_least", estimate.at_least)
      .member("low", estimate.low)
      .member("high", estimate.high)
      .member("machine", nc::constant_words(constants));
  write_seconds(out, estimate.seconds);
  out.key("not_reckoned")
      .begin_object()
      .member("cuts", estimate.not_reckoned.cuts)
      .member("stops", estimate.not_reckoned.stops)
      .member("waits", estimate.not_reckoned.waits)
      .end_object();
  out.key("tools").begin_array();
  for (const nc::ToolTime& tool : estimate.tools) {
    out.begin_object().member("tool", tool.tool).member("changes", tool.changes);
    write_seconds(out, tool.seconds);
    out.end_object();
  }
  out.end_array().key("sections").begin_array();
  for (const nc::Section& section : estimate.sections) {
    out.begin_object()
        .member("title", section.title)
        .member("tool", section.tool)
        .member("first_line", section.first_line)
        .member("last_line", section.last_line);
    write_seconds(out, section.seconds);
    out.end_object();
  }
  out.end_array();
  write_notes(out, estimate.reading);
  return out.end_object().take() + "\n";
}

Result<Answer> run_estimate(const Options& options) {
  ASSIGN_OR_RETURN(const std::string text, read_text(options.file, nc::kLargestText));
  ASSIGN_OR_RETURN(const nc::Settings settings, settings_of(options));
  const nc::Dialect dialect = settings.dialect.value_or(nc::recognize(text));
  ASSIGN_OR_RETURN(const nc::Constants constants, constants_of(options, dialect));
  ASSIGN_OR_RETURN(const nc::Estimate estimate, nc::estimate(text, settings, constants));
  Answer answer;
  if (options.json) {
    answer.text = json(estimate, constants);
    return answer;
  }
  answer.text = table(options, estimate);
  print_notes(answer.text, options.file, estimate.reading);
  answer.text += "Reckoned with " + nc::constant_words(constants) + "\n";
  return answer;
}

Result<Answer> run_fit(const Options& options) {
  ASSIGN_OR_RETURN(const nc::Settings settings, settings_of(options));
  std::optional<nc::Constants> prior;  // of the first program's control
  std::deque<nc::Digest> programs;
  std::vector<nc::Measured> measured;
  for (const std::string& word : options.measured) {
    const std::size_t equals = word.rfind('=');
    double seconds = 0;
    const char* const end = word.data() + word.size();
    if (equals == std::string::npos ||
        std::from_chars(word.data() + equals + 1, end, seconds).ptr != end) {
      return fail(ErrorKind::kInvalid, fmt::format("'{}' is no measured program", word),
                  "write FILE=SECONDS");
    }
    ASSIGN_OR_RETURN(const std::string text, read_text(word.substr(0, equals), nc::kLargestText));
    if (!prior) {
      const nc::Dialect dialect = settings.dialect.value_or(nc::recognize(text));
      ASSIGN_OR_RETURN(prior, constants_of(options, dialect));
    }
    nc::Digester digester(*prior);
    ASSIGN_OR_RETURN(
        [[maybe_unused]] const nc::Reading reading,
        nc::interpret(text, settings, [&](const nc::Step& step) { digester.take(step); }));
    programs.push_back(digester.finish());
    measured.push_back({&programs.back(), seconds, seconds, seconds, 1});
  }
  const nc::Constants from = prior.value_or(nc::Constants());
  ASSIGN_OR_RETURN(const nc::Fitted fitted, nc::fit(measured, from));
  ASSIGN_OR_RETURN(const auto left_out, nc::leave_one_out(measured, from));
  Answer answer;
  answer.text = "program                          measured   fitted   without it\n";
  for (std::size_t i = 0; i < measured.size(); ++i) {
    const std::string& word = options.measured[i];
    answer.text +=
        fmt::format("{:30} {:>10.1f} {:>+7.1f} % {:>+9.1f} %\n", word.substr(0, word.rfind('=')),
                    measured[i].median, 100 * (std::exp(-fitted.residuals[i]) - 1),
                    100 * (std::exp(-left_out[i]) - 1));
  }
  answer.text += fmt::format("\n--machine {}\n", nc::constant_words(fitted.constants));
  if (!fitted.settled) answer.text += "The search did not come to rest: this is the best found.\n";
  return answer;
}

void add_reading(CLI::App* command, Options& options) {
  command->add_option("--dialect", options.dialect, "The control that it was written for");
  command->add_option("--sub", options.sub, "A directory of sub-programs; may be repeated");
  command->add_option("--set", options.set, "A variable that the control keeps: '#500=12.5'");
  command
      ->add_option("--least-increment", options.least_increment,
                   "What a number without a decimal point counts, of Fanuc and Haas: 0.001 on "
                   "many controls (default: as it is written)")
      ->check(CLI::Range(0.0, 1.0));
  command->add_flag("--block-delete", options.block_delete, "Pass by blocks that begin with /");
  command->add_flag("--json", options.json, "Answer in JSON");
}

void add_commands(CLI::App& program, Options& options) {
  CLI::App* check = program.add_subcommand("check", "Find errors, and what cannot be known");
  check->add_option("FILE", options.file, "The program")->required();
  check->add_flag("--strict", options.strict, "End with status 2 if there is any note");
  add_reading(check, options);

  CLI::App* estimate = program.add_subcommand("estimate", "Say how long it takes");
  estimate->add_option("FILE", options.file, "The program")->required();
  estimate->add_option("--machine", options.machine, "What the machine is like: rapid=36000 …");
  estimate->add_flag("--lines", options.lines, "Tell the time of each range of lines");
  add_reading(estimate, options);

  CLI::App* fit = program.add_subcommand("fit", "Find a machine's constants from measured cycles");
  fit->add_option("FILE=SECONDS", options.measured, "A program, and how long its cycle took")
      ->required();
  fit->add_option("--machine", options.machine, "What is known of the machine already");
  add_reading(fit, options);
}

}  // namespace

int program_command(int argc, const char* const* argv) {
  CLI::App program("Check and time the programs of machines.", "heed program");
  program.require_subcommand(1);
  program.footer(std::string(kFooter) + std::string(nc::machine_words_help()));
  Options options;
  add_commands(program, options);
  if (const auto status = answered(program, argc, argv)) return *status;
  const auto answer = program.got_subcommand("check")      ? run_check(options)
                      : program.got_subcommand("estimate") ? run_estimate(options)
                                                           : run_fit(options);
  if (!answer) return report(answer.error());
  fmt::print("{}", answer->text);
  return answer->status;
}

}  // namespace heed::app
