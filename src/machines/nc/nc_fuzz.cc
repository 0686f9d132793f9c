#include <cmath>

#include "base/result.h"
#include "machines/nc/nc.h"

// Whatever bytes a program has: tokens cover it, and interpreting and timing it ends, with sums
// that agree. The first byte chooses the dialect and the switches.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heed::machines::nc;  // NOLINT(google-build-using-namespace)
  using heed::require;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto dialect = static_cast<Dialect>(data[0] % 6);
  std::size_t covered = 0;
  Lexer lexer(text, dialect);
  for (Token token; lexer.next(token);) {
    require(token.offset == covered && token.size > 0, "tokens follow each other");
    covered += token.size;
  }
  require(covered == text.size(), "tokens cover the text");
  Settings settings{.dialect = dialect, .most_blocks = 3'000};
  settings.block_delete = (data[0] & 64) != 0;
  if ((data[0] & 128) != 0) {
    settings.start = Axes{};
    settings.offsets[1] = Axes{};
  }
  settings.lookup = [&](std::string_view) { return std::optional<std::string>(text); };
  const auto estimated = estimate(text, settings, prior(dialect));
  if (!estimated) return 0;
  const double total = estimated->seconds.total();
  require(std::isfinite(total) && total >= 0, "a time is a number");
  require(estimated->low <= total && total <= estimated->high, "the interval holds the total");
  double sections = 0;
  for (const Section& section : estimated->sections) sections += section.seconds.total();
  require(std::fabs(sections - total) <= 1e-6 * (1 + total), "sections add up to the total");
  require(estimated->reading.notes.size() <= kMostNotes, "notes are bounded");
  return 0;
}
