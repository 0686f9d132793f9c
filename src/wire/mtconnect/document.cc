#include "wire/mtconnect/document.h"

#include <fmt/core.h>

#include <algorithm>

#include "wire/text.h"

namespace heed::wire::mtconnect {
namespace {

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

/// The schemas from 2.6 on have no errorCode: `InvalidXPath` was INVALID_XPATH before.
std::string code_of_element(std::string_view name) {
  std::string code;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (i > 0 && is_upper(name[i]) && !is_upper(name[i - 1])) code += '_';
    code += upper(name[i]);
  }
  return code;
}

class OnlyErrors final : public Document {
 public:
  explicit OnlyErrors(Random& random) : Document("MTConnectError", random) {}

 private:
  void start_body(std::string_view, const XmlAttributes&) override {}
  void end_body(std::string_view) override {}
  void text_body(std::string_view) override {}
};

}  // namespace

void trim_text(std::string& text) {
  const std::string_view kept = trim(text);
  if (kept.size() != text.size()) text = std::string(kept);
}

Document::Document(std::string_view root, Random& random, std::string_view container)
    : root_(root),
      parser_(*this, random, kDocumentLimits, Surroundings{!container.empty(), root, container}) {}

void Document::append(std::string& to, std::string_view piece) {
  if (to.size() + piece.size() > kMaxTextBytes) {
    return refuse(
        {ErrorKind::kExhausted, fmt::format("a text is longer than {} bytes", kMaxTextBytes), {}});
  }
  to += piece;
}

void Document::start_element(std::string_view name, const XmlAttributes& attributes) {
  ++depth_;
  if (depth_ == 1) return start_root(name);
  if (depth_ == 2 && name == "Header") return start_header(attributes);
  if (is_error_) return start_error(name, attributes);
  start_body(name, attributes);
}

void Document::start_root(std::string_view name) {
  is_error_ = name == "MTConnectError";
  if (is_error_ || name == root_) return;
  refuse({ErrorKind::kCorrupt,
          fmt::format("expected {}, this is a {} document", root_, name.substr(0, 64)),
          "check that the address is that of an MTConnect agent"});
}

/// A second header would move what the first one has settled.
void Document::start_header(const XmlAttributes& attributes) {
  if (has_header_) return refuse({ErrorKind::kCorrupt, "the document has two headers", {}});
  has_header_ = true;
  header_ = read_header(attributes);
  if (!is_error_) header_read();
}

void Document::start_error(std::string_view name, const XmlAttributes& attributes) {
  if (error_depth_ != 0) {
    if (name == "ErrorMessage") message_depth_ = depth_;
    return;
  }
  if (name == "Errors" || errors_.size() == kMaxErrors) return;
  const auto code = attributes.find("errorCode");
  errors_.push_back({code ? std::string(*code) : code_of_element(name), {}});
  error_depth_ = message_depth_ = depth_;
}

void Document::end_element(std::string_view name) {
  if (is_error_) {
    if (depth_ == message_depth_) message_depth_ = error_depth_;
    if (depth_ == error_depth_) {
      trim_text(errors_.back().text);
      error_depth_ = message_depth_ = 0;
    }
  } else if (depth_ > 1 && !(depth_ == 2 && name == "Header")) {
    end_body(name);
  }
  --depth_;
}

void Document::text(std::string_view piece) {
  if (!is_error_) {
    if (depth_ > 2) text_body(piece);
  } else if (message_depth_ != 0 && depth_ == message_depth_) {
    append(errors_.back().text, piece);
  }
}

bool has_error(const std::vector<AgentError>& errors, std::string_view code) {
  return std::ranges::any_of(errors, [&](const AgentError& e) { return e.code == code; });
}

Result<ErrorDocument> read_error(BytesView document, Random& random) {
  OnlyErrors reader(random);
  if (const auto read = read_whole(reader, document); !read) {
    return std::unexpected(read.error());
  }
  return ErrorDocument{reader.header(), reader.errors()};
}

}  // namespace heed::wire::mtconnect
