#include "app/policy_command.h"

#include <fmt/core.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

#include "app/arguments.h"
#include "app/files.h"
#include "policy/shipped.h"
#include "policy/tool/test_results.h"
#include "policy/tool/tool.h"

namespace heed::app {
namespace {

using policy::PolicyText;
using policy::PolicyTexts;
using policy::ToolAnswer;

constexpr std::size_t kLargestPolicy = 4U << 20;  ///< As the parser's own limit.
constexpr std::size_t kLargestLog = 1U << 30;     ///< A log is held whole while it is replayed.
constexpr std::string_view kShipped = "shipped:";

constexpr const char* kFooter = R"(
FILE is a path, - for the standard input, or shipped:NAME for a policy that comes with heed
(shipped:heed, shipped:chatter, shipped:chatmeter). Words that a policy uses and no file has are
taken from heed_words. Give overlays and words of your own as further FILEs.

Examples:
  heed policy check shop.policy                     errors and warnings, each with its mend
  heed policy check --strict --json shop.policy     for a pipeline: 0 good, 1 errors, 2 warnings
  heed policy format --write shop.policy
  heed policy diff shop.policy proposed.policy      status 3 if a promise is weakened
  heed policy render shop.policy --as html -o privacy.html
  heed policy explain shipped:heed --purpose marketing --category personal.contact \
      --party engine --when opted_out --not minor
  heed policy coverage shop.policy --tests report.json
  heed policy replay proposed.policy --log decisions.jsonl)";

struct Options {
  std::vector<std::string> files;
  std::vector<std::string> words;
  std::string before;
  std::string after;
  bool json = false;
  bool strict = false;
  bool write = false;
  bool only_check = false;
  std::string as = "html";
  std::string output;
  policy::Question question;
  std::vector<std::string> reports;
  std::string log;
};

Result<PolicyText> read_policy(const std::string& name) {
  if (!name.starts_with(kShipped)) {
    ASSIGN_OR_RETURN(std::string text, read_text(name, kLargestPolicy));
    return PolicyText{name, std::move(text)};
  }
  const std::string wanted = name.substr(kShipped.size());
  if (const auto text = policy::shipped(wanted)) {
    return PolicyText{wanted + ".policy", std::string(*text)};
  }
  return fail(ErrorKind::kNotFound, fmt::format("no policy '{}' comes with heed", wanted),
              "those that do are heed, chatter and chatmeter");
}

Result<PolicyTexts> read_policies(const std::vector<std::string>& names,
                                  const std::vector<std::string>& words = {}) {
  PolicyTexts texts;
  for (const auto* all : {&names, &words}) {
    for (const std::string& name : *all) {
      ASSIGN_OR_RETURN(PolicyText text, read_policy(name));
      texts.push_back(std::move(text));
    }
  }
  return texts;
}

Result<ToolAnswer> run_check(const Options& options) {
  ASSIGN_OR_RETURN(const PolicyTexts texts, read_policies(options.files));
  return tool_check(texts, {.json = options.json, .strict = options.strict}, SystemClock().now());
}

/// Prints, checks or writes back one file's canonical form.
Result<ToolAnswer> format_one(const Options& options, const PolicyText& text) {
  ToolAnswer made = tool_format(text, options.json);
  if (made.status != policy::ToolStatus::kGood || options.json) return made;
  if (!options.write && !options.only_check) return made;
  if (made.text == text.text) return ToolAnswer{};
  if (options.only_check) {
    return fail(ErrorKind::kInvalid, text.file + " is not in its canonical form",
                "run: heed policy format --write " + text.file);
  }
  ASSIGN_OR_RETURN(const std::size_t written, write_text(text.file, made.text));
  return ToolAnswer{{}, fmt::format("{}: {} bytes\n", text.file, written), {}};
}

Result<ToolAnswer> run_format(const Options& options) {
  ToolAnswer all;
  ASSIGN_OR_RETURN(const PolicyTexts texts, read_policies(options.files));
  for (const PolicyText& text : texts) {
    auto one = format_one(options, text);
    if (!one) one = policy::tool_error(one.error(), options.json);
    all.status = std::max(all.status, one->status);
    all.text += one->text;
    all.error += one->error;
  }
  return all;
}

Result<ToolAnswer> run_diff(const Options& options) {
  ASSIGN_OR_RETURN(const PolicyTexts before, read_policies({options.before}, options.words));
  ASSIGN_OR_RETURN(const PolicyTexts after, read_policies({options.after}, options.words));
  return tool_diff(before, after, options.json);
}

Result<ToolAnswer> run_render(const Options& options) {
  ASSIGN_OR_RETURN(const PolicyTexts texts, read_policies(options.files));
  ToolAnswer answer = tool_render(texts, options.as, options.json, SystemClock().now());
  if (options.output.empty() || answer.status != policy::ToolStatus::kGood) return answer;
  ASSIGN_OR_RETURN(const std::size_t written, write_text(options.output, answer.text));
  answer.text = fmt::format("{}: {} bytes\n", options.output, written);
  return answer;
}

Result<ToolAnswer> run_explain(const Options& options) {
  ASSIGN_OR_RETURN(const PolicyTexts texts, read_policies(options.files));
  return tool_explain(texts, options.question, options.json);
}

Result<ToolAnswer> run_coverage(const Options& options, const policy::Inventory& program) {
  ASSIGN_OR_RETURN(const PolicyTexts texts, read_policies(options.files));
  std::vector<policy::TestResult> results;
  for (const std::string& report : options.reports) {
    ASSIGN_OR_RETURN(const std::string text, read_text(report, kLargestLog));
    auto read = policy::read_test_results(text);
    if (!read) {
      Error error = std::move(read).error();
      error.message = report + ": " + error.message;
      return std::unexpected(std::move(error));
    }
    results.insert(results.end(), read->begin(), read->end());
  }
  return tool_coverage(texts, program, results, options.json);
}

Result<ToolAnswer> run_replay(const Options& options) {
  ASSIGN_OR_RETURN(const PolicyTexts texts, read_policies(options.files));
  ASSIGN_OR_RETURN(const std::string log, read_text(options.log, kLargestLog));
  return tool_replay(texts, log, options.json);
}

CLI::App* add(CLI::App& program, Options& options, const char* name, const char* what) {
  CLI::App* command = program.add_subcommand(name, what);
  command->add_flag("--json", options.json, "Answer in JSON");
  return command;
}

void add_files(CLI::App* command, Options& options) {
  command->add_option("FILE", options.files, "The policy, and overlays and words beside it")
      ->required();
}

void add_commands(CLI::App& program, Options& options) {
  CLI::App* check = add(program, options, "check", "Find errors, and what a lawyer should look at");
  add_files(check, options);
  check->add_flag("--strict", options.strict, "End with status 2 if there are warnings");

  CLI::App* format = add(program, options, "format", "Print a file in its canonical form");
  add_files(format, options);
  CLI::Option* write = format->add_flag("--write", options.write, "Write it back to the file");
  format->add_flag("--check", options.only_check, "End with status 1 if it has another form")
      ->excludes(write);

  CLI::App* diff = add(program, options, "diff",
                       "Compare two policies, cell by cell; status 3 if a promise is weakened");
  diff->add_option("OLD", options.before, "The policy in force")->required();
  diff->add_option("NEW", options.after, "The proposed one")->required();
  diff->add_option("--words", options.words, "A file of words that both use");

  CLI::App* render = add(program, options, "render", "Make the published page, or another form");
  add_files(render, options);
  render->add_option("--as", options.as, "html, markdown, dpv, fides, gpc or text")
      ->capture_default_str();
  render->add_option("-o,--output", options.output, "Write to this file");
}

void add_questions(CLI::App& program, Options& options) {
  CLI::App* explain =
      add(program, options, "explain", "Say what is decided about a request, and which rules lost");
  add_files(explain, options);
  explain->add_option("--purpose", options.question.purpose, "What for")->required();
  explain->add_option("--category", options.question.category, "Which data")->required();
  explain->add_option("--party", options.question.party, "To whom")->required();
  explain->add_option("--when", options.question.holds,
                      "A fact that holds: opted_out, or source:browser");
  explain->add_option("--not", options.question.fails,
                      "A fact that does not hold; all others are unknown, which never helps");

  CLI::App* coverage = add(program, options, "coverage",
                           "Hold the text against this program, and its obligations against tests");
  add_files(coverage, options);
  coverage->add_option("--tests", options.reports,
                       "A report of GoogleTest: JSON, XML, or what it printed; may be repeated");

  CLI::App* replay = add(program, options, "replay",
                         "Hold past decisions against the text: what would newly pass or fail");
  add_files(replay, options);
  replay->add_option("--log", options.log, "Decisions, one JSON object a line")->required();
}

Result<ToolAnswer> run(const CLI::App& program, const Options& options,
                       const std::function<policy::Inventory()>& inventory) {
  if (program.got_subcommand("check")) return run_check(options);
  if (program.got_subcommand("format")) return run_format(options);
  if (program.got_subcommand("diff")) return run_diff(options);
  if (program.got_subcommand("render")) return run_render(options);
  if (program.got_subcommand("explain")) return run_explain(options);
  if (program.got_subcommand("coverage")) return run_coverage(options, inventory());
  return run_replay(options);
}

}  // namespace

int policy_command(int argc, const char* const* argv,
                   const std::function<policy::Inventory()>& inventory) {
  CLI::App program("Check, compare, explain and publish policies.", "heed policy");
  program.require_subcommand(1);
  program.footer(kFooter);
  Options options;
  add_commands(program, options);
  add_questions(program, options);
  if (const auto status = answered(program, argc, argv)) return *status;
  auto answer = run(program, options, inventory);
  if (!answer) answer = policy::tool_error(answer.error(), options.json);
  fmt::print("{}", answer->text);
  fmt::print(stderr, "{}", answer->error);
  return static_cast<int>(answer->status);
}

}  // namespace heed::app
