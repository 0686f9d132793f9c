// The compiler's second pass: kinds, and what an erasure does to their records.
#include <fmt/core.h>

#include <algorithm>

#include "policy/compile/compiler.h"
#include "policy/language/spelling.h"

namespace heed::policy {
namespace {

/// "did you mean 'branch'?", or `otherwise`.
std::string near_or(std::string_view written, const std::vector<std::string_view>& known,
                    std::string otherwise) {
  const std::string_view near = nearest(written, known);
  return near.empty() ? std::move(otherwise) : fmt::format("did you mean '{}'?", near);
}

std::string told(const FieldNode& field, const KindNode& kind) {
  return fmt::format("field '{}' of kind '{}'", field.name.text, kind.name.text);
}

}  // namespace

void Compiler::read_kinds(const Document& document) {
  document_ = &document;
  for (const Declaration& declaration : document.declarations) {
    if (const auto* kind = std::get_if<KindNode>(&declaration)) read_kind(*kind);
  }
}

void Compiler::read_kind(const KindNode& node) {
  const std::string& name = node.name.text;
  if (!kind_names_.insert(name).second || !kind_numbers_.insert(node.number).second) {
    error(node.name.place, "twice",
          fmt::format("kind '{}' has the name or number ({}) of another", name, node.number),
          "numbers are part of what is stored: take one that was never used");
    return;
  }
  if (node.number == 0 || node.number > 65'535) {
    error(node.name.place, "kind-number", fmt::format("kind '{}' has no usable number", name),
          "kinds are numbered from 1 to 65,535; 0 is the journal's");
    return;
  }
  Kind kind{KindId{static_cast<std::uint16_t>(node.number)}, name, node.shape, {}, node.gloss};
  if (!node.category.text.empty()) known_name(Dimension::kCategory, node.category);
  std::unordered_set<std::string_view> fields;
  for (const FieldNode& field : node.fields) {
    if (!fields.insert(field.name.text).second) {
      error(field.name.place, "twice",
            fmt::format("kind '{}' has two fields '{}'", name, field.name.text),
            "give one of them another name");
    }
    kind.fields.push_back(read_field(node, field));
  }
  if (kind.fields.empty()) {
    error(node.name.place, "no-fields", fmt::format("kind '{}' has no fields", name),
          "name what is stored: kind note 900 record of personal { text text }");
  }
  made_->kinds_.push_back(std::move(kind));
}

Field Compiler::read_field(const KindNode& kind, const FieldNode& node) {
  const Name& category = node.category.text.empty() ? kind.category : node.category;
  if (category.text.empty()) {
    error(node.name.place, "no-category", told(node, kind) + " names no category",
          fmt::format("write what it says after its type, such as: {} text personal.contact",
                      node.name.text));
  } else if (!node.category.text.empty()) {
    known_name(Dimension::kCategory, node.category);
  }
  if (kind.shape == Shape::kSeries) {
    check_series(kind, node);
  } else {
    check_erasure(kind, node);
    if (!node.with.text.empty()) check_with(kind, node);
  }
  if (node.indexed && (node.type == FieldType::kReal || node.type == FieldType::kBlob)) {
    error(node.name.place, "index",
          fmt::format("{} is indexed and {}", told(node, kind),
                      node.type == FieldType::kReal ? "real: hardly two reals are equal"
                                                    : "a blob: its name finds nothing else"),
          "leave 'indexed' out, or index a field of another type");
  }
  return {node.name.text,      node.type,      category.text, node.on_erasure,
          node.refers_to.text, node.with.text, node.indexed};
}

void Compiler::check_series(const KindNode& kind, const FieldNode& node) {
  std::string_view what;
  if (node.type == FieldType::kBlob) what = "a blob";
  if (node.type == FieldType::kSubject) what = "a subject";
  if (node.type == FieldType::kReference) what = "a reference";
  if (what.empty() && node.indexed) what = "indexed";
  if (what.empty() && !node.with.text.empty()) what = "with another one";
  if (what.empty()) return;
  error(node.name.place, "series",
        fmt::format("{} is {}, and a series has only samples", told(node, kind), what),
        "make the kind a record, or leave this to a record that names the series");
}

void Compiler::check_erasure(const KindNode& kind, const FieldNode& node) {
  if (node.type == FieldType::kSubject && node.on_erasure == OnErasure::kStays) {
    error(node.name.place, "erasure",
          told(node, kind) + " stays on erasure: the id of an erased person may not stay",
          fmt::format("write: {} subject on erasure owns, removes or empties", node.name.text));
  }
  if (node.type == FieldType::kReference && node.on_erasure == OnErasure::kOwns) {
    error(node.name.place, "erasure",
          told(node, kind) + " is a reference that owns: only a person owns a record",
          fmt::format("write: {} reference to {} on erasure removes, empties or stays",
                      node.name.text, node.refers_to.text));
  }
}

void Compiler::check_with(const KindNode& kind, const FieldNode& node) {
  if (leads_away(node.type)) {
    error(node.with.place, "with",
          fmt::format("{} is a {}, which says itself what an erasure does to it", told(node, kind),
                      name_of(node.type)),
          "leave 'with " + node.with.text + "' out");
    return;
  }
  const auto other = std::ranges::find(kind.fields, node.with.text,
                                       [](const FieldNode& field) { return field.name.text; });
  if (other == kind.fields.end()) {
    std::vector<std::string_view> subjects;
    for (const FieldNode& field : kind.fields) {
      if (field.type == FieldType::kSubject) subjects.push_back(field.name.text);
    }
    error(node.with.place, "with",
          fmt::format("{} is emptied with '{}', which the kind does not have", told(node, kind),
                      node.with.text),
          near_or(node.with.text, subjects,
                  fmt::format("declare it: {} subject on erasure empties", node.with.text)));
  } else if (other->type != FieldType::kSubject || other->on_erasure != OnErasure::kEmpties) {
    error(node.with.place, "with",
          fmt::format("{} is emptied with '{}', which is no subject that an erasure empties",
                      told(node, kind), node.with.text),
          fmt::format("name one that is, or write: {} subject on erasure empties", node.with.text));
  }
}

void Compiler::check_references(const Document& document) {
  document_ = &document;
  std::vector<std::string_view> records;
  for (const Kind& kind : made_->kinds_) {
    if (kind.shape == Shape::kRecord) records.push_back(kind.name);
  }
  for (const Declaration& declaration : document.declarations) {
    const auto* kind = std::get_if<KindNode>(&declaration);
    if (kind == nullptr) continue;
    for (const FieldNode& field : kind->fields) {
      const Name& to = field.refers_to;
      if (to.text.empty() || std::ranges::find(records, to.text) != records.end()) continue;
      error(to.place, "unknown-kind",
            fmt::format(
                "{} refers to '{}', which {}", told(field, *kind), to.text,
                kind_names_.contains(to.text) ? "is a series and has no records" : "is no kind"),
            near_or(to.text, records,
                    fmt::format("declare it: kind {} 900 record of personal {{ text text }}",
                                to.text)));
    }
  }
}

}  // namespace heed::policy
