// The two notations of MTConnect's documents, told as elements: whoever reads a document knows
// nothing of how it was written down. Known to this folder alone.
#pragma once

#include <memory>
#include <optional>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"
#include "wire/mtconnect/json_elements.h"
#include "wire/xml.h"

namespace heed::wire::mtconnect {

/// An XmlParser for XML, JsonElements for what begins with a brace. Calls mean the same as there.
class NotationParser {
 public:
  NotationParser(XmlHandler& handler, Random& random, XmlLimits limits,
                 Surroundings surroundings = {});

  Result<void> feed(BytesView piece);
  Result<void> finish();
  void refuse(Error error);
  void mark();
  BytesView marked();

 private:
  void decide(BytesView piece);

  XmlParser xml_;
  JsonElements json_;
  /// Blanks, while nothing else has come.
  Bytes held_;
  std::optional<bool> is_json_;
};

}  // namespace heed::wire::mtconnect
