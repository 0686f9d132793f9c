// The file service against servers that are not ours: pyftpdlib and OpenSSH.
#include "box/net_files.h"

#include <gtest/gtest.h>

#include "box/test_file_servers.h"

namespace heed::box {
namespace {

constexpr FileLimits kShort{.connect = Duration::seconds(5),
                            .silence = Duration::seconds(1),
                            .whole = Duration::seconds(20)};

/// "name:size "
std::string names(const wire::ftp::Listing& listing) {
  std::vector<std::string> all;
  for (const auto& file : listing.files) {
    all.push_back(file.name + ":" + (file.size ? std::to_string(*file.size) : "?"));
  }
  std::ranges::sort(all);
  std::string text;
  for (const std::string& one : all) text += one + " ";
  return text;
}

std::string every_byte() {
  std::string bytes;
  for (int i = 0; i < 100'000; ++i) bytes += static_cast<char>(i % 251);
  return bytes;
}

void check_round_trip(FileService& service, const std::string& name) {
  const std::string content = every_byte();
  const auto stored = service.store(name, content);
  ASSERT_TRUE(stored) << name << stored.error().message;
  const auto back = service.fetch(name);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, content) << name;
  ASSERT_TRUE(service.rename(name, "HEED.TMP")) << name;
  EXPECT_EQ(service.fetch(name).error().kind, ErrorKind::kNotFound) << name;
  ASSERT_TRUE(service.rename("HEED.TMP", name)) << name;
  const auto removed = service.remove(name);
  EXPECT_TRUE(removed) << removed.error().message;
}

const std::vector<std::string> kNames = {"O1234",         "two words.nc", "Flansch gro\xc3\x9f.nc",
                                         "100% #1?&;.nc", "a\"b'c.nc",    "..a"};

TEST(FtpFiles, lists_gets_puts_renames_and_deletes_whatever_a_name_is) {
  const TestFtpServer server;
  FileService service(server.place(), kShort, {});
  for (const std::string& name : kNames) check_round_trip(service, name);
  write_file(server.file("O1.nc"), "G0");
  EXPECT_EQ(names(service.list().value()), "O1.nc:2 ");
}

TEST(FtpFiles, work_in_a_directory_and_in_active_mode_too) {
  const TestFtpServer server;
  ::mkdir(server.file("MY PROG").c_str(), 0755);
  ::mkdir(server.file("MY PROG/SUB").c_str(), 0755);
  FilePlace place = server.place();
  place.directory = "/MY PROG/SUB";
  place.passive = false;
  FileService service(place, kShort, {});
  check_round_trip(service, "O1");
  ASSERT_TRUE(service.store("O2", "x"));
  EXPECT_TRUE(is_there(server.file("MY PROG/SUB/O2")));
  EXPECT_EQ(names(service.list().value()), "O2:1 ");
}

TEST(FtpFiles, listings_of_servers_without_mlsd_are_read_too) {
  for (const char* manner : {"--no-mlsd", "--dos"}) {
    const TestFtpServer server({manner});
    write_file(server.file("two words.nc"), "G0");
    ::mkdir(server.file("SUB").c_str(), 0755);
    FileService service(server.place(), kShort, {});
    const auto listing = service.list().value();
    ASSERT_EQ(listing.files.size(), 2U) << manner;
    EXPECT_TRUE(names(listing).ends_with("two words.nc:2 ")) << names(listing);
    EXPECT_EQ(listing.unread, 0U);
  }
}

TEST(FtpFiles, a_huge_listing_is_cut_and_one_beyond_the_limit_of_bytes_is_refused) {
  const TestFtpServer server({"--many", "25000"});
  FileService service(server.place(), kShort, {});
  const auto listing = service.list();
  ASSERT_TRUE(listing) << listing.error().message;
  EXPECT_TRUE(listing->cut);
  FileLimits few = kShort;
  few.listing = 10'000;
  FileService narrow(server.place(), few, {});
  EXPECT_EQ(narrow.list().error().kind, ErrorKind::kExhausted);
}

TEST(FtpFiles, a_wrong_password_says_what_the_control_answered_and_what_to_check) {
  const TestFtpServer server;
  FilePlace place = server.place();
  place.password = "wrong";
  FileService service(place, kShort, {});
  const auto refused = service.list();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            "listing the directory: the control answered 530 Authentication failed.");
  EXPECT_EQ(refused.error().mend, "Check user and password.");
}

TEST(FtpFiles, a_full_control_says_so_and_is_told_apart_from_a_bad_name) {
  const TestFtpServer server({"--quota", "1000"});
  FileService service(server.place(), kShort, {});
  const auto refused = service.store("O1", std::string(3'000, 'x'));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kExhausted) << refused.error().message;
  EXPECT_TRUE(refused.error().message.contains("552 No space left")) << refused.error().message;
}

TEST(FtpFiles, what_ends_in_the_middle_is_never_taken_for_the_whole) {
  for (const char* manner : {"--break", "--die"}) {
    const TestFtpServer server({manner, "20000"});
    write_file(server.file("O1"), every_byte());
    FileService service(server.place(), kShort, {});
    const auto cut = service.fetch("O1");
    ASSERT_FALSE(cut) << manner;
    EXPECT_EQ(cut.error().kind, ErrorKind::kUnavailable) << cut.error().message;
  }
}

TEST(FtpFiles, a_file_beyond_the_limit_is_refused) {
  const TestFtpServer server;
  write_file(server.file("O1"), every_byte());
  FileLimits few = kShort;
  few.file = 50'000;
  FileService service(server.place(), few, {});
  EXPECT_EQ(service.fetch("O1").error().kind, ErrorKind::kExhausted);
}

TEST(FtpFiles, a_slow_control_is_waited_for_and_a_silent_one_is_not) {
  const TestFtpServer slow({"--slow", "0.05"});
  write_file(slow.file("O1"), std::string(1'000, 'x'));
  FileService patient(slow.place(), kShort, {});
  EXPECT_EQ(patient.fetch("O1").value().size(), 1'000U);

  TestServer silent([](TestServer::Peer& peer, int) { peer.wait_until_gone(); });
  FilePlace place = slow.place();
  place.port = silent.port();
  FileService service(place, kShort, {});
  const auto given_up = service.list();
  ASSERT_FALSE(given_up);
  EXPECT_EQ(given_up.error().kind, ErrorKind::kUnavailable);
  EXPECT_TRUE(given_up.error().message.contains("did not answer in time"))
      << given_up.error().message;
}

TEST(FtpFiles, what_is_stopped_ends_soon_and_says_so) {
  const TestFtpServer server({"--slow", "0.3"});
  write_file(server.file("O1"), every_byte());
  std::stop_source stop;
  std::uint64_t seen = 0;
  FileService service(server.place(), kShort,
                      {stop.get_token(), [&](std::uint64_t done, std::uint64_t all) {
                         seen = all;
                         if (done > 0) stop.request_stop();
                       }});
  const auto stopped = service.fetch("O1");
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, ErrorKind::kCancelled);
  EXPECT_EQ(seen, 100'000U);
}

TEST(FtpFiles, a_reply_with_control_characters_is_shown_without_them) {
  TestServer rude([](TestServer::Peer& peer, int) {
    peer.say("220 hello\r\n");
    peer.hear();
    peer.say("530 go\x1b[31maway\r\n");
    peer.wait_until_gone();
  });
  FilePlace place{.host = "127.0.0.1", .port = rude.port(), .user = "cnc", .password = "p"};
  FileService service(place, kShort, {});
  const std::string message = service.list().error().message;
  EXPECT_TRUE(message.contains("530 go [31maway")) << message;
}

TEST(FtpFiles, no_name_leaves_the_directory_or_becomes_a_command) {
  TestServer guarded([](TestServer::Peer& peer, int) { peer.wait_until_gone(); });
  FilePlace place{.host = "127.0.0.1", .port = guarded.port(), .user = "cnc", .password = "p"};
  FileService service(place, kShort, {});
  for (const std::string& name : {std::string(".."), std::string("../x"), std::string("a/b"),
                                  std::string("x\r\nDELE y"), std::string("a\\b"), std::string()}) {
    EXPECT_FALSE(service.fetch(name));
    EXPECT_FALSE(service.store(name, "x"));
    EXPECT_FALSE(service.remove(name));
    EXPECT_FALSE(service.rename("O1", name));
  }
  EXPECT_EQ(guarded.received(), "");
}

TEST(FtpFiles, nothing_that_answers_says_where_nothing_answers) {
  FilePlace place{.host = "127.0.0.1", .port = 1, .user = "cnc", .password = "p"};
  FileService service(place, kShort, {});
  const auto refused = service.list();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "listing the directory: nothing answers at 127.0.0.1:1");
}

TEST(SftpFiles, list_get_put_rename_and_delete_whatever_a_name_is) {
  const TestSshServer server;
  FileService service(server.place(), kShort, {});
  for (const std::string& name : kNames) check_round_trip(service, name);
  ASSERT_TRUE(service.store("O1.nc", "G0"));
  EXPECT_EQ(read_file(server.file("O1.nc")), "G0");
  EXPECT_EQ(names(service.list().value()), "O1.nc:2 ");
  EXPECT_EQ(service.host_key(), server.host_key());
}

TEST(SftpFiles, another_host_key_than_the_pinned_one_is_refused_before_any_secret_goes_out) {
  TestSshServer server;
  FilePlace place = server.place();
  place.host_key = server.host_key();
  {
    FileService service(place, kShort, {});
    const auto listed = service.list();
    ASSERT_TRUE(listed) << listed.error().message;
  }
  server.change_host_key();
  FileService service(place, kShort, {});
  const auto refused = service.list();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kConflict) << refused.error().message;
  EXPECT_TRUE(refused.error().message.contains("another host key"));
}

TEST(SftpFiles, a_wrong_password_is_refused_with_what_to_check) {
  const TestSshServer server;
  FilePlace place = server.place();
  place.private_key.clear();
  place.password = "wrong";
  FileLimits patient = kShort;  // sshd makes whoever errs wait
  patient.silence = patient.connect = Duration::seconds(15);
  FileService service(place, patient, {});
  const auto refused = service.list();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kInvalid) << refused.error().message;
  EXPECT_TRUE(refused.error().mend.contains("password"));
}

TEST(SftpFiles, a_directory_that_is_not_there_is_said) {
  const TestSshServer server;
  FilePlace place = server.place();
  place.directory += "/none";
  FileService service(place, kShort, {});
  EXPECT_FALSE(service.list());
  EXPECT_FALSE(service.store("O1", "x"));
}

}  // namespace
}  // namespace heed::box
