#include "machines/program_time.h"

#include <algorithm>
#include <functional>
#include <map>
#include <tuple>
#include <utility>

#include "machines/figures.h"
#include "machines/program_diff.h"
#include "machines/program_name.h"

namespace heed::machines {
namespace {

using policy::Withheld;

/// The organization's programs, as one request sees them.
class Shelf {
 public:
  static Governed<Shelf> open(Programs& stored, const TimeAsker& asker,
                              const std::optional<Machine>& machine) {
    ProgramQuery query;
    if (machine) query.machine = machine->id;
    ASSIGN_OR_RETURN(auto programs, stored.list(asker.programs, query));
    std::erase_if(programs, [&](const Program& program) {
      return program.current == 0 || (program.machine && !machine);
    });
    // As Programs::named takes them: one for the machine alone comes before those for all.
    std::ranges::sort(programs, {}, [](const Program& p) {
      return std::tuple(!p.machine.has_value(), p.folder, p.name, p.id);
    });
    return Shelf(stored, asker, std::move(programs));
  }

  /// The one that a control calls so: by its very name, else without ending, case and zeros.
  const Program* named(std::string_view name) const {
    auto found = std::ranges::find(programs_, name, &Program::name);
    if (found == programs_.end()) {
      found = std::ranges::find_if(programs_,
                                   [&](const Program& p) { return is_same_program(p.name, name); });
    }
    return found == programs_.end() ? nullptr : &*found;
  }

  /// The current text of what is called so. What is not there is not asked for twice.
  std::optional<std::string> look_up(std::string_view name) {
    if (const auto known = texts_.find(name); known != texts_.end()) return known->second;
    if (texts_.size() >= nc::kMostTexts) return std::nullopt;
    auto& text = texts_[std::string(name)];
    const Program* const program = named(name);
    if (program == nullptr || program->size > kMostLookedUp - looked_up_) return text;
    looked_up_ += program->size;
    auto content = stored_->content(asker_->programs, program->id, program->current);
    if (content && !is_binary(*content)) text = *std::move(content);
    return text;
  }

 private:
  Shelf(Programs& stored, const TimeAsker& asker, std::vector<Program> programs)
      : stored_(&stored), asker_(&asker), programs_(std::move(programs)) {}

  Programs* stored_;
  const TimeAsker* asker_;
  std::vector<Program> programs_;
  std::map<std::string, std::optional<std::string>, std::less<>> texts_;
  std::uint64_t looked_up_ = 0;
};

/// The cycles of as many days as there is room for.
Governed<std::vector<Cycle>> recent_cycles(const Figures& figures, const TimeAsker& asker,
                                           MachineId machine, Time now) {
  for (std::int32_t days = kFitDays; days > 0; days /= 5) {
    auto list = figures.cycles(asker.cycles, machine, {now - Duration::days(days), now});
    if (list) return std::move(list->cycles);
    const Error* const error = list.error().error();
    if (error == nullptr || error->kind != ErrorKind::kExhausted) {
      return std::unexpected(std::move(list).error());
    }
  }
  return std::vector<Cycle>();
}

/// A program with how long it took.
struct Seen {
  const Program* program = nullptr;
  ProgramStatistics statistics;
};

/// The newest text first. Cycles from before a program's current text came say nothing of it; of a
/// program that only ever had one text, it is taken that they do.
std::vector<Seen> seen_programs(const Shelf& shelf, std::vector<Cycle> cycles) {
  std::map<std::string, const Program*, std::less<>> known;
  std::erase_if(cycles, [&](const Cycle& cycle) {
    if (cycle.program.empty()) return true;
    auto [at, is_new] = known.try_emplace(cycle.program, nullptr);
    if (is_new) at->second = shelf.named(cycle.program);
    const Program* const program = at->second;
    return program == nullptr || (program->revisions > 1 && cycle.range.from < program->changed);
  });
  for (Cycle& cycle : cycles) cycle.program = known.at(cycle.program)->id.text();
  std::map<std::string, const Program*, std::less<>> by_id;
  for (const auto& [name, program] : known) {
    if (program != nullptr) by_id.emplace(program->id.text(), program);
  }
  std::vector<Seen> seen;
  for (auto& statistics : cycle_statistics(cycles)) {
    const Program* const program = by_id.at(statistics.program);
    if (statistics.complete > 0 && statistics.in_cycle.median > Duration()) {
      seen.push_back({program, std::move(statistics)});
    }
  }
  std::ranges::sort(seen, std::greater(),
                    [](const Seen& s) { return std::pair(s.program->changed, s.program->id); });
  return seen;
}

/// The machine's constants, and what they stand on.
class Fit {
 public:
  Fit(Programs& stored, const TimeAsker& asker, Shelf& shelf, nc::Dialect dialect)
      : stored_(stored),
        asker_(asker),
        shelf_(shelf),
        dialect_(dialect),
        prior_(nc::prior(dialect)) {}

