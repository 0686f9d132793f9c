#include "box/item_models.h"

namespace heed::box {
namespace {

machines::ItemCategory category_of(wire::SaidItem::Category category) {
  switch (category) {
    case wire::SaidItem::Category::kSample: return machines::ItemCategory::kSample;
    case wire::SaidItem::Category::kEvent: return machines::ItemCategory::kEvent;
    case wire::SaidItem::Category::kCondition: return machines::ItemCategory::kCondition;
  }
  return machines::ItemCategory::kUnknown;
}

}  // namespace

std::vector<machines::DataItem> items_of(std::span<const wire::SaidItem> said) {
  std::vector<machines::DataItem> items;
  for (const wire::SaidItem& item : said) {
    items.push_back({.key = item.key,
                     .name = item.name.empty() ? item.key : item.name,
                     .type = item.type,
                     .sub_type = item.sub_type,
                     .units = item.units,
                     .component = item.component,
                     .category = category_of(item.category)});
  }
  return items;
}

}  // namespace heed::box
