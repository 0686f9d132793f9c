#include "wire/ftp/listing.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/core.h>

namespace heed::wire::ftp {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::string_view kKinds = "-dlbcps";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit);
}
std::string lower(std::string_view text) {
  std::string low(text);
  std::ranges::transform(low, low.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return low;
}

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

/// Takes words off a line; what is left stands behind exactly one blank.
class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) {}
  std::string_view next() {
    while (rest_.starts_with(' ')) rest_.remove_prefix(1);
    const std::string_view word = rest_.substr(0, rest_.find(' '));
    rest_.remove_prefix(word.size());
    return word;
  }
  /// A name may begin with blanks; one of them parts it from what is before.
  std::string_view name() const { return rest_.empty() ? rest_ : rest_.substr(1); }
  /// The same where columns are filled up with blanks.
  std::string_view name_in_columns() const {
    std::string_view rest = rest_;
    while (rest.starts_with(' ')) rest.remove_prefix(1);
    return rest;
  }

 private:
  std::string_view rest_;
};

std::optional<Listed> listed(std::string_view name, std::string_view size, std::string changed,
                             bool directory) {
  if (name.empty() || name == "." || name == "..") return {};
  return Listed{std::string(name), number_in(size), std::move(changed), directory};
}

// "-rw-r--r--   1 owner group   1234 Nov 14 22:13 name"; links, owner or group may be missing, and
// a date may be "2023-11-14 22:13". The month is what the columns hang on.
std::optional<Listed> read_unix(std::string_view line) {
  Words words(line);
  const std::string_view mode = words.next();
  if (mode.size() < 10 || !kKinds.contains(mode.front())) return {};
  std::string_view size;
  for (int column = 0; column < 6; ++column) {
    const std::string_view word = words.next();
    const bool month = std::ranges::find(kMonths, lower(word)) != kMonths.end();
    const bool day = word.size() == 10 && word[4] == '-' && word[7] == '-';
    if ((!month && !day) || !all_digits(size)) {
      size = word;
      continue;
    }
    std::string changed = fmt::format("{} {}", word, words.next());
    if (month) changed += fmt::format(" {}", words.next());
    std::string_view name = words.name();
    if (mode.front() == 'l') name = name.substr(0, name.find(" -> "));
    return listed(name, size, std::move(changed), mode.front() == 'd');
  }
  return {};
}

// "11-14-23  10:13PM       <DIR>          name", "11-14-2023  22:13   1234 name"
std::optional<Listed> read_dos(std::string_view line) {
  Words words(line);
  const std::string_view day = words.next();
  const bool date = (day.size() == 8 || day.size() == 10) && is_digit(day[0]) && is_digit(day[1]) &&
                    (day[2] == '-' || day[2] == '/') && day[5] == day[2];
  if (!date) return {};
  const std::string_view clock = words.next();
  if (!clock.contains(':')) return {};
  const std::string_view size = words.next();
  const bool directory = size == "<DIR>";
  if (!directory && !all_digits(size)) return {};
  return listed(words.name_in_columns(), size, fmt::format("{} {}", day, clock), directory);
}

// "20231114221320.123" is UTC (RFC 3659 §2.3).
std::string time_of(std::string_view value) {
  const std::string_view digits = value.substr(0, 14);
  if (digits.size() != 14 || !all_digits(digits)) return {};
  return fmt::format("{}-{}-{}T{}:{}:{}Z", digits.substr(0, 4), digits.substr(4, 2),
                     digits.substr(6, 2), digits.substr(8, 2), digits.substr(10, 2),
                     digits.substr(12, 2));
}

// "type=file;size=12;modify=20231114221320; name". What is no line of facts is nothing, twice so:
// the directory itself and its parent are listed too, and are left out.
struct Facts {
  bool understood = false;
  std::optional<Listed> file;
};

Facts read_facts(std::string_view line) {
  const std::size_t blank = line.find(' ');
  if (blank == std::string_view::npos || blank == 0 || line[blank - 1] != ';') return {};
  std::string_view facts = line.substr(0, blank);
  std::string type;
  std::string changed;
  std::string_view size;
  while (!facts.empty()) {
    const std::size_t end = facts.find(';');
    const std::string_view fact = facts.substr(0, end);
    facts.remove_prefix(end == std::string_view::npos ? facts.size() : end + 1);
    const std::size_t equals = fact.find('=');
    if (equals == std::string_view::npos) return {};
    const std::string name = lower(fact.substr(0, equals));
    const std::string_view value = fact.substr(equals + 1);
    if (name == "type") type = lower(value);
    if (name == "size") size = value;
    if (name == "modify") changed = time_of(value);
  }
  if (type == "cdir" || type == "pdir") return {.understood = true, .file = {}};
  return {.understood = true,
          .file = listed(line.substr(blank + 1), size, std::move(changed), type == "dir")};
}

template <class Read>
Listing read_lines(std::string_view text, Read read) {
  Listing listing;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    if (listing.files.size() == kMostListed) {
      listing.cut = true;
      break;
    }
    read(line, listing);
  }
  return listing;
}

}  // namespace

Listing read_mlsd(std::string_view text) {
  return read_lines(text, [](std::string_view line, Listing& listing) {
    Facts facts = read_facts(line);
    if (!facts.understood) ++listing.unread;
    if (facts.file) listing.files.push_back(*std::move(facts.file));
  });
}

Listing read_list(std::string_view text) {
  return read_lines(text, [](std::string_view line, Listing& listing) {
    if (line.starts_with("total ")) return;
    auto file = read_unix(line);
    if (!file) file = read_dos(line);
    if (file) {
      listing.files.push_back(*std::move(file));
    } else if (!line.ends_with(" .") && !line.ends_with(" ..")) {
      ++listing.unread;
    }
  });
}

}  // namespace heed::wire::ftp
