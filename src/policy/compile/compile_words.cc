// The compiler's first pass: vocabularies.
#include <fmt/core.h>

#include <algorithm>

#include "policy/compile/compiler.h"

namespace heed::policy {
namespace {

template <class Tag>
Gloss& grown(Vocabulary<Tag>& words, std::vector<Gloss>& glosses, std::string_view path) {
  const Word<Tag> word = words.add(path);
  if (glosses.size() < words.size()) glosses.resize(words.size());
  return glosses[word.index];
}

void forget(std::vector<Gloss>& glosses) {
  for (Gloss& gloss : glosses) gloss = Gloss();
}

template <class Tag>
void list(const Vocabulary<Tag>& words, const std::vector<Gloss>& glosses, std::string_view prefix,
          std::vector<std::string_view>& all) {
  for (std::uint16_t i = 0; i < words.size(); ++i) {
    std::string_view path = words.path({i});
    if (!glosses[i].declared || !path.starts_with(prefix)) continue;
    path.remove_prefix(prefix.size());
    all.push_back(path);
  }
}

}  // namespace

void Compiler::keep_words_of(const Policy& before) {
  Policy& made = *made_;
  made.categories_ = before.categories_;
  made.purposes_ = before.purposes_;
  made.parties_ = before.parties_;
  made.events_ = before.events_;
  made.facts_ = before.facts_;
  made.category_glosses_ = before.category_glosses_;
  made.purpose_glosses_ = before.purpose_glosses_;
  made.party_glosses_ = before.party_glosses_;
  made.event_glosses_ = before.event_glosses_;
  made.fact_glosses_ = before.fact_glosses_;
  for (auto* glosses : {&made.category_glosses_, &made.purpose_glosses_, &made.party_glosses_,
                        &made.event_glosses_, &made.fact_glosses_}) {
    forget(*glosses);
  }
}

void Compiler::declare(const Document& document) {
  for (const Declaration& declaration : document.declarations) {
    const auto* vocabulary = std::get_if<VocabularyNode>(&declaration);
    if (vocabulary != nullptr) declare_word(vocabulary->dimension, vocabulary->word, "");
  }
}

Gloss& Compiler::gloss_of(Dimension dimension, const std::string& path) {
  Policy& made = *made_;
  switch (dimension) {
    case Dimension::kCategory: return grown(made.categories_, made.category_glosses_, path);
    case Dimension::kPurpose: return grown(made.purposes_, made.purpose_glosses_, path);
    case Dimension::kParty: return grown(made.parties_, made.party_glosses_, path);
    case Dimension::kEvent: return grown(made.events_, made.event_glosses_, path);
    default: return grown(made.facts_, made.fact_glosses_, fact_path(dimension, path));
  }
}

void Compiler::declare_word(Dimension dimension, const WordNode& node, const std::string& parent) {
  const std::string path = parent.empty() ? node.name.text : parent + "." + node.name.text;
  if (made_->categories_.size() + made_->purposes_.size() + made_->parties_.size() +
          made_->facts_.size() + made_->events_.size() >
      60'000) {
    error(node.name.place, "too-many", "a policy has at most 60,000 words",
          "merge words that no rule tells apart");
    return;
  }
  Gloss& gloss = gloss_of(dimension, path);
  gloss.declared = true;
  if (!node.gloss.empty() && !gloss.text.empty() && gloss.text != node.gloss) {
    error(node.name.place, "twice",
          fmt::format("{} '{}' is explained twice", name_of(dimension), path),
          "leave one explanation out; a word may be named again to put words below it");
  }
  if (!node.gloss.empty()) gloss.text = node.gloss;
  if (!node.iri.empty()) gloss.iri = node.iri;
  for (const Name& mark : node.marks) read_mark(dimension, mark, gloss);
  for (const WordNode& below : node.below) declare_word(dimension, below, path);
}

void Compiler::read_mark(Dimension dimension, const Name& mark, Gloss& gloss) {
  if (mark.text == "paid" && dimension == Dimension::kParty) {
    error(mark.place, "sale", "a party that pays for data is a sale; nothing is sold",
          "leave this party out, or describe what it gets without a consideration");
  } else if (mark.text == "sensitive" && dimension == Dimension::kCategory) {
    gloss.sensitive = true;
  } else if (mark.text == "independent" && dimension == Dimension::kParty) {
    gloss.independent = true;
  } else {
    error(mark.place, "mark",
          fmt::format("a {} cannot be marked '{}'", name_of(dimension), mark.text),
          "mark a category `sensitive`, a party `independent` or `paid`");
  }
}

void Compiler::check_size() {
  const Policy& made = *made_;
  document_ = &documents_.back();
  if (made.facts_.size() > Conditions::kMost) {
    error(Place(), "too-many",
          fmt::format("there are {} conditions, sources, subjects, regions and channels; at most "
                      "64 fit into a decision",
                      made.facts_.size()),
          "leave out those that no clause uses (words of earlier versions count until a restart)");
  }
  if (made.categories_.size() * made.purposes_.size() * made.parties_.size() > Table::kMostCells) {
    error(Place(), "too-many",
          fmt::format("{} categories, {} purposes and {} parties make more than 4,000,000 cells",
                      made.categories_.size(), made.purposes_.size(), made.parties_.size()),
          "merge words that no rule tells apart");
  }
}

std::vector<std::string_view> Compiler::words_of(Dimension dimension) const {
  const Policy& made = *made_;
  std::vector<std::string_view> all;
  switch (dimension) {
    case Dimension::kCategory: list(made.categories_, made.category_glosses_, "", all); break;
    case Dimension::kPurpose: list(made.purposes_, made.purpose_glosses_, "", all); break;
    case Dimension::kParty: list(made.parties_, made.party_glosses_, "", all); break;
    case Dimension::kEvent: list(made.events_, made.event_glosses_, "", all); break;
    default: list(made.facts_, made.fact_glosses_, fact_path(dimension, ""), all);
  }
  return all;
}

}  // namespace heed::policy
