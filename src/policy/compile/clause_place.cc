#include "policy/compile/clause_place.h"

namespace heed::policy {

ClausePlace clause_place(const Policy& policy, std::string_view id) {
  for (const Document& document : policy.documents()) {
    for (const Declaration& declaration : document.declarations) {
      const auto* node = std::get_if<ClauseNode>(&declaration);
      if (node != nullptr && node->id.text == id) return {&document, node};
    }
  }
  return {&policy.documents().back(), nullptr};
}

}  // namespace heed::policy
