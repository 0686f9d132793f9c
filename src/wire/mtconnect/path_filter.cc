#include "wire/mtconnect/path_filter.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <string>

#include "wire/text.h"

namespace heed::wire::mtconnect {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

/// One element of the document that the path is asked of: MTConnectDevices / Devices / Device /
/// Components / Axes / … / DataItems / DataItem.
struct Node {
  std::string_view name;
  std::size_t parent = kNone;  ///< Stands before it.
  const Component* component = nullptr;
  const DataItem* item = nullptr;
  std::size_t device = 0;
  std::size_t index = 0;  ///< Of the data item.
};

std::optional<std::string_view> attribute(const Node& node, std::string_view name) {
  const auto given = [](std::string_view value) {
    return value.empty() ? std::nullopt : std::optional(value);
  };
  if (const DataItem* item = node.item) {
    if (name == "id") return item->id;
    if (name == "name") return given(item->name);
    if (name == "type") return item->type;
    if (name == "subType") return given(item->sub_type);
    if (name == "category") return category_name(item->category);
    if (name == "units") return given(item->units);
  }
  if (const Component* component = node.component) {
    if (name == "id") return component->id;
    if (name == "name") return given(component->name);
    if (name == "uuid") return given(component->uuid);
  }
  return {};
}

/// `@name`, `@name="value"`, or what joins such.
struct Test {
  enum class Kind : std::uint8_t { kHas, kIs, kIsNot, kAnd, kOr };
  Kind kind = Kind::kHas;
  std::string name;
  std::string value;
  std::vector<Test> parts;

  bool holds(const Node& node) const {
    const auto part_holds = [&](const Test& part) { return part.holds(node); };
    if (kind == Kind::kAnd) return std::ranges::all_of(parts, part_holds);
    if (kind == Kind::kOr) return std::ranges::any_of(parts, part_holds);
    const auto there = attribute(node, name);
    if (kind == Kind::kHas || !there) return kind == Kind::kHas && there.has_value();
    return (*there == value) == (kind == Kind::kIs);
  }
};

struct Step {
  bool anywhere_below = false;  ///< After `//`; after `/` a child alone.
  std::string name;             ///< Empty: any.
  std::vector<Test> tests;

  bool fits(const Node& node) const {
    if (!name.empty() && node.name != name) return false;
    return std::ranges::all_of(tests, [&](const Test& test) { return test.holds(node); });
  }
};

}  // namespace

struct PathFilter::Path {
  std::vector<Step> steps;
};

