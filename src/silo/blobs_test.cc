// Large content of records: whole or not there, and gone with whom it is about.
#include <filesystem>

#include "silo/blobs.h"
#include "silo/forgetting_testing.h"

namespace heed::silo {
namespace {

constexpr KindId kPhoto{35};
constexpr KindId kMeeting{36};
constexpr KindId kPair{37};

constexpr std::string_view kKinds = R"(
kind photo 35 record of usage {
  title text
  partner subject on erasure owns
  picture blob
}
kind meeting 36 record of usage {
  topic text
  guest subject on erasure empties
  portrait blob with guest
  minutes blob
}
kind pair 37 record of usage {
  left subject on erasure empties
  right subject on erasure empties
  portrait blob with right
}
clause 6.9 "For these tests." { allow usage for rights.deletion to engine }
)";

class BlobsTest : public ::testing::Test {
 protected:
  BlobsTest() {
    anna_ = SubjectId::make(store_.random());
    ben_ = SubjectId::make(store_.random());
  }
  Silo& silo() { return store_.silo(); }
  Access use() const { return store_.access(); }
  void put_photo(std::string id, SubjectId subject, FieldValue partner = {}) {
    const Record record{kPhoto,
                        std::move(id),
                        subject,
                        "api",
                        {std::string("title"), std::move(partner), FieldValue()},
                        {}};
    const auto done = silo().put(use(), record);
    ASSERT_TRUE(done) << done.error().message();
  }
  /// In parts of odd sizes, as a request's body comes.
  static BlobSource source_of(const Bytes& content) {
    return [&content, at = std::size_t{0}]() mutable -> Result<Bytes> {
      const Bytes next = content.substr(at, 100'003);
      at += next.size();
      return next;
    };
  }
  Governed<void> put(const BlobPlace& place, const Bytes& content) {
    return silo().put_blob(use(), place, source_of(content));
  }
  Governed<void> put(std::string id, const Bytes& content) {
    return put({kPhoto, std::move(id), "picture"}, content);
  }
  std::string get(const BlobPlace& place, std::uint64_t from = 0) {
    Bytes all;
    const auto read = silo().read_blob(use(), place, from, [&](BytesView bytes) {
      all += bytes;
      return true;
    });
    if (!read) return read.error().message();
    return *read ? all : "(no blob)";
  }
  std::string get(std::string id, std::uint64_t from = 0) {
    return get({kPhoto, std::move(id), "picture"}, from);
  }
  Record found(KindId kind, std::string_view id) { return **silo().find(use(), kind, id); }
  void forget(SubjectId subject) { heed::silo::forget(store_, subject); }
  /// Pieces of all contents, as the database has them.
  std::vector<Bytes> pieces() {
    std::vector<Bytes> all;
    for (auto& [key, value] : rows_of(store_, kv::Family::kBlobs)) all.push_back(std::move(value));
    return all;
  }
  bool any_file_has(BytesView needle) { return !files_with(store_.directory(), needle).empty(); }

  TemporaryStore store_{policy::policy_of(heed_text_with(kKinds))};
  SubjectId anna_, ben_;
};

TEST_F(BlobsTest, content_comes_back_to_the_byte_from_wherever_it_is_read) {
  put_photo("a", anna_);
  EXPECT_EQ(get("a"), "(no blob)");
  EXPECT_EQ(get("none"), "(no blob)");
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, Blobs::kPiece - 1, Blobs::kPiece,
                                 Blobs::kPiece + 1, 3 * Blobs::kPiece + 7}) {
    const Bytes content = store_.random().bytes(size);
    const auto done = put("a", content);
    ASSERT_TRUE(done) << done.error().message();
    EXPECT_EQ(get("a"), content) << size;
    EXPECT_EQ(get("a", size), "");
    EXPECT_EQ(get("a", size + 5), "");
    if (size > 2) {
      EXPECT_EQ(get("a", size - 2), content.substr(size - 2));
      EXPECT_EQ(get("a", size / 2), content.substr(size / 2));
    }
    const auto blob = Blob::parse(std::get<std::string>(found(kPhoto, "a").fields[2]));
    ASSERT_TRUE(blob);
    EXPECT_EQ(blob->size, size);
  }
  const Bytes last = get("a");
  store_.reopen();
  EXPECT_EQ(get("a"), last);
  EXPECT_EQ(pieces().size(), 4U);  // each new content took the place of the one before
}

