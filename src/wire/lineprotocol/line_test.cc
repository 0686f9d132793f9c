#include "wire/lineprotocol/line.h"

#include <gtest/gtest.h>

#include <random>

namespace heed::wire::lineprotocol {
namespace {

/// What a text says, a point a line: name=letter:value for each field, then @timestamp.
std::string told(std::string_view text) {
  Reader reader(text);
  Point point;
  std::string all;
  while (true) {
    const auto more = reader.next(point);
    if (!more) return all + more.error().message;
    if (!*more) return all;
    for (const Field& field : point.fields) {
      all += series_name(point, field.key) + "=" + "fiubt"[static_cast<int>(field.type)] + ":";
      all += std::string(field.value) + " ";
    }
    all += point.timestamp ? "@" + std::to_string(*point.timestamp) + "\n" : "@\n";
  }
}

// The examples of InfluxDB's reference "Line protocol", and what its reader does with the rest.
TEST(LineProtocol, reads_what_the_reference_shows) {
  const struct {
    const char* text;
    const char* says;
  } cases[] = {
      {"myMeasurement,tag1=value1,tag2=value2 fieldKey=\"fieldValue\" 1556813561098000000",
       "myMeasurement,tag1=value1,tag2=value2 fieldKey=t:fieldValue @1556813561098000000\n"},
      {"myMeasurement fieldKey=1.0", "myMeasurement fieldKey=f:1.0 @\n"},
      {"myMeasurement fieldKey=1", "myMeasurement fieldKey=f:1 @\n"},
      {"myMeasurement fieldKey=-1.234456e+78", "myMeasurement fieldKey=f:-1.234456e+78 @\n"},
      {"myMeasurement fieldKey=1i", "myMeasurement fieldKey=i:1 @\n"},
      {"myMeasurement fieldKey=12485903u", "myMeasurement fieldKey=u:12485903 @\n"},
      {"myMeasurement fieldKey=-12485903i", "myMeasurement fieldKey=i:-12485903 @\n"},
      {"m fieldKey=true,b=f,c=TRUE", "m fieldKey=b:true m b=b:f m c=b:TRUE @\n"},
      {"m a=\"this is a string\"", "m a=t:this is a string @\n"},
      {"m a=\"say \\\"hi\\\" \\\\\" 5", "m a=t:say \\\"hi\\\" \\\\ @5\n"},
      {"# a comment\n\nm a=1 7\n  \n#\nm a=2 8\n", "m a=f:1 @7\nm a=f:2 @8\n"},
      {"my\\ Measurement fieldKey=\"string value\"",
       "my\\ Measurement fieldKey=t:string value @\n"},
      {"m,t\\=1=v\\,2 f\\ 3=1", "m,t\\=1=v\\,2 f\\ 3=f:1 @\n"},
      {"myMeasurement,tagKey=\xF0\x9F\x8D\xAD fieldKey=1",
       "myMeasurement,tagKey=\xF0\x9F\x8D\xAD fieldKey=f:1 @\n"},
      {"m a=\"over\ntwo lines\" 1\nm b=1 2", "m a=t:over\ntwo lines @1\nm b=f:1 @2\n"},
      {"m a=1 -5\r\nm a=2\r\n", "m a=f:1 @-5\nm a=f:2 @\n"},
      {"m a=.5,b=5.,c=-0.0,d=1E3", "m a=f:.5 m b=f:5. m c=f:-0.0 m d=f:1E3 @\n"},
      {"m\\x,t=a\\b f=1", "m\\x,t=a\\b f=f:1 @\n"},
      {"m=1 f=1", "m=1 f=f:1 @\n"},
      {"", ""},
  };
  for (const auto& [text, says] : cases) EXPECT_EQ(told(text), says) << text;
}

TEST(LineProtocol, says_which_line_is_wrong_and_why) {
  const struct {
    const char* text;
    const char* says;
  } cases[] = {
      {"m", "line 1: it has no field"},
      {"m ", "line 1: a field has no key or no equals sign"},
      {"\n#x\n,a=b f=1", "line 3: it has no measurement"},
      {"m,a f=1", "line 1: a tag has no key or no equals sign"},
      {"m,a= f=1", "line 1: a tag has no value"},
      {"m,a=b,a=c f=1", "line 1: it tells a tag twice"},
      {"m f", "line 1: a field has no key or no equals sign"},
      {"m f=", "line 1: a field's value is no number, no truth and no text in quotes"},
      {"m f=word", "line 1: a field's value is no number, no truth and no text in quotes"},
      {"m f=+1", "line 1: a field's value is no number, no truth and no text in quotes"},
      {"m f=NaN", "line 1: a field's value is no number, no truth and no text in quotes"},
      {"m f=1e999", "line 1: a field's value is no number, no truth and no text in quotes"},
      {"m f=1.5i", "line 1: a field's value is no number, no truth and no text in quotes"},
      {"m f=-1u", "line 1: a field's value is no number, no truth and no text in quotes"},
      {"m f=9223372036854775808i",
       "line 1: a field's value is no number, no truth and no text in quotes"},
      {"m f=\"open\nand more", "line 1: a text has no closing quote"},
      {"m f=\"a\"b", "line 1: something follows a field's value"},
      {"m f=1 12 13", "line 1: something follows the timestamp"},
      {"m f=1 soon", "line 1: its timestamp is no whole number"},
      {"m f=1 9223372036854775808", "line 1: its timestamp is no whole number"},
      {"m f=\"a\nb\"\nm f=",
       "line 3: a field's value is no number, no truth and no text in quotes"},
  };
  for (const auto& [text, says] : cases) {
    const std::string all = told(text);
    EXPECT_TRUE(all.ends_with(says)) << text << "\n" << all;
  }
}

TEST(LineProtocol, bounds_a_lines_length_and_its_tags_and_fields) {
  std::string tags = "m";
  for (std::size_t i = 0; i < kMostTags; ++i) tags += ",t" + std::to_string(i) + "=v";
  EXPECT_EQ(told(tags + " f=1").find("line"), std::string::npos);
  EXPECT_EQ(told(tags + ",more=v f=1"), "line 1: it has more than 64 tags");
  std::string fields = "m f=1";
  for (std::size_t i = 1; i < kMostFields; ++i) fields += ",f=1";
  EXPECT_EQ(told(fields).find("line"), std::string::npos);
  EXPECT_EQ(told(fields + ",f=1"), "line 1: it has more than 1,024 fields");
  const std::string longest(kLongestLine - 6, 'x');
  EXPECT_EQ(told("m f=\"" + longest + "\"").find("line"), std::string::npos);
  EXPECT_EQ(told("m f=\"" + longest + "x\""), "line 1: it is longer than 256 KiB");
}

TEST(LineProtocol, names_a_series_alike_however_its_tags_are_ordered_and_escaped) {
  EXPECT_EQ(told("m,b=2,a=1 f=1"), told("m,a=1,b=2 f=1"));
  EXPECT_EQ(told("m,a=x f\\,g=1"), "m,a=x f\\,g=f:1 @\n");
  EXPECT_NE(told("m,a=x\\ y f=1"), told("m,a=x y=1"));
}

TEST(LineProtocol, gives_back_every_text_that_a_writer_escapes_as_the_reference_says) {
  std::mt19937_64 random(std::random_device{}());
  constexpr std::string_view kLetters = "ab ,=\"\\#\n1i";
  const auto some = [&](std::size_t most, bool line_ends) {
    std::string text(1 + random() % most, ' ');
    for (char& c : text) {
      do c = kLetters[random() % kLetters.size()];
      while (c == '\n' && !line_ends);
    }
    return text;
  };
  const auto escape = [](std::string_view text, std::string_view what) {
    std::string escaped;
    for (const char c : text) {
      if (what.find(c) != std::string_view::npos) escaped += '\\';
      escaped += c;
    }
    return escaped;
  };
  for (int i = 0; i < 2'000; ++i) {
    const std::string key = "k" + some(6, false) + "k";
    const std::string value = some(20, true);
    const std::string tag = "v" + some(6, false) + "v";
    const std::string line = "m,t=" + escape(tag, ", =") + " " + escape(key, ", =") + "=\"" +
                             escape(value, "\"\\") + "\" 5\nm f=1 6";
    Reader reader(line);
    Point point;
    ASSERT_TRUE(reader.next(point).value_or(false)) << line;
    ASSERT_EQ(unescaped(point.fields[0].key), key);
    ASSERT_EQ(unescaped(point.tags[0].value), tag);
    ASSERT_EQ(unescaped_text(point.fields[0].value), value) << line;
    ASSERT_EQ(point.timestamp, 5);
    ASSERT_TRUE(reader.next(point).value_or(false)) << line;
    ASSERT_EQ(point.timestamp, 6);
  }
}

}  // namespace
}  // namespace heed::wire::lineprotocol
