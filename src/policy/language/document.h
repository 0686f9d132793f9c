// What a policy file says, as it was written: the tree that the parser makes, the formatter prints
// and the compiler reads. Names are not resolved here.
//
// The grammar, the whole of it (docs/POLICY.md explains it with examples). `{ x }` is any number of
// x, `[ x ]` is x or nothing. White space and line ends only separate; `#` begins a comment that
// lasts to the end of its line.
//
//    1 file       = unit { unit }
//    2 unit       = header { vocabulary | kind | clause }
//    3 header     = ( "policy" | "overlay" | "words" ) name text { "version" date
//                   | "uses" names | "review" "every" span }
//    4 vocabulary = ( "category" | "purpose" | "party" | "source" | "subject" | "region"
//                   | "channel" | "condition" | "event" ) word
//    5 word       = name [ text ] { "as" text | "sensitive" | "independent" | "paid" }
//                   [ "{" { word } "}" ]
//    6 kind       = "kind" name number ( "record" | "series" ) [ "of" path ] [ text ]
//                   "{" { field } "}"
//    7 field      = name type [ path ] [ "indexed" ] [ "with" name ]
//    8 type       = "text" | "integer" | "real" | "truth" | "time" | "bytes" | "blob"
//                   | ( "subject" | "reference" "to" name ) "on" "erasure"
//                   ( "owns" | "removes" | "empties" | "stays" )
//    9 clause     = "clause" id { "section" text | "keeps" names } text
//                   ( "information" | "{" { statement } "}" )
//   10 statement  = rule | keep | expire | notify | verify | answer | aggregate | log
//   11 rule       = ( "allow" | "deny" ) scope [ "except" "{" { rule } "}" ]
//   12 scope      = [ paths ] { ( "for" | "to" | "from" | "about" | "in" | "by" ) paths
//                   | ( "when" | "unless" ) names }
//   13 keep       = "keep" paths ( "for" span | "until" name [ "+" span ] )
//   14 expire     = "expire" "sharing" "with" paths "at" name
//   15 notify     = "notify" paths "within" span "of" name
//   16 verify     = "verify" name "for" paths
//   17 answer     = "answer" paths "within" span
//   18 aggregate  = "aggregate" scope "at" "least" number
//   19 log        = "log" "ground" "for" paths
//   20 span       = number ( "hour" | "day" | "month" | "year" )      a plural "s" may follow
//   21 paths      = "any" | path { "," path }
//   22 path       = name { "." name }
//   23 names      = name { "," name }
//
// In a scope, "for" names purposes, "to" parties, "from" sources, "about" subject classes, "in"
// regions, "by" channels; the paths that stand first are categories. Terminals: name = a letter,
// then letters, digits, "_" or "-"; number = 1 to 9 digits; id = letters, digits, ".", "-"; date =
// YYYY-MM-DD; text = "…" on one or more lines, with \" and \\, where white space of any length,
// line ends too, counts as one space. A keyword cannot be a name.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "policy/kind.h"
#include "policy/words.h"

namespace heed::policy {

/// Where something stands in its file. Lines and columns count from 1, columns in characters;
/// offset and length count bytes.
struct Place {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
};

/// A name or dotted path as it was written.
struct Name {
  std::string text;
  Place place;
};

/// Comments that stand before a thing, inside it or behind it in its last line, without "#" and
/// surrounding space; the formatter writes them all before it.
using Comments = std::vector<std::string>;

enum class Unit : std::uint8_t { kHour, kDay, kMonth, kYear };
struct Span {
  std::uint32_t count = 0;
  Unit unit = Unit::kDay;
  /// The shortest time that these words can mean, from the first of one month to the first of
  /// another one where every fourth year is a leap year: a month has 28 days, 13 months have 393,
  /// 10 years 3,652. A promise of time is kept by the shorter reading.
  Duration shortest() const;
  auto operator<=>(const Span&) const = default;
};

struct WordNode {
  Comments comments;
  Name name;  ///< One name; the path follows from where it stands.
  std::string gloss;
  std::string iri;  ///< After "as": the term of another vocabulary, such as "dpv:Contact".
  std::vector<Name> marks;
  std::vector<WordNode> below;
  Comments last_comments;  ///< Before its "}".
};

struct VocabularyNode {
  Comments comments;
  Dimension dimension = Dimension::kCategory;
  WordNode word;
};

struct FieldNode {
  Comments comments;
  Name name;
  FieldType type = FieldType::kText;
  OnErasure on_erasure = OnErasure::kNone;
  Name refers_to;  ///< The kind of a reference.
  Name category;   ///< Empty: the kind's own.
  bool indexed = false;
  Name with;  ///< Empty: with no other.
};

struct KindNode {
  Comments comments;
  Name name;
  std::uint32_t number = 0;
  Shape shape = Shape::kRecord;
  Name category;  ///< Empty: each field names its own.
  std::string gloss;
  std::vector<FieldNode> fields;
  Comments last_comments;  ///< Before its "}".
};

/// Which requests a statement speaks of. An empty list was not written; "any" is one path "any".
struct Scope {
  Place place;
  std::vector<Name> categories;
  std::vector<Name> purposes;
  std::vector<Name> parties;
  std::vector<Name> sources;
  std::vector<Name> subjects;
  std::vector<Name> regions;
  std::vector<Name> channels;
  std::vector<Name> when;    ///< All of these hold.
  std::vector<Name> unless;  ///< None of these holds.
};

struct RuleNode {
  Comments comments;
  Place place;
  bool allow = false;
  Scope scope;
  std::vector<RuleNode> exceptions;
  Comments last_comments;  ///< Before the "}" of the exceptions.
};

enum class DutyKind : std::uint8_t {
  kKeep,
  kExpire,
  kNotify,
  kVerify,
  kAnswer,
  kAggregate,
  kLogGround,
};

/// One of productions 12 to 18. Only what the production has is filled in.
struct DutyNode {
  Comments comments;
  Place place;
  DutyKind kind = DutyKind::kKeep;
  Scope scope;  ///< keep: categories; expire, notify: parties; verify, answer, log: purposes.
  Span span;    ///< keep for, keep until … +, within.
  Name event;   ///< keep until, expire at, notify … of.
  Name degree;  ///< verify.
  std::uint32_t least = 0;  ///< aggregate at least.
};

using Statement = std::variant<RuleNode, DutyNode>;

struct ClauseNode {
  Comments comments;
  Name id;
  std::string section;      ///< Of the published text that it comes from.
  std::vector<Name> keeps;  ///< Obligations that it carries, "O37".
  std::string sentence;
  bool information = false;
  std::vector<Statement> statements;
  Comments last_comments;  ///< Before its "}".
};

enum class FileKind : std::uint8_t { kPolicy, kOverlay, kWords };

struct Header {
  Comments comments;
  Place place;
  FileKind kind = FileKind::kPolicy;
  Name name;
  std::string title;
  std::string version;     ///< YYYY-MM-DD, or empty.
  std::vector<Name> uses;  ///< Files of words (for an overlay: the policy) that it stands on.
  Span review;             ///< count 0: not said.
};

using Declaration = std::variant<VocabularyNode, KindNode, ClauseNode>;

/// One unit.
struct Document {
  std::string file;  ///< What messages call the file it stands in.
  Header header;
  std::vector<Declaration> declarations;
  Comments last_comments;  ///< After the last declaration.
};

}  // namespace heed::policy