TEST_F(BlobsTest, a_reader_may_stop_early) {
  put_photo("a", anna_);
  ASSERT_TRUE(put("a", Bytes(3 * Blobs::kPiece, 'x')));
  std::size_t calls = 0;
  ASSERT_TRUE(silo().read_blob(use(), {kPhoto, "a", "picture"}, 0, [&](BytesView) {
    ++calls;
    return false;
  }));
  EXPECT_EQ(calls, 1U);
}

TEST_F(BlobsTest, what_cannot_be_put_is_said_and_leaves_nothing) {
  put_photo("a", anna_);
  const auto message = [&](const BlobPlace& place) {
    const auto done = put(place, "content");
    return done ? "(done)" : done.error().message();
  };
  EXPECT_EQ(message({kPhoto, "a", "title"}), "kind 'photo' has no blob 'title'");
  EXPECT_EQ(message({kPhoto, "a", "sound"}), "kind 'photo' has no blob 'sound'");
  EXPECT_EQ(message({kPhoto, "b", "picture"}), "there is no such 'photo'");
  EXPECT_NE(message({kPhoto, "a", "picture", 7}).find("was changed meanwhile"), std::string::npos);
  const auto broken =
      silo().put_blob(use(), {kPhoto, "a", "picture"}, [n = 0]() mutable -> Result<Bytes> {
        if (++n < 5) return Bytes(Blobs::kPiece, 'x');
        return fail(ErrorKind::kUnavailable, "the line broke");
      });
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().message(), "the line broke");
  EXPECT_EQ(get("a"), "(no blob)");
  EXPECT_TRUE(pieces().empty());
}

TEST_F(BlobsTest, a_record_keeps_its_content_when_other_fields_change_and_takes_no_others) {
  put_photo("a", anna_);
  put_photo("b", ben_);
  ASSERT_TRUE(put("a", "picture of anna"));
  ASSERT_TRUE(put("b", "picture of ben"));
  const Change patch = Patch{kPhoto, "a", {{"title", std::string("new")}}};
  ASSERT_TRUE(silo().commit(use(), {patch}));
  EXPECT_EQ(get("a"), "picture of anna");
  Record record = found(kPhoto, "a");
  record.fields[0] = std::string("newer");
  ASSERT_TRUE(silo().put(use(), record));
  EXPECT_EQ(get("a"), "picture of anna");

  record.fields[2] = found(kPhoto, "b").fields[2];
  const auto taken = silo().put(use(), record);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().message(), "field 'picture' of kind 'photo' is not the blob that it has");
  EXPECT_EQ(get("a"), "picture of anna");
  record.fields[2] = {};
  ASSERT_TRUE(silo().put(use(), record));
  EXPECT_EQ(get("a"), "(no blob)");
  EXPECT_EQ(get("b"), "picture of ben");
  ASSERT_TRUE(*silo().remove(use(), kPhoto, "b"));
  EXPECT_TRUE(pieces().empty());
}

TEST_F(BlobsTest, content_is_gone_when_its_last_owner_is) {
  put_photo("a", anna_, ben_.text());
  ASSERT_TRUE(put("a", "both of us"));
  forget(anna_);
  EXPECT_EQ(get("a"), "both of us");
  store_.reopen();
  EXPECT_EQ(get("a"), "both of us");
  forget(ben_);
  EXPECT_EQ(get("a"), "(no blob)");
  EXPECT_TRUE(pieces().empty());
}

TEST_F(BlobsTest, content_that_tells_of_somebody_else_goes_with_them_and_the_rest_stays) {
  const Record meeting{
      kMeeting, "m", anna_, "api", {std::string("topic"), ben_.text(), FieldValue(), FieldValue()},
      {}};
  ASSERT_TRUE(silo().put(use(), meeting));
  ASSERT_TRUE(put({kMeeting, "m", "portrait"}, "ben's face"));
  ASSERT_TRUE(put({kMeeting, "m", "minutes"}, "what was said"));
  EXPECT_EQ(get({kMeeting, "m", "portrait"}), "ben's face");
  forget(ben_);
  EXPECT_EQ(get({kMeeting, "m", "portrait"}), "(no blob)");
  EXPECT_EQ(get({kMeeting, "m", "minutes"}), "what was said");
  EXPECT_EQ(pieces().size(), 1U);
}

