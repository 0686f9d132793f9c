#include "silo/silo_export.h"

#include "base/json.h"
#include "silo/test_kinds.h"

namespace heed::silo {
namespace {

struct Told {
  std::vector<std::string> lines;
  Governed<ExportedSilo> done;
};

Told tell(TemporaryStore& store, const Access& access) {
  std::vector<std::string> lines;
  const auto line = [&](std::string_view text) -> Result<void> {
    lines.emplace_back(text);
    return {};
  };
  auto done = export_silo(store.store(), store.silo(), access, store.clock(), line);
  return {std::move(lines), std::move(done)};
}

bool has(const Told& told, std::string_view line) {
  return std::ranges::find(told.lines, line) != told.lines.end();
}

TEST(SiloExport, tells_records_series_and_journal_in_plain_json) {
  TemporaryStore store(test_policy());
  const Access access = store.access();
  const SubjectId subject = SubjectId::make(store.random());
  ASSERT_TRUE(store.silo().put(access, note_record("n1", "A \"title\"")));
  ASSERT_TRUE(store.silo().put(access, visit("v1", subject)));
  const SeriesId x = *store.silo().series(access, kPoseKind, "x");
  Batch batch;
  batch.samples = {{x, sample(store.clock().now(), "1.50")},
                   {x, sample(store.clock().now() + Duration::seconds(1), std::nullopt)},
                   {x, sample(store.clock().now() + Duration::seconds(2), "\xff")}};
  ASSERT_TRUE(store.silo().append(access, batch));
  const Told told = tell(store, store.access("service.transfer", "organization"));
  ASSERT_TRUE(told.done) << told.done.error().message();
  EXPECT_EQ(told.done->records, 2U);
  EXPECT_EQ(told.done->samples, 3U);
  for (const std::string& line : told.lines) ASSERT_TRUE(Json::parse(line)) << line;
  EXPECT_TRUE(has(told, R"({"sample":{"series":1,"at":"2023-11-14T22:13:20.000000000Z",)"
                        R"("device":"2023-11-14T22:13:20.000000000Z",)"
                        R"("arrival":"2023-11-14T22:13:20.003000000Z","flags":0,"value":"1.50"}})"
                        "\n"));
  const auto with = [&](std::string_view part) {
    return std::ranges::any_of(
        told.lines, [&](const std::string& line) { return line.find(part) != std::string::npos; });
  };
  EXPECT_TRUE(with(R"("value":null)"));
  EXPECT_TRUE(with(R"("value":{"base64url":"_w"})"));
  EXPECT_TRUE(with(R"("fields":{"title":"A \"title\"","count":-7,"ratio":2.5,"done":true,)"
                   R"("due":"1970-01-01T00:00:05.000000000Z","raw":"AP8"})"));
  EXPECT_TRUE(with("\"subject\":\"" + subject.text() + "\""));
}

TEST(SiloExport, tells_the_content_of_blobs_behind_their_record) {
  TemporaryStore store(policy::policy_of(test_text("kind scan 40 record of usage { page blob }")));
  const Access access = store.access();
  ASSERT_TRUE(store.silo().put(access, {{40}, "s1", {}, "api", {FieldValue()}, {}}));
  const auto source = [given = false]() mutable -> Result<Bytes> {
    return std::exchange(given, true) ? Bytes() : Bytes("\x01\x02");
  };
  ASSERT_TRUE(store.silo().put_blob(access, {{40}, "s1", "page"}, source));
  const Told told = tell(store, store.access("service.transfer", "organization"));
  ASSERT_TRUE(told.done) << told.done.error().message();
  EXPECT_EQ(told.done->blobs, 1U);
  EXPECT_TRUE(has(told,
                  "{\"blob\":{\"kind\":\"scan\",\"id\":\"s1\",\"field\":\"page\","
                  "\"from\":0,\"bytes\":\"AQI\"}}\n"));
}

TEST(SiloExport, ends_with_a_journal_that_a_stranger_can_verify) {
  TemporaryStore store(test_policy());
  const Told told = tell(store, store.access("operation", "engine"));
  ASSERT_TRUE(told.done) << told.done.error().message();
  const auto journal = std::ranges::find_if(
      told.lines, [](const std::string& l) { return l.find("heed journal export") != l.npos; });
  std::string text;
  for (auto line = journal; line != told.lines.end(); ++line) text += *line;
  const auto verified = verify_export(text, store.silo().journal_key());
  ASSERT_TRUE(verified) << verified.error().message;
  EXPECT_TRUE(verified->whole());
  EXPECT_EQ(told.done->entries, verified->head.entries);
  EXPECT_NE(text.find("\"what\":\"exported\""), std::string::npos);
}

TEST(SiloExport, keeps_back_what_the_policy_does_not_give_and_says_so) {
  TemporaryStore store(test_policy());
  const Access own = store.access("service.sign_in", "engine");
  ASSERT_TRUE(store.silo().put(
      own, {kSecretKind, "s", SubjectId(), "browser", {Bytes("a hashed password")}, {}}));
  const Told told = tell(store, store.access("service.transfer", "organization"));
  ASSERT_TRUE(told.done) << told.done.error().message();
  EXPECT_NE(std::ranges::find(told.done->withheld, "secret"), told.done->withheld.end());
  for (const std::string& line : told.lines) {
    EXPECT_EQ(line.find(to_base64url("a hashed password")), std::string::npos);
  }
  const Told nothing = tell(store, store.access("marketing", "third_party"));
  ASSERT_TRUE(nothing.done) << nothing.done.error().message();
  EXPECT_EQ(nothing.done->records + nothing.done->samples + nothing.done->entries, 0U);
}

TEST(SiloExport, stops_where_the_disk_does) {
  TemporaryStore store(test_policy());
  const auto full = [](std::string_view) -> Result<void> {
    return fail(ErrorKind::kUnavailable, "the disk is full");
  };
  const auto done = export_silo(store.store(), store.silo(), store.access(), store.clock(), full);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message(), "the disk is full");
}

}  // namespace
}  // namespace heed::silo
