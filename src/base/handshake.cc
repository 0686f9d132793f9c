#include "base/handshake.h"

namespace heed {

std::string to_base64(BytesView bytes) {
  std::string text = to_base64url(bytes);
  for (char& c : text) {
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  text.resize((text.size() + 3) / 4 * 4, '=');
  return text;
}

}  // namespace heed