  nc::Constants of(const std::vector<Seen>& seen) {
    std::vector<nc::Measured> measured;
    programs_.reserve(kMostFitPrograms);
    for (const Seen& one : seen) {
      if (programs_.size() >= kMostFitPrograms || !take(*one.program)) {
        ++base_.left_out;
        continue;
      }
      const DurationSpread& spread = one.statistics.in_cycle;
      measured.push_back({.program = &programs_.back(),
                          .median = spread.median.in_seconds(),
                          .p10 = spread.p10.in_seconds(),
                          .p90 = spread.p90.in_seconds(),
                          .cycles = one.statistics.complete});
      base_.cycles += one.statistics.complete;
    }
    const auto fitted = nc::fit(measured, prior_);
    if (!fitted) return prior_;
    base_.fitted = true;
    base_.programs = measured.size();
    return fitted->constants;
  }
  const FitBase& base() const { return base_; }

 private:
  /// False if it cannot teach anything within the bounds: what waits for something or is not known
  /// as a whole would be taken for a slow machine.
  bool take(const Program& program) {
    if (program.size > std::min(kLargestFitText, text_left_) || blocks_left_ == 0) return false;
    text_left_ -= program.size;
    const auto text = stored_.content(asker_.programs, program.id, program.current);
    if (!text || is_binary(*text)) return false;
    nc::Digester digester(prior_);
    bool good = true;
    std::uint64_t steps = 0;  // a block may be many: a hole of many pecks
    const auto keep = [&](const nc::Step& step) {
      ++steps;
      good = good && step.kind != nc::StepKind::kUnknownCut && step.kind != nc::StepKind::kWait;
      if (good) digester.take(step);
    };
    const nc::Settings settings{
        .dialect = dialect_,
        .lookup = [this](std::string_view name) { return shelf_.look_up(name); },
        .most_blocks = blocks_left_};
    const auto reading = nc::interpret(*text, settings, keep);
    if (!reading) return false;
    const std::uint64_t spent = reading->cut ? blocks_left_ : std::max(reading->blocks, steps);
    blocks_left_ -= std::min(blocks_left_, spent);
    nc::Digest digest = digester.finish();
    if (!reading->whole || !good || nc::seconds_of(digest, prior_).total() <= 0) return false;
    programs_.push_back(std::move(digest));
    return true;
  }

  Programs& stored_;
  const TimeAsker& asker_;
  Shelf& shelf_;
  const nc::Dialect dialect_;
  const nc::Constants prior_;
  std::vector<nc::Digest> programs_;
  std::uint64_t blocks_left_ = kMostFitBlocks;
  std::uint64_t text_left_ = kMostFitText;
  FitBase base_;
};

std::optional<nc::Dialect> spoken_by(Protocol protocol) {
  switch (protocol) {
    case Protocol::kFanuc: return nc::Dialect::kFanuc;
    case Protocol::kHaas: return nc::Dialect::kHaas;
    case Protocol::kLinuxcnc: return nc::Dialect::kLinuxCnc;
    case Protocol::kGrbl: return nc::Dialect::kGrbl;
    case Protocol::kMarlin: return nc::Dialect::kMarlin;
    // Heidenhain's controls read ISO programs too, so that one must look at the text.
    default: return std::nullopt;
  }
}

}  // namespace

std::string_view word(DialectFrom from) {
  switch (from) {
    case DialectFrom::kAsked: return "asked";
    case DialectFrom::kMachine: return "machine";
    case DialectFrom::kRecognized: break;
  }
  return "recognized";
}

ToldDialect dialect_of(std::string_view text, std::optional<nc::Dialect> asked,
                       const std::optional<Machine>& machine) {
  if (asked) return {*asked, DialectFrom::kAsked};
  if (machine) {
    if (const auto spoken = spoken_by(machine->protocol)) return {*spoken, DialectFrom::kMachine};
  }
  return {nc::recognize(text), DialectFrom::kRecognized};
}

Governed<ProgramTime> time_of(Programs& programs, const Figures& figures, const TimeAsker& asker,
                              const TimeAsk& ask, Time now) {
  ASSIGN_OR_RETURN(const Bytes text,
                   programs.content(asker.programs, ask.program.id, ask.revision));
  if (is_binary(text)) {
    return std::unexpected(Withheld(Error{ErrorKind::kUnsupported, "this is no text",
                                          "Put the program there as the control reads it."}));
  }
  ASSIGN_OR_RETURN(Shelf shelf, Shelf::open(programs, asker, ask.machine));
  ProgramTime told{.dialect = dialect_of(text, ask.dialect, ask.machine)};
  nc::Constants constants = nc::prior(told.dialect.dialect);
  // Klartext is refused below, and needs no constants.
  if (ask.machine && told.dialect.dialect != nc::Dialect::kHeidenhain) {
    ASSIGN_OR_RETURN(auto cycles, recent_cycles(figures, asker, ask.machine->id, now));
    const auto seen = seen_programs(shelf, std::move(cycles));
    Fit fit(programs, asker, shelf, told.dialect.dialect);
    constants = fit.of(seen);
    told.base = fit.base();
    const auto own =
        std::ranges::find(seen, ask.program.id, [](const Seen& s) { return s.program->id; });
    if (own != seen.end() && ask.revision == ask.program.current) told.measured = own->statistics;
  }
  const nc::Settings settings{.dialect = told.dialect.dialect,
                              .lookup = [&](std::string_view name) { return shelf.look_up(name); },
                              .most_blocks = ask.most_blocks};
  auto estimate = nc::estimate(text, settings, constants);
  if (!estimate) return std::unexpected(Withheld(std::move(estimate).error()));
  told.estimate = *std::move(estimate);
  return told;
}

}  // namespace heed::machines