TEST_F(BlobsTest, is_gone_with_two_who_are_erased_again_at_once) {
  const Record pair{kPair, "p", SubjectId(), "api", {anna_.text(), ben_.text(), FieldValue()}, {}};
  ASSERT_TRUE(silo().put(use(), pair));
  ASSERT_TRUE(put({kPair, "p", "portrait"}, "ben's face"));
  const std::filesystem::path now = store_.directory();
  const auto copy = [](const std::filesystem::path& from, const std::filesystem::path& to) {
    std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
  };
  store_.close();
  copy(now / "data", now / "old");
  store_.reopen();
  forget(anna_);
  forget(ben_);
  store_.close();
  std::filesystem::remove_all(now / "data");
  copy(now / "old", now / "data");
  store_.reopen();
  EXPECT_EQ(found(kPair, "p").fields, std::vector<FieldValue>(3));
  EXPECT_EQ(get({kPair, "p", "portrait"}), "(no blob)");
  EXPECT_TRUE(pieces().empty());
}

TEST_F(BlobsTest, leaves_no_byte_behind_once_the_files_are_written_anew) {
  put_photo("a", anna_);
  const Bytes content = "canary 4711 in plain words " + Bytes(Blobs::kPiece, '.') + " and its end";
  ASSERT_TRUE(put("a", content));
  EXPECT_FALSE(any_file_has("canary 4711"));
  const auto sealed = pieces();
  ASSERT_EQ(sealed.size(), 2U);
  for (const Bytes& piece : sealed) EXPECT_TRUE(any_file_has(piece.substr(piece.size() - 24)));
  forget(anna_);
  EXPECT_TRUE(*silo().scrub(true));
  store_.close();
  for (const Bytes& piece : sealed) EXPECT_FALSE(any_file_has(piece.substr(piece.size() - 24)));
}

TEST_F(BlobsTest, what_a_crash_cut_short_is_removed_at_the_next_opening) {
  put_photo("a", anna_);
  ASSERT_TRUE(put("a", "whole"));
  // As a writer leaves it that was killed before its record took the content.
  with_database(store_, [](kv::Database& database) {
    const Bytes name(BlobMark::kNameSize, 'n');
    kv::Changes changes;
    changes.put(kv::Family::kMeta, "blob." + name, {});
    changes.put(kv::Family::kBlobs, ByteWriter().raw(name).u32(1).take(), "half");
    ASSERT_TRUE(database.write(changes, kv::Sync::kYes));
  });
  EXPECT_EQ(get("a"), "whole");
  EXPECT_EQ(pieces().size(), 1U);
}

TEST_F(BlobsTest, O72_content_is_read_no_more_after_its_records_end) {
  put_photo("a", anna_);
  ASSERT_TRUE(put("a", "picture"));
  store_.clock().advance(Duration::days(400));
  EXPECT_EQ(get("a"), "(no blob)");
  EXPECT_EQ(pieces().size(), 1U);
  ASSERT_TRUE(silo().purge());
  EXPECT_TRUE(pieces().empty());
}

TEST_F(BlobsTest, pieces_that_were_tampered_with_do_not_open) {
  put_photo("a", anna_);
  put_photo("b", anna_);
  ASSERT_TRUE(put("a", Bytes(2 * Blobs::kPiece, 'a')));
  ASSERT_TRUE(put("b", Bytes(2 * Blobs::kPiece, 'b')));
  std::vector<Bytes> keys;
  for (const auto& [key, value] : rows_of(store_, kv::Family::kBlobs)) keys.push_back(key);
  with_database(store_, [&](kv::Database& database) {
    const auto first = *database.get(kv::Family::kBlobs, keys[0]);
    const auto second = *database.get(kv::Family::kBlobs, keys[1]);
    kv::Changes swap;
    swap.put(kv::Family::kBlobs, keys[0], *second).put(kv::Family::kBlobs, keys[1], *first);
    ASSERT_TRUE(database.write(swap, kv::Sync::kYes));
    ASSERT_TRUE(database.write(kv::Changes().remove(kv::Family::kBlobs, keys[3]), kv::Sync::kYes));
  });
  for (const char* id : {"a", "b"}) {
    EXPECT_FALSE(
        silo().read_blob(use(), {kPhoto, id, "picture"}, 0, [](BytesView) { return true; }));
  }
}

}  // namespace
}  // namespace heed::silo
