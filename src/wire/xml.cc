#include "wire/xml.h"

#include <expat.h>
#include <fmt/core.h>

#include <charconv>

namespace heed::wire {
namespace {

/// Handed to expat at once, so that limits are checked and memory is released this often.
constexpr std::size_t kSlice = std::size_t{64} << 10;

std::string_view local_name(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

struct ParserDeleter {
  void operator()(XML_ParserStruct* parser) const { XML_ParserFree(parser); }
};

/// expat takes 0 as "choose a salt yourself", from a weaker source than ours.
unsigned long salt_of(Random& random) {
  const std::uint64_t salt = random.u64();
  return salt == 0 ? 1 : static_cast<unsigned long>(salt);
}

}  // namespace

std::optional<std::string_view> XmlAttributes::find(std::string_view name) const {
  for (std::size_t i = 0; pairs_[2 * i] != nullptr; ++i) {
    if (local_name(name_at(i)) == name) return value_at(i);
  }
  return {};
}

std::optional<std::uint64_t> XmlAttributes::number(std::string_view name) const {
  return whole_number(text(name));
}

std::size_t XmlAttributes::size() const {
  std::size_t n = 0;
  while (pairs_[2 * n] != nullptr) ++n;
  return n;
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

struct XmlParser::State {
  State(XmlHandler& h, XmlLimits l) : handler(h), limits(l), parser(XML_ParserCreate(nullptr)) {}

  XmlHandler& handler;
  XmlLimits limits;
  std::unique_ptr<XML_ParserStruct, ParserDeleter> parser;
  std::optional<Error> failure;
  /// The document's bytes from `window_start` on that may still be asked for.
  Bytes window;
  std::uint64_t window_start = 0;
  std::uint64_t fed = 0;
  std::size_t depth = 0;
  std::optional<std::uint64_t> mark;

  void refuse(Error error) {
    if (failure) return;
    failure = std::move(error);
    XML_StopParser(parser.get(), XML_FALSE);
  }
  void exhausted(std::string what) { refuse({ErrorKind::kExhausted, std::move(what), {}}); }

  /// Where expat stands: the first byte of the token at hand. Nothing when it does not say, which
  /// is so while it puts off parsing what may be half a token.
  std::optional<std::uint64_t> known_position() const {
    const XML_Index index = XML_GetCurrentByteIndex(parser.get());
    if (index < 0) return {};
    return static_cast<std::uint64_t>(index);
  }
  /// In a handler: expat always says where that stands.
  std::uint64_t position() const {
    const auto known = known_position();
    require(known.has_value(), "expat says where a token begins");
    return *known;
  }

  void feed_slice(BytesView slice) {
    fed += slice.size();
    if (fed > limits.document_bytes) {
      return exhausted(fmt::format("the document is longer than {} bytes", limits.document_bytes));
    }
    window.append(slice);
    parse(slice, XML_FALSE);
    if (!failure) release();
  }

  void parse(BytesView bytes, XML_Bool last) {
    const auto status = XML_Parse(parser.get(), bytes.data(), static_cast<int>(bytes.size()), last);
    if (status == XML_STATUS_OK || failure) return;
    const XML_Error code = XML_GetErrorCode(parser.get());
    failure =
        Error{ErrorKind::kCorrupt,
              fmt::format("XML, line {}, column {}: {}", XML_GetCurrentLineNumber(parser.get()),
                          XML_GetCurrentColumnNumber(parser.get()) + 1, XML_ErrorString(code)),
              {}};
  }

  /// Lets go of the bytes that nothing can ask for any more.
  void release() {
    const auto known = known_position();
    if (!known) return;
    const std::uint64_t at = *known;
    if (fed - at > limits.token_bytes) {
      return exhausted(fmt::format("a tag is longer than {} bytes", limits.token_bytes));
    }
    if (mark && fed - *mark > limits.marked_bytes) {
      return exhausted(fmt::format("an element is longer than {} bytes", limits.marked_bytes));
    }
    const std::uint64_t unneeded = std::min(mark.value_or(at), at) - window_start;
    // Moving the rest down costs its size: only when that is the smaller half.
    if (unneeded * 2 < window.size()) return;
    window.erase(0, unneeded);
    window_start += unneeded;
  }

  static void start(void* self, const XML_Char* name, const XML_Char** attributes) {
    auto& state = *static_cast<State*>(self);
    if (state.failure) return;
    if (++state.depth > state.limits.depth) {
      return state.exhausted(fmt::format("more than {} elements are open", state.limits.depth));
    }
    const auto count =
        static_cast<std::size_t>(XML_GetSpecifiedAttributeCount(state.parser.get())) / 2;
    if (count > state.limits.attributes) {
      return state.exhausted(
          fmt::format("an element has {} attributes, at most {}", count, state.limits.attributes));
    }
    state.handler.start_element(local_name(name), XmlAttributes(attributes));
  }

  static void end(void* self, const XML_Char* name) {
    auto& state = *static_cast<State*>(self);
    if (state.failure) return;
    --state.depth;
    state.handler.end_element(local_name(name));
  }

  static void text(void* self, const XML_Char* piece, int size) {
    auto& state = *static_cast<State*>(self);
    if (!state.failure) state.handler.text({piece, static_cast<std::size_t>(size)});
  }

  static void doctype(void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    static_cast<State*>(self)->refuse(
        {ErrorKind::kCorrupt, "the document has a document type declaration, which is refused",
         "no MTConnect document needs one; see what stands between you and the agent"});
  }
};

XmlParser::XmlParser(XmlHandler& handler, Random& random, XmlLimits limits)
    : state_(std::make_unique<State>(handler, limits)) {
  XML_ParserStruct* parser = state_->parser.get();
  require(parser != nullptr, "expat gives a parser");
  XML_SetHashSalt(parser, salt_of(random));
  XML_SetUserData(parser, state_.get());
  XML_SetElementHandler(parser, &State::start, &State::end);
  XML_SetCharacterDataHandler(parser, &State::text);
  XML_SetStartDoctypeDeclHandler(parser, &State::doctype);
}

XmlParser::~XmlParser() = default;

Result<void> XmlParser::feed(BytesView piece) {
  while (!state_->failure && !piece.empty()) {
    const BytesView slice = piece.substr(0, kSlice);
    piece.remove_prefix(slice.size());
    state_->feed_slice(slice);
  }
  if (state_->failure) return std::unexpected(*state_->failure);
  return {};
}

Result<void> XmlParser::finish() {
  if (!state_->failure) state_->parse({}, XML_TRUE);
  if (state_->failure) return std::unexpected(*state_->failure);
  return {};
}

void XmlParser::refuse(Error error) {
  state_->refuse(std::move(error));
}

void XmlParser::mark() {
  state_->mark = state_->position();
}

BytesView XmlParser::marked() {
  State& state = *state_;
  require(state.mark.has_value(), "mark() comes before marked()");
  const auto token = static_cast<std::uint64_t>(XML_GetCurrentByteCount(state.parser.get()));
  const std::uint64_t begin = *state.mark - state.window_start;
  const std::uint64_t end = state.position() + token - state.window_start;
  state.mark.reset();
  return BytesView(state.window).substr(begin, end - begin);
}

}  // namespace heed::wire
