#include "machines/nc/interpret.h"

#include <fmt/core.h>

#include "machines/nc/interpreter.h"

namespace heed::machines::nc {

Result<Reading> interpret(std::string_view text, const Settings& settings,
                          const std::function<void(const Step&)>& take) {
  if (text.size() > kLargestText) {
    return fail(ErrorKind::kExhausted,
                fmt::format("a program of {} bytes is too large", text.size()),
                fmt::format("divide it into programs of at most {} MiB", kLargestText >> 20));
  }
  const Dialect dialect = settings.dialect ? *settings.dialect : recognize(text);
  if (dialect == Dialect::kHeidenhain) {
    return fail(ErrorKind::kUnsupported, "a Klartext program can be shown, and not be timed",
                "post the program in ISO form, or rely on the measured cycles");
  }
  return Interpreter(text, settings, dialect, take).run();
}

Result<Program> read(std::string_view text, const Settings& settings) {
  Program program;
  auto titles = std::make_shared<std::deque<std::string>>();
  bool fits = true;
  const auto keep = [&](const Step& step) {
    if (program.steps.size() >= kMostKeptSteps) {
      fits = false;
      return;
    }
    program.steps.push_back(step);
    if (!step.title.empty()) {
      program.steps.back().title = titles->emplace_back(step.title);
    }
  };
  ASSIGN_OR_RETURN(program.reading, interpret(text, settings, keep));
  if (!fits) {
    return fail(ErrorKind::kExhausted,
                fmt::format("the program does more than {} things", kMostKeptSteps),
                "estimate it as it is read, without keeping its steps");
  }
  program.steps.shrink_to_fit();
  program.titles = std::move(titles);
  return program;
}

}  // namespace heed::machines::nc
