// Programs to and from a control's file service: pyftpdlib and OpenSSH, with a real silo behind.
#include "box/transfer.h"

#include <gtest/gtest.h>

#include "base/crypto.h"
#include "box/test_file_servers.h"
#include "box/transfer_settings.h"
#include "machines/testing.h"

namespace heed::box {
namespace {

using machines::Deed;
using machines::Origin;
using machines::ProgramId;

constexpr FileLimits kShort{.connect = Duration::seconds(5),
                            .silence = Duration::seconds(1),
                            .whole = Duration::seconds(20)};
constexpr std::string_view kOurs = "%\nO1 (OURS)\nG0 X1\nM30\n%\n";
constexpr std::string_view kTheirs = "%\nO1 (THEIRS)\nG0 X2\nM30\n%\n";

class TransferTest : public testing::Test {
 protected:
  policy::Access access(char who = 'a') const {
    const policy::Policy::KnownFacts facts = {
        {"safeguarded", true}, {"minor", false}, {"enrolled", true}};
    const auto actor = SubjectId::from_bytes(Bytes(16, who))->text();
    return shop_.store.store()
        .policy()
        ->access(actor, "service.transfer", "organization", facts)
        .value();
  }
  machines::Programs& programs() { return shop_.machines->programs(); }
  void reach(const FilePlace& place) {
    ASSERT_TRUE(
        shop_.machines->change(shop_.access(), mill_, {.settings = with_transfer("", place)}));
  }
  ProgramId keep(const std::string& name, std::string_view text) {
    const auto program = programs().add(access(), {.name = name}).value().id;
    EXPECT_TRUE(programs().keep(access(), program, text, {}));
    return program;
  }
  TransferRequest request(TransferKind kind, const std::string& place = "O1.nc") {
    return {.kind = kind,
            .organization = shop_.store.organization(),
            .access = access(),
            .machines = machines_,
            .machine = mill_,
            .place = place};
  }
  TransferState wait(TransferId id) {
    for (int i = 0; i < 3'000; ++i) {
      const auto state = transfers_.state(shop_.store.organization(), access().actor, id);
      if (state && !state->running) return *state;
      ::usleep(10'000);
    }
    ADD_FAILURE() << "the transfer does not end";
    return {};
  }
  TransferState run(TransferRequest wanted) {
    const auto begun = transfers_.begin(std::move(wanted));
    require(begun.has_value(), begun ? "" : begun.error().message());
    return wait(begun->id);
  }
  TransferState look(ProgramId program) {
    auto wanted = request(TransferKind::kPreview);
    wanted.program = program;
    return run(std::move(wanted));
  }
  TransferRequest sending(ProgramId program, const std::string& there = {}) {
    auto wanted = request(TransferKind::kSend);
    wanted.program = program;
    if (!there.empty()) {
      wanted.expected = to_hex(sha256(there));
      wanted.confirm = wanted.place;
    }
    return wanted;
  }
  static std::string message(const TransferState& state) {
    return state.failed ? state.failed->message() : "";
  }
  std::string files_there() {
    FileService service(server_place_, kShort, {});
    std::string all;
    for (const auto& file : service.list().value().files) all += file.name + " ";
    return all;
  }
  void serve(const TestFtpServer& server) {
    server_place_ = server.place();
    reach(server_place_);
  }
  /// The machine says it runs this program.
  void run_program(const std::string& name) {
    machines::ReportMaker maker(mill_);
    shop_.record(maker.report({format_time(shop_.store.clock().now()) +
                               "|avail|AVAILABLE|execution|ACTIVE|mode|AUTOMATIC" +
                               (name.empty() ? "" : "|program|" + name)},
                              shop_.store.clock().now()));
    shop_.store.clock().advance(Duration::seconds(1));
  }

  machines::TestShop shop_;
  std::shared_ptr<machines::Machines> machines_{shop_.machines.get(), [](auto*) {}};
  machines::MachineId mill_ = shop_.add("Mill");
  Transfers transfers_{shop_.store.clock(), shop_.store.random(), kShort};
  FilePlace server_place_;
};

TEST_F(TransferTest, a_program_to_a_free_name_is_written_read_back_and_in_the_ledger) {
  const TestFtpServer server;
  serve(server);
  const ProgramId program = keep("O1.nc", kOurs);

  const TransferState looked = look(program);
  ASSERT_TRUE(looked.preview) << message(looked);
  EXPECT_FALSE(looked.preview->there);
  EXPECT_EQ(looked.preview->sha256, to_hex(sha256(kOurs)));
  EXPECT_FALSE(is_there(server.file("O1.nc"))) << "looking writes nothing";
  const TransferState sent = run(sending(program));

  ASSERT_TRUE(sent.sent) << message(sent);
  EXPECT_TRUE(sent.sent->renamed);
  EXPECT_EQ(sent.sent->kept, 0U);
  EXPECT_EQ(read_file(server.file("O1.nc")), kOurs);
  EXPECT_EQ(files_there(), "O1.nc ") << "no temporary file stays";
  const auto ledger = programs().ledger(access(), mill_, "", 10).value();
  ASSERT_EQ(ledger.lines.size(), 1U);
  EXPECT_EQ(ledger.lines[0].what, Deed::kSent);
  EXPECT_EQ(ledger.lines[0].who, access().actor);
  EXPECT_EQ(ledger.lines[0].place, "O1.nc");
}

TEST_F(TransferTest, writing_over_a_file_needs_its_name_and_keeps_what_was_there) {
  const TestFtpServer server;
  serve(server);
  write_file(server.file("O1.nc"), kTheirs);
  const ProgramId program = keep("O1.nc", kOurs);

  const TransferState looked = look(program);
  ASSERT_TRUE(looked.preview) << message(looked);
  EXPECT_TRUE(looked.preview->there);
  EXPECT_EQ(looked.preview->there_sha256, to_hex(sha256(kTheirs)));
  EXPECT_EQ(looked.preview->diff.removed, 2U);
  auto careless = sending(program, std::string(kTheirs));
  careless.confirm = "O1";
  EXPECT_TRUE(message(run(careless)).contains("confirm")) << "the name is not typed";
  EXPECT_EQ(read_file(server.file("O1.nc")), kTheirs);
  const TransferState sent = run(sending(program, std::string(kTheirs)));

  ASSERT_TRUE(sent.sent) << message(sent);
  EXPECT_EQ(read_file(server.file("O1.nc")), kOurs);
  EXPECT_EQ(sent.sent->kept, 2U);
  EXPECT_EQ(programs().content(access(), program, 2).value(), kTheirs);
  EXPECT_EQ(programs().revision(access(), program, 2).value().origin, Origin::kReplaced);
  EXPECT_EQ(programs().find(access(), program).value().current, 1U);
  const auto ledger = programs().ledger(access(), mill_, "", 10).value();
  const auto line = std::ranges::find(ledger.lines, Deed::kSent, &machines::LedgerLine::what);
  ASSERT_NE(line, ledger.lines.end());
  EXPECT_EQ(line->replaced, to_hex(sha256(kTheirs)));
}

TEST_F(TransferTest, what_changed_since_it_was_looked_at_is_not_written_over) {
  const TestFtpServer server;
  serve(server);
  const ProgramId program = keep("O1.nc", kOurs);
  write_file(server.file("O1.nc"), "changed at the control");

  EXPECT_TRUE(message(run(sending(program))).contains("another file"));
  EXPECT_TRUE(message(run(sending(program, std::string(kTheirs)))).contains("another file"));
  EXPECT_EQ(read_file(server.file("O1.nc")), "changed at the control");
  ASSERT_EQ(std::remove(server.file("O1.nc").c_str()), 0);
  EXPECT_TRUE(message(run(sending(program, std::string(kTheirs)))).contains("gone"));
  EXPECT_EQ(files_there(), "");
}

TEST_F(TransferTest, a_server_that_does_not_rename_over_a_file_or_at_all_gets_it_all_the_same) {
  for (const char* manner : {"--no-rename-over", "--no-rename", "--no-temporary"}) {
    const TestFtpServer server({manner});
    serve(server);
    write_file(server.file("O1.nc"), kTheirs);
    const ProgramId program = keep(std::string("O1") + manner, kOurs);

    const TransferState sent = run(sending(program, std::string(kTheirs)));

    ASSERT_TRUE(sent.sent) << manner << message(sent);
    EXPECT_EQ(sent.sent->renamed, std::string_view(manner) == "--no-rename-over");
    EXPECT_EQ(read_file(server.file("O1.nc")), kOurs) << manner;
    EXPECT_EQ(files_there(), "O1.nc ") << manner;
  }
}

TEST_F(TransferTest, a_full_control_keeps_what_it_had) {
  const TestFtpServer server({"--quota", "1000"});
  serve(server);
  write_file(server.file("O1.nc"), kTheirs);
  const ProgramId program = keep("O1.nc", std::string(3'000, 'x'));

  const TransferState sent = run(sending(program, std::string(kTheirs)));

  EXPECT_TRUE(message(sent).contains("552")) << message(sent);
  EXPECT_EQ(read_file(server.file("O1.nc")), kTheirs);
  EXPECT_EQ(files_there(), "O1.nc ");
  for (const auto& line : programs().ledger(access(), mill_, "", 10).value().lines) {
    EXPECT_NE(line.what, Deed::kSent);
  }
}

TEST_F(TransferTest, a_full_control_that_takes_no_other_name_gets_back_what_it_had) {
  const TestFtpServer server({"--quota", "1000", "--no-temporary"});
  serve(server);
  write_file(server.file("O1.nc"), kTheirs);
  const ProgramId program = keep("O1.nc", std::string(200'000, 'x'));

  const TransferState sent = run(sending(program, std::string(kTheirs)));

  EXPECT_TRUE(message(sent).contains("put back")) << message(sent);
  EXPECT_EQ(read_file(server.file("O1.nc")), kTheirs);
}

TEST_F(TransferTest, a_control_that_changes_what_it_is_sent_is_found_out_before_anything_is_lost) {
  const TestFtpServer server({"--crlf"});
  serve(server);
  write_file(server.file("O1.nc"), kTheirs);
  const ProgramId program = keep("O1.nc", kOurs);

  const TransferState sent = run(sending(program, std::string(kTheirs)));

  EXPECT_TRUE(message(sent).contains("other bytes")) << message(sent);
  EXPECT_EQ(read_file(server.file("O1.nc")), kTheirs);
  EXPECT_EQ(files_there(), "O1.nc ");
}

TEST_F(TransferTest, the_program_that_a_machine_runs_is_written_over_only_by_who_insists) {
  const TestFtpServer server;
  serve(server);
  const ProgramId program = keep("O1.nc", kOurs);
  run_program("//CNC_MEM/O0001.NC");

  EXPECT_EQ(look(program).preview.value().machine.it, RunsIt::kYes);
  EXPECT_TRUE(message(run(sending(program))).contains("is running"));
  EXPECT_FALSE(is_there(server.file("O1.nc")));
  auto insisting = sending(program);
  insisting.insist = true;
  EXPECT_TRUE(run(insisting).sent);
}

TEST_F(TransferTest, another_program_is_written_while_the_machine_runs) {
  const TestFtpServer server;
  serve(server);
  const ProgramId program = keep("O1.nc", kOurs);
  run_program("O2");

  EXPECT_TRUE(run(sending(program)).sent);
}

TEST_F(TransferTest, a_machine_that_runs_and_does_not_say_what_is_not_written_to_either) {
  const TestFtpServer server;
  serve(server);
  const ProgramId program = keep("O1.nc", kOurs);
  run_program("");

  EXPECT_TRUE(message(run(sending(program))).contains("does not say which"));
}

TEST(TransferNames, a_control_s_word_for_a_program_is_compared_without_path_ending_and_zeros) {
  EXPECT_TRUE(is_same_program("O0012", "O12.nc"));
  EXPECT_TRUE(is_same_program("//CNC_MEM/USER/PATH1/O12", "o0012.NC"));
  EXPECT_TRUE(is_same_program("12", "O12"));
  EXPECT_TRUE(is_same_program("TNC:\\nc\\FLANGE.H", "flange.h"));
  EXPECT_FALSE(is_same_program("O12", "O120"));
  EXPECT_FALSE(is_same_program("OP10", "P10"));
}

TEST_F(TransferTest, the_same_bytes_are_not_written_again) {
  const TestFtpServer server;
  serve(server);
  write_file(server.file("O1.nc"), kOurs);
  const ProgramId program = keep("O1.nc", kOurs);

  const TransferState sent = run(sending(program, std::string(kOurs)));

  ASSERT_TRUE(sent.sent) << message(sent);
  EXPECT_TRUE(sent.sent->same);
  EXPECT_TRUE(programs().ledger(access(), mill_, "", 10).value().lines.empty());
}

TEST_F(TransferTest, a_name_that_differs_in_case_alone_is_asked_about) {
  const TestFtpServer server;
  serve(server);
  write_file(server.file("o1.NC"), kTheirs);
  const ProgramId program = keep("O1.nc", kOurs);

  EXPECT_TRUE(message(look(program)).contains("o1.NC"));
  EXPECT_TRUE(message(run(sending(program))).contains("same file"));
}

TEST_F(TransferTest, a_fetched_program_becomes_a_revision_of_its_name_and_the_same_text_none) {
  const TestFtpServer server;
  serve(server);
  write_file(server.file("O7.nc"), kTheirs);

  const TransferState first = run(request(TransferKind::kFetch, "O7.nc"));
  ASSERT_TRUE(first.fetched) << message(first);
  EXPECT_TRUE(first.fetched->text.stored);
  const auto made = programs().find(access(), first.fetched->program).value();
  EXPECT_EQ(made.name, "O7.nc");
  EXPECT_EQ(made.machine, mill_);
  EXPECT_EQ(first.fetched->text.revision.origin, Origin::kFetched);
  EXPECT_FALSE(run(request(TransferKind::kFetch, "O7.nc")).fetched->text.stored);
  write_file(server.file("O7.nc"), kOurs);
  const TransferState later = run(request(TransferKind::kFetch, "O7.nc"));
  EXPECT_EQ(later.fetched->program, made.id);
  EXPECT_EQ(later.fetched->text.revision.number, 2U);
}

TEST_F(TransferTest, the_directory_of_a_control_is_listed) {
  const TestFtpServer server;
  serve(server);
  write_file(server.file("O7.nc"), "G0");
  const TransferState listed = run(request(TransferKind::kList, ""));
  ASSERT_TRUE(listed.listing) << message(listed);
  EXPECT_EQ(listed.listing->files.at(0).name, "O7.nc");
}

TEST_F(TransferTest, over_sftp_the_host_key_is_pinned_at_first_and_another_one_refused) {
  TestSshServer server;
  server_place_ = server.place();
  reach(server_place_);
  const ProgramId program = keep("O1.nc", kOurs);

  const TransferState looked = look(program);
  ASSERT_TRUE(looked.preview) << message(looked);
  const auto settings = shop_.machines->machine(shop_.access(), mill_).value().settings;
  EXPECT_EQ(transfer_of(settings)->host_key, server.host_key());
  const TransferState sent = run(sending(program));
  ASSERT_TRUE(sent.sent) << message(sent);
  write_file(server.file("O1.nc"), kTheirs);
  const TransferState over = run(sending(program, std::string(kTheirs)));
  ASSERT_TRUE(over.sent) << "a rename over a file: " << message(over);
  EXPECT_EQ(read_file(server.file("O1.nc")), kOurs);
  server.change_host_key();
  EXPECT_TRUE(message(look(program)).contains("another host key"));
}

TEST_F(TransferTest, only_who_began_a_transfer_sees_it_and_can_stop_it) {
  const TestFtpServer server({"--slow", "0.3"});
  serve(server);
  write_file(server.file("O7.nc"), std::string(100'000, 'x'));
  const auto begun = transfers_.begin(request(TransferKind::kFetch, "O7.nc")).value();
  const auto own = shop_.store.organization();

  EXPECT_FALSE(transfers_.state(own, access('b').actor, begun.id));
  EXPECT_FALSE(transfers_.state(OrganizationId(), access().actor, begun.id));
  EXPECT_FALSE(transfers_.stop(own, access('b').actor, begun.id));
  EXPECT_FALSE(transfers_.begin(request(TransferKind::kList))) << "one at a time with a machine";
  ASSERT_TRUE(transfers_.stop(own, access().actor, begun.id));
  const TransferState stopped = wait(begun.id);
  ASSERT_TRUE(stopped.failed);
  EXPECT_EQ(stopped.failed->error()->kind, ErrorKind::kCancelled);
  EXPECT_TRUE(programs().list(access(), {}).value().empty());
}

TEST_F(TransferTest, a_machine_without_settings_and_a_name_that_is_none_are_refused_at_once) {
  EXPECT_FALSE(transfers_.begin(request(TransferKind::kList)));
  const TestFtpServer server;
  serve(server);
  EXPECT_FALSE(transfers_.begin(request(TransferKind::kFetch, "../O1")));
}

// Settings ---------------------------------------------------------------------------------------

Result<FilePlace> read(const std::string& form, const std::optional<FilePlace>& before = {}) {
  return read_transfer(Json::parse(form).value(), before, "10.0.0.7");
}

TEST(TransferSettings, stand_beside_a_driver_s_own_and_are_not_seen_by_it) {
  const FilePlace place = read(R"({"protocol":"ftp","user":"cnc","password":"p"})").value();
  EXPECT_EQ(place.host, "10.0.0.7");
  EXPECT_EQ(place.port, 21);
  const std::string both = with_transfer(R"({"macros":{"1":2}})", place);
  EXPECT_EQ(without_transfer(both), R"({"macros":{"1":2}})");
  EXPECT_EQ(transfer_of(both)->password, "p");
  EXPECT_EQ(without_transfer(with_transfer("", place)), "");
  EXPECT_EQ(without_transfer(" {\"a\" : 1}"), " {\"a\" : 1}") << "to the letter";
}

TEST(TransferSettings, show_no_secret_and_keep_it_for_the_host_and_user_it_was_given_for) {
  const FilePlace before =
      read(R"({"protocol":"sftp","user":"cnc","password":"geheim","key":"PEM\nKEY"})").value();
  JsonWriter w;
  write_transfer(w, before);
  EXPECT_FALSE(w.view().contains("geheim"));
  EXPECT_FALSE(w.view().contains("PEM"));
  EXPECT_EQ(read(std::string(w.view()), before)->password, "geheim");
  const auto moved = read(
      R"json({"protocol":"sftp","host":"10.0.0.8","user":"cnc","password":"(kept)"})json", before);
  ASSERT_FALSE(moved);
  EXPECT_TRUE(moved.error().message.starts_with("password"));
}

TEST(TransferSettings, a_pinned_host_key_does_not_follow_to_another_host) {
  FilePlace before = read(R"({"protocol":"sftp","user":"cnc","password":"p"})").value();
  before.host_key = "SHA256:abc";
  const auto moved = read(R"({"protocol":"sftp","host":"10.0.0.8","user":"cnc","password":"p",
                              "host_key":"SHA256:abc"})",
                          before);
  EXPECT_EQ(moved->host_key, "");
}

TEST(TransferSettings, what_is_wrong_names_its_field) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {R"({"protocol":"tftp"})", "protocol"},
      {R"({"protocol":"ftp","host":"a b"})", "host"},
      {R"({"protocol":"ftp","port":70000})", "port"},
      {R"({"protocol":"ftp","user":"a\r\nDELE x"})", "user"},
      {R"({"protocol":"ftp","password":"a\nb"})", "password"},
      {R"({"protocol":"ftp","directory":"a/../b"})", "directory"},
      {R"({"protocol":"ftp","key":"PEM"})", "key"},
      {R"({"protocol":"sftp"})", "user"},
      {R"({"protocol":"ftp","passive":1})", "passive"},
      {R"({"protocol":"sftp","user":"a","host_key":"MD5:1"})", "host_key"}};
  for (const auto& [form, field] : wrong) {
    const auto refused = read(form);
    ASSERT_FALSE(refused) << form;
    EXPECT_TRUE(refused.error().message.starts_with(field + ":")) << refused.error().message;
  }
}

}  // namespace
}  // namespace heed::box