namespace {

bool is_name_character(char c) {
  const char capital = upper(c);
  return (capital >= 'A' && capital <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.' || static_cast<unsigned char>(c) >= 0x80;
}

class PathParser {
 public:
  PathParser(std::string_view text, const PathLimits& limits) : text_(text), limits_(limits) {}

  Result<std::vector<PathFilter::Path>> parse() {
    std::vector<PathFilter::Path> paths;
    if (text_.size() > limits_.bytes) fail_at(fmt::format("at most {} bytes", limits_.bytes));
    while (!error_) {
      if (paths.size() == limits_.alternatives) {
        fail_at(fmt::format("at most {} paths", limits_.alternatives));
        break;
      }
      paths.push_back(path());
      skip_blanks();
      if (error_ || at_ == text_.size()) break;
      if (!take("|")) fail_at("another step, or | and another path");
    }
    if (error_) return std::unexpected(*error_);
    return paths;
  }

 private:
  PathFilter::Path path() {
    PathFilter::Path path;
    for (;;) {
      skip_blanks();
      Step step;
      if (take("//")) {
        step.anywhere_below = true;
      } else if (!take("/")) {
        if (path.steps.empty()) fail_at("/ or //");
        return path;
      }
      if (path.steps.size() == limits_.steps) fail_at(fmt::format("at most {} /", limits_.steps));
      step.name = step_name();
      while (!error_ && take("[")) {
        step.tests.push_back(any_of());
        if (!error_ && !take("]")) fail_at("] or and or or");
      }
      if (error_) return path;
      path.steps.push_back(std::move(step));
    }
  }

  /// A name without its prefix, or nothing for `*`.
  std::string step_name() {
    if (take("*")) return {};
    std::string name = taken_name();
    // The prefix is the client's own business: the document has one namespace.
    const bool axis = take("::");
    if (!axis && take(":")) name = taken_name();
    if (axis || take("(")) fail_at("a name: functions and axes are not understood");
    return name;
  }

  std::string taken_name() {
    skip_blanks();
    const std::size_t from = at_;
    while (at_ < text_.size() && is_name_character(text_[at_])) ++at_;
    constexpr std::string_view kNotInFront = "0123456789-.";
    if (at_ == from || kNotInFront.contains(text_[from])) {
      at_ = from;
      fail_at("a name");
    }
    return std::string(text_.substr(from, at_ - from));
  }

  Test any_of() { return joined(Test::Kind::kOr, "or"); }

  /// Tests with `word` between them; `and` binds closer than `or`.
  Test joined(Test::Kind kind, std::string_view word) {
    Test all{.kind = kind, .name = {}, .value = {}, .parts = {}};
    do {
      all.parts.push_back(kind == Test::Kind::kOr ? joined(Test::Kind::kAnd, "and") : one());
    } while (!error_ && take_word_of_its_own(word));
    return all;
  }

  Test one() {
    if (take("(")) {
      if (++depth_ > limits_.depth) fail_at(fmt::format("at most {} brackets", limits_.depth));
      Test inner = error_ ? Test() : any_of();
      --depth_;
      if (!error_ && !take(")")) fail_at(")");
      return inner;
    }
    Test test;
    if (++tests_ > limits_.tests) fail_at(fmt::format("at most {} tests", limits_.tests));
    if (!error_ && !take("@")) fail_at("@ and the name of an attribute");
    if (error_) return test;
    test.name = taken_name();
    if (take("!=")) {
      test.kind = Test::Kind::kIsNot;
    } else if (take("=")) {
      test.kind = Test::Kind::kIs;
    } else {
      return test;
    }
    test.value = literal();
    return test;
  }

  std::string literal() {
    skip_blanks();
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    if (quote != '"' && quote != '\'') return fail_at("a text in quotes"), std::string();
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) return fail_at("the quote at its end"), std::string();
    std::string value(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return value;
  }

  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }
  bool take(std::string_view token) {
    skip_blanks();
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  bool take_word_of_its_own(std::string_view word) {
    skip_blanks();
    const std::string_view rest = text_.substr(at_);
    if (!rest.starts_with(word)) return false;
    if (rest.size() > word.size() && is_name_character(rest[word.size()])) return false;
    at_ += word.size();
    return true;
  }
  void fail_at(std::string_view expected) {
    if (error_) return;
    error_ = Error{ErrorKind::kInvalid,
                   fmt::format("path, at character {}: expected {}", at_ + 1, expected),
                   "Write it like //DataItem[@type=\"EXECUTION\"]; docs/MTCONNECT_AGENT.md says "
                   "what is understood."};
  }

  std::string_view text_;
  const PathLimits& limits_;
  std::size_t at_ = 0;
  std::size_t tests_ = 0;
  std::size_t depth_ = 0;
  std::optional<Error> error_;
};

void add_device(std::vector<Node>& nodes, const Device& device, std::size_t number,
                std::size_t parent) {
  const std::size_t count = device.components.size();
  std::vector<std::size_t> own(count), components(count, kNone), items(count, kNone);
  const auto below = [&](std::vector<std::size_t>& list, std::size_t component,
                         std::string_view name) {
    if (list[component] == kNone) {
      list[component] = nodes.size();
      nodes.push_back({.name = name, .parent = own[component], .device = number});
    }
    return list[component];
  };
  for (std::size_t i = 0; i < count; ++i) {
    const Component& one = device.components[i];
    const std::size_t above = i == 0 ? parent : below(components, one.parent, "Components");
    own[i] = nodes.size();
    nodes.push_back({.name = one.type, .parent = above, .component = &one, .device = number});
  }
  for (std::size_t i = 0; i < device.data_items.size(); ++i) {
    const DataItem& item = device.data_items[i];
    nodes.push_back({.name = "DataItem",
                     .parent = below(items, item.component, "DataItems"),
                     .item = &item,
                     .device = number,
                     .index = i});
  }
}

/// Those of `nodes` that have an ancestor in `marked`, or with `itself` are in it.
std::vector<bool> at_or_below(const std::vector<Node>& nodes, const std::vector<bool>& marked,
                              bool itself) {
  std::vector<bool> below(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const std::size_t parent = nodes[i].parent;
    below[i] = (itself && marked[i]) || (parent != kNone && (marked[parent] || below[parent]));
  }
  return below;
}

/// The nodes that the path names. Before its first step stands the document, the root's parent.
std::vector<bool> reached(const std::vector<Node>& nodes, const std::vector<Step>& steps) {
  std::vector<bool> here;
  for (const Step& step : steps) {
    const bool first = here.empty();
    const std::vector<bool> below = first ? std::vector<bool>() : at_or_below(nodes, here, false);
    std::vector<bool> next(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const std::size_t parent = nodes[i].parent;
      const bool child = first ? parent == kNone : parent != kNone && here[parent];
      const bool candidate = step.anywhere_below ? first || below[i] : child;
      next[i] = candidate && step.fits(nodes[i]);
    }
    here = std::move(next);
  }
  return here;
}

}  // namespace

Result<PathFilter> PathFilter::parse(std::string_view text, PathLimits limits) {
  ASSIGN_OR_RETURN(auto paths, PathParser(text, limits).parse());
  PathFilter filter;
  filter.paths_ = std::make_shared<const std::vector<Path>>(std::move(paths));
  return filter;
}

std::vector<std::vector<bool>> PathFilter::select(std::span<const Device> devices) const {
  std::vector<Node> nodes = {{.name = "MTConnectDevices"}, {.name = "Devices", .parent = 0}};
  std::vector<std::vector<bool>> selected;
  for (std::size_t i = 0; i < devices.size(); ++i) {
    add_device(nodes, devices[i], i, 1);
    selected.emplace_back(devices[i].data_items.size());
  }
  for (const Path& path : *paths_) {
    const std::vector<bool> asked = at_or_below(nodes, reached(nodes, path.steps), true);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (asked[i] && nodes[i].item != nullptr) selected[nodes[i].device][nodes[i].index] = true;
    }
  }
  return selected;
}

}  // namespace heed::wire::mtconnect
