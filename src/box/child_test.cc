#include "box/child.h"

#include <gtest/gtest.h>

#include <csignal>

namespace heed::box {
namespace {

/// Keeps what it hears, and stops the loop at the end of it.
class Heard final : public StreamHandler {
 public:
  explicit Heard(Net& net) : net_(net) {}
  void on_open(const std::string&) override { opened = true; }
  void on_bytes(BytesView bytes) override {
    text += bytes;
    if (!enough.empty() && text.contains(enough)) net_.stop();
  }
  void on_closed(const Error&) override {
    closed = true;
    if (stops) net_.stop();
  }

  std::string text, enough;
  bool opened = false, closed = false, stops = true;

 private:
  Net& net_;
};

class ChildTest : public testing::Test {
 protected:
  void SetUp() override { errors_.stops = false; }
  void start(std::vector<std::string> words, std::vector<std::string> environment = {}) {
    auto child = Child::start(*net_, {std::move(words), std::move(environment)}, output_, errors_);
    ASSERT_TRUE(child) << child.error().message;
    child_ = *std::move(child);
  }
  void run() {
    net_->at(clock_.steady() + Duration::seconds(20), [this] {
      ADD_FAILURE() << "too late";
      net_->stop();
    });
    net_->run();
  }
  static bool is_there(pid_t id) { return ::kill(id, 0) == 0; }
  /// The loop turns until the child of this id is gone.
  void run_until_gone(pid_t id) {
    if (!is_there(id)) return net_->stop();
    net_->at(clock_.steady() + Duration::milliseconds(20), [this, id] { run_until_gone(id); });
  }

  SystemClock clock_;
  std::unique_ptr<Net> net_ = *Net::create(clock_);
  Heard output_{*net_}, errors_{*net_};
  std::unique_ptr<Child> child_;
};

TEST_F(ChildTest, hears_what_is_written_and_answers_on_the_same_socket) {
  start({"cat"});
  child_->stream().send("hello");
  output_.enough = "hello";
  run();
  EXPECT_TRUE(output_.opened);
  EXPECT_EQ(output_.text, "hello");
}

TEST_F(ChildTest, keeps_its_standard_error_apart) {
  start({"sh", "-c", "echo words; echo trouble >&2; sleep 0.2"});
  run();
  EXPECT_EQ(output_.text, "words\n");
  EXPECT_EQ(errors_.text, "trouble\n");
  EXPECT_TRUE(output_.closed);
}

TEST_F(ChildTest, has_the_environment_and_the_descriptors_that_it_was_given_and_no_others) {
  start({"/bin/sh", "-c", "/usr/bin/env | /usr/bin/sort; ls /proc/self/fd | wc -l"},
        {"ONLY=this", "PATH=/usr/bin:/bin"});
  run();
  EXPECT_TRUE(output_.text.contains("ONLY=this\n")) << output_.text;
  EXPECT_FALSE(output_.text.contains("HOME=")) << output_.text;
  EXPECT_TRUE(output_.text.ends_with("4\n")) << output_.text;  // 0, 1, 2 and what ls reads
}

TEST_F(ChildTest, takes_its_words_to_the_letter_and_no_shell_sees_them) {
  start({"printf", "%s", "$(id); `id` > /tmp/x"});
  run();
  EXPECT_EQ(output_.text, "$(id); `id` > /tmp/x");
}

TEST_F(ChildTest, says_that_a_program_is_not_there) {
  const auto child = Child::start(*net_, {{"no-such-program-of-heed"}, {}}, output_, errors_);
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().kind, ErrorKind::kNotFound);
}

TEST_F(ChildTest, ends_with_its_standard_input) {
  start({"cat"});
  const pid_t id = child_->id();
  child_.reset();
  run_until_gone(id);
  run();
  EXPECT_FALSE(is_there(id));
}

TEST_F(ChildTest, is_killed_when_it_does_not_end_within_its_time) {
  start({"sh", "-c", "trap '' TERM HUP; echo ready; while true; do sleep 1; done"});
  output_.enough = "ready";
  run();
  const pid_t id = child_->id();
  child_.reset();
  net_.reset();  // the loop goes, and with it what it was to bury
  EXPECT_FALSE(is_there(id));
}

}  // namespace
}  // namespace heed::box
