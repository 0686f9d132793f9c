#include "policy/shipped.h"

#include <array>

#include "base/base.h"

namespace heed::policy {
namespace {

constexpr unsigned char kWords[] = {
#embed "../../policies/words.policy"
};
constexpr unsigned char kHeed[] = {
#embed "../../policies/heed.policy"
};
constexpr unsigned char kChatter[] = {
#embed "../../policies/chatter.policy"
};
constexpr unsigned char kChatmeter[] = {
#embed "../../policies/chatmeter.policy"
};

template <std::size_t size>
std::string_view view(const unsigned char (&bytes)[size]) {
  return {reinterpret_cast<const char*>(bytes), size};
}

std::shared_ptr<const Policy> compile_heed() {
  Checked checked = check(
      {{"words.policy", std::string(view(kWords))}, {"heed.policy", std::string(view(kHeed))}});
  require(checked.ok(), "the shipped policy compiles");
  return std::move(checked.policy);
}

}  // namespace

std::span<const ShippedText> shipped_texts() {
  static const std::array kTexts = {
      ShippedText{"words.policy", view(kWords)},
      ShippedText{"heed.policy", view(kHeed)},
      ShippedText{"chatter.policy", view(kChatter)},
      ShippedText{"chatmeter.policy", view(kChatmeter)},
  };
  return kTexts;
}

std::optional<std::string_view> shipped(std::string_view name) {
  for (const ShippedText& shipped : shipped_texts()) {
    if (shipped.file.substr(0, shipped.file.rfind('.')) == name) return shipped.text;
  }
  return {};
}

std::shared_ptr<const Policy> heed_policy() {
  static const std::shared_ptr<const Policy> kPolicy = compile_heed();
  return kPolicy;
}

}  // namespace heed::policy
