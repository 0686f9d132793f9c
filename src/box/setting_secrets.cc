#include "box/setting_secrets.h"

#include "base/json.h"

namespace heed::box {
namespace {

bool is_secret(std::string_view name) {
  return name == "password" || name == "key";
}

// Some secret that `fits`.
template <class Fits>
bool has_secret(const Json& value, Fits fits) {
  if (const Json::Object* members = value.object()) {
    for (const auto& [name, member] : *members) {
      if ((is_secret(name) && fits(member)) || has_secret(member, fits)) return true;
    }
  }
  if (const Json::Array* elements = value.array()) {
    for (const Json& element : *elements) {
      if (has_secret(element, fits)) return true;
    }
  }
  return false;
}

bool has_any_secret(const Json& value) {
  return has_secret(value, [](const Json&) { return true; });
}

// `hide`: secrets become kKeptSecret; else kKeptSecret becomes what `before` has at its place.
class Rewriter {
 public:
  explicit Rewriter(bool hide) : hide_(hide) {}

  void write(const Json& value, const Json* before) {
    if (const Json::Object* members = value.object()) return write_object(*members, before);
    if (const Json::Array* elements = value.array()) return write_array(*elements, before);
    if (const std::string* text = value.string()) {
      w_.value(*text);
    } else if (const auto truth = value.boolean()) {
      w_.value(*truth);
    } else if (const auto whole = value.integer()) {
      w_.value(*whole);
    } else {
      w_.value(value.number());
    }
  }
  std::string take() { return w_.take(); }

 private:
  void write_object(const Json::Object& members, const Json* before) {
    w_.begin_object();
    for (const auto& [name, member] : members) {
      w_.key(name);
      const Json* old = before == nullptr ? nullptr : before->find(name);
      if (!is_secret(name)) {
        write(member, old);
      } else if (hide_) {
        w_.value(kKeptSecret);
      } else {
        const std::string* text = member.string();
        const bool kept = text != nullptr && *text == kKeptSecret && old != nullptr;
        write(kept ? *old : member, nullptr);
      }
    }
    w_.end_object();
  }
  void write_array(const Json::Array& elements, const Json* before) {
    const Json::Array* old = before == nullptr ? nullptr : before->array();
    w_.begin_array();
    for (std::size_t i = 0; i < elements.size(); ++i) {
      write(elements[i], old != nullptr && i < old->size() ? &(*old)[i] : nullptr);
    }
    w_.end_array();
  }

  const bool hide_;
  JsonWriter w_;
};

}  // namespace

std::string without_secrets(std::string_view settings) {
  const auto parsed = Json::parse(settings);
  if (!parsed || !has_any_secret(*parsed)) return std::string(settings);
  Rewriter rewriter(true);
  rewriter.write(*parsed, nullptr);
  return rewriter.take();
}

std::string with_secrets_of(std::string_view wanted, std::string_view before) {
  const auto parsed = Json::parse(wanted);
  if (!parsed || !has_any_secret(*parsed)) return std::string(wanted);
  const auto old = Json::parse(before);
  Rewriter rewriter(false);
  rewriter.write(*parsed, old ? &*old : nullptr);
  return rewriter.take();
}

bool keeps_secret(std::string_view settings) {
  const auto parsed = Json::parse(settings);
  return parsed && has_secret(*parsed, [](const Json& member) {
           return member.string() != nullptr && *member.string() == kKeptSecret;
         });
}

}  // namespace heed::box
