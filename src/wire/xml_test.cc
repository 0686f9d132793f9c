#include "wire/xml.h"

namespace heed::wire {
namespace {

/// Writes down what a parser says, in one line of text.
class Notes final : public XmlHandler {
 public:
  void start_element(std::string_view name, const XmlAttributes& attributes) override {
    said += '<';
    said += name;
    for (std::size_t i = 0; i < attributes.size(); ++i) {
      said += ' ';
      said += attributes.name_at(i);
      said += '=';
      said += attributes.value_at(i);
    }
    said += '>';
    if (parser != nullptr && name == "keep") parser->mark();
  }
  void end_element(std::string_view name) override {
    if (parser != nullptr && name == "keep") kept.emplace_back(parser->marked());
    said += "</";
    said += name;
    said += '>';
  }
  void text(std::string_view piece) override { said += piece; }

  std::string said;
  std::vector<Bytes> kept;
  XmlParser* parser = nullptr;
};

struct Outcome {
  std::string said;
  std::vector<Bytes> kept;
  std::optional<ErrorKind> failure;
  bool operator==(const Outcome&) const = default;
};

Outcome parse(BytesView document, std::size_t step = 0, XmlLimits limits = {}) {
  SeededRandom random(7);
  Notes notes;
  XmlParser parser(notes, random, limits);
  notes.parser = &parser;
  Result<void> result;
  if (step == 0) step = std::max<std::size_t>(document.size(), 1);
  for (std::size_t at = 0; at < document.size() && result; at += step) {
    result = parser.feed(document.substr(at, step));
  }
  if (result) result = parser.finish();
  return {notes.said, notes.kept, result ? std::nullopt : std::optional(result.error().kind)};
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(XmlParser, tells_elements_by_local_name_and_text_unescaped) {
  const Outcome read = parse("<a:x xmlns:a='urn:b' k='1 &amp; 2'>&lt;&#x41;<y/></a:x>");
  EXPECT_EQ(read.said, "<x xmlns:a=urn:b k=1 & 2><A<y></y></x>");
  EXPECT_FALSE(read.failure);
}

TEST(XmlParser, an_undeclared_prefix_is_no_error) {
  EXPECT_EQ(parse("<x:a x:k='v'/>").said, "<a x:k=v></a>");
}

TEST(XmlParser, any_cut_of_the_bytes_gives_the_same) {
  const std::string document =
      "<?xml version='1.0'?><r>\xc3\xa4 <keep  a='1'><b>t</b></keep ><!-- c -->"
      "<![CDATA[<raw>]]><keep/>&amp;</r>\n";
  const Outcome whole = parse(document);
  ASSERT_FALSE(whole.failure);
  for (std::size_t step = 1; step < document.size(); ++step) {
    EXPECT_EQ(parse(document, step), whole) << step;
  }
}

TEST(XmlParser, a_marked_element_is_given_back_byte_for_byte) {
  const Outcome read = parse("<r> <keep  a = '1'>x &#65;<b/></keep > <keep/></r>", 3);
  EXPECT_EQ(read.kept, (std::vector<Bytes>{"<keep  a = '1'>x &#65;<b/></keep >", "<keep/>"}));
}

// expat puts off parsing half a token and moves its buffer meanwhile: it then does not say where
// it stands, and nothing may be let go of.
TEST(XmlParser, elements_that_trickle_in_are_kept_from_their_first_byte) {
  std::string document = "<a>";
  std::vector<Bytes> elements;
  for (std::size_t size = 10; size < 4'000; size += 97) {
    elements.push_back("<keep a='" + std::string(size, 'x') + "'>v</keep>");
    document += elements.back() + "\n";
  }
  document += "</a>";
  for (std::size_t step = 1; step <= 40; ++step) {
    EXPECT_EQ(parse(document, step).kept, elements) << step;
  }
}

TEST(XmlParser, other_encodings_are_read_and_marked_in_their_own_bytes) {
  std::string wide = "\xff\xfe";
  for (const char c : std::string("<r><keep>x</keep></r>")) wide += {c, '\0'};
  const Outcome read = parse(wide, 1);
  EXPECT_EQ(read.said, "<r><keep>x</keep></r>");
  ASSERT_EQ(read.kept.size(), 1U);
  EXPECT_EQ(read.kept[0], wide.substr(8, 28));
  EXPECT_EQ(parse("<?xml version='1.0' encoding='ISO-8859-1'?><r>\xe4</r>").said,
            "<r>\xc3\xa4</r>");
  EXPECT_EQ(parse("<?xml version='1.0' encoding='windows-1252'?><r/>").failure,
            ErrorKind::kCorrupt);
}

TEST(XmlParser, a_document_type_declaration_is_refused) {
  for (const char* document : {"<!DOCTYPE a><a/>", "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
                               "<!DOCTYPE a [<!ENTITY l 'ha'><!ENTITY m '&l;&l;'>]><a>&m;</a>",
                               "<!DOCTYPE a [<!ENTITY x SYSTEM 'http://127.0.0.1/'>]><a>&x;</a>"}) {
    const Outcome read = parse(document);
    EXPECT_EQ(read.failure, ErrorKind::kCorrupt) << document;
    EXPECT_EQ(read.said, "") << document;
  }
}

TEST(XmlParser, what_is_not_well_formed_is_corrupt) {
  for (const char* document : {"", "text", "<a>", "<a></b>", "<a/><b/>", "<a b=1/>", "<a>&x;</a>",
                               "<a>\xff\xfe</a>", "<a k='1' k='2'/>"}) {
    EXPECT_EQ(parse(document).failure, ErrorKind::kCorrupt) << document;
  }
}

TEST(XmlParser, the_first_failure_stays) {
  SeededRandom random(1);
  Notes notes;
  XmlParser parser(notes, random);
  EXPECT_FALSE(parser.feed("<a></b>"));
  EXPECT_FALSE(parser.feed("<a/>"));
  EXPECT_FALSE(parser.finish());
}

TEST(XmlParser, every_limit_holds_at_its_edge_and_not_beyond) {
  const XmlLimits limits{.document_bytes = 4'000,
                         .depth = 5,
                         .attributes = 3,
                         .token_bytes = 100,
                         .marked_bytes = 1'000};
  struct Case {
    const char* what;
    std::string within;
    std::string beyond;
  };
  const std::string frame = "<a></a>";
  const std::string keep = "<a><keep></keep></a>";
  const Case cases[] = {
      {"document", "<a>" + std::string(4'000 - frame.size(), 'x') + "</a>",
       "<a>" + std::string(4'001 - frame.size(), 'x') + "</a>"},
      {"depth", repeated("<a>", 5) + repeated("</a>", 5), repeated("<a>", 6) + repeated("</a>", 6)},
      {"attributes", "<a b='' c='' d=''/>", "<a b='' c='' d='' e=''/>"},
      {"token", "<a b='" + std::string(80, 'x') + "'/>", "<a b='" + std::string(200, 'x') + "'/>"},
      {"marked", "<a><keep>" + std::string(900, 'x') + "</keep></a>",
       "<a><keep>" + std::string(1'100, 'x') + "</keep></a>"},
  };
  for (const Case& c : cases) {
    EXPECT_FALSE(parse(c.within, 1, limits).failure) << c.what;
    EXPECT_EQ(parse(c.beyond, 1, limits).failure, ErrorKind::kExhausted) << c.what;
  }
}

TEST(XmlAttributes, a_number_is_whole_and_nothing_else) {
  const char* pairs[] = {"a", "42", "x:b", "18446744073709551615", "c", "-1", "d", "1x", nullptr};
  const XmlAttributes attributes(pairs);
  EXPECT_EQ(attributes.number("a"), 42U);
  EXPECT_EQ(attributes.number("b"), ~0ULL);
  EXPECT_FALSE(attributes.number("c"));
  EXPECT_FALSE(attributes.number("d"));
  EXPECT_FALSE(attributes.number("e"));
  EXPECT_EQ(attributes.size(), 4U);
}

}  // namespace
}  // namespace heed::wire
