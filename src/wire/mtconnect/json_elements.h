// The JSON of MTConnect's agents, told as the elements that it stands for (cppagent's printer is
// where both versions are written down; there is no schema of version 1).
//
//   "Streams": {"DeviceStream": [{"name": "M", …}]}         version 2: an array repeats its element
//   "Streams": [{"DeviceStream": {"name": "M", …}}]         version 1: each names itself
//
// Of an object, members with a small first letter are attributes, "value" is the text, those with a
// capital one are the elements below. A "value" that is an object is a data set, with a row of a
// table where its members are objects again. Known to this folder alone.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/json.h"
#include "base/result.h"
#include "wire/xml.h"

namespace heed::wire::mtconnect {

/// JSON is held as a whole, several times its size: a longer document is refused (kExhausted).
inline constexpr std::size_t kMostJsonBytes = std::size_t{8} << 20;
/// Objects and arrays open at once: one component inside of another opens three of them.
inline constexpr std::size_t kMostJsonDepth = 192;

/// Where a JSON text belongs that is no document but one element of it: brokers are given
/// `{"Device": …}`.
struct Surroundings {
  bool may_be_alone = false;  ///< Otherwise it is refused.
  /// The document and the element in it that are told around it; empty: none.
  std::string_view document = {};
  std::string_view element = {};
};

/// Takes the same calls as an XmlParser; the handler is called from within finish().
class JsonElements {
 public:
  JsonElements(XmlHandler& handler, XmlLimits limits, Surroundings surroundings);
  JsonElements(const JsonElements&) = delete;
  JsonElements& operator=(const JsonElements&) = delete;

  Result<void> feed(BytesView piece);
  Result<void> finish();
  void refuse(Error error);
  void mark() { marked_ = current_; }
  /// `{"Position":{…}}`, written anew.
  BytesView marked();

 private:
  struct Element {
    std::string_view name;
    const Json* json = nullptr;
  };
  struct Attribute {
    std::string name;
    std::string value;
  };

  void tell_document(const Json& json);
  void tell(std::string_view name, const Json& json);
  void tell_text(const Json& json);
  void tell_entries(const Json& set, std::string_view name);
  void tell_children(const Json& json, bool header_first);
  void tell_member(std::string_view key, const Json& json);
  bool is_list_of_named(const Json& json) const;
  bool start(std::string_view name, const std::vector<Attribute>& attributes);
  void end(std::string_view name);

  XmlHandler& handler_;
  const XmlLimits limits_;
  const Surroundings surroundings_;
  std::string text_;
  std::optional<Error> failure_;
  std::size_t depth_ = 0;
  bool may_be_version_1_ = false;
  Element current_;
  Element marked_;
  Bytes written_;
};

}  // namespace heed::wire::mtconnect
