#include "box/serial.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <termios.h>
#include <unistd.h>

#include <cstdlib>

namespace heed::box {
namespace {

const SerialLine kUsual{
    .baud = 9'600, .data_bits = 7, .parity = SerialLine::Parity::kEven, .xon_xoff = true};

TEST(SerialLine, takes_what_is_left_out_from_the_usual_settings) {
  const auto line = parse_serial("/dev/ttyUSB0", kUsual);
  ASSERT_TRUE(line);
  EXPECT_EQ(line->text(), "/dev/ttyUSB0 (9600 7E1, XON/XOFF)");
  const auto other = parse_serial("/dev/serial/by-id/usb-FTDI,115200,8n2,noflow", kUsual);
  ASSERT_TRUE(other);
  EXPECT_EQ(other->text(), "/dev/serial/by-id/usb-FTDI (115200 8N2)");
}

TEST(SerialLine, says_which_setting_is_none_and_how_one_is_written) {
  for (const char* wrong : {"/dev/ttyS0,9601", "/dev/ttyS0,9N1", "/dev/ttyS0,8X1", "/dev/ttyS0,8N3",
                            "/dev/ttyS0,fast", "/dev/ttyS0,,9600"}) {
    const auto line = parse_serial(wrong, kUsual);
    ASSERT_FALSE(line) << wrong;
    EXPECT_EQ(line.error().kind, ErrorKind::kInvalid);
    EXPECT_TRUE(line.error().mend.contains("/dev/ttyUSB0,9600,7E1,xonxoff"));
  }
}

TEST(SerialLine, is_a_device_and_no_other_file) {
  for (const char* wrong : {"/etc/passwd", "/dev/", "/dev/../etc/passwd", "/dev/tty USB0"}) {
    EXPECT_FALSE(parse_serial(wrong, kUsual)) << wrong;
  }
}

TEST(SerialLine, opens_raw_and_for_nobody_else) {
  const Fd control(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_EQ(::grantpt(control.number()), 0);
  ASSERT_EQ(::unlockpt(control.number()), 0);
  char name[64] = {};
  ASSERT_EQ(::ptsname_r(control.number(), name, sizeof(name)), 0);
  const auto line = parse_serial(name, kUsual);
  ASSERT_TRUE(line);
  const auto opened = open_serial(*line);
  ASSERT_TRUE(opened) << opened.error().message;
  termios modes{};
  ASSERT_EQ(::tcgetattr(opened->number(), &modes), 0);
  EXPECT_EQ(modes.c_cflag & HUPCL, 0U) << "letting go restarts no board";
  char byte = 0;
  EXPECT_EQ(::read(opened->number(), &byte, 1), -1);
  EXPECT_EQ(errno, EAGAIN);
  ASSERT_EQ(::write(control.number(), "\r\n\x11", 3), 3);
  char heard[8] = {};
  EXPECT_EQ(::read(opened->number(), heard, sizeof(heard)), 2) << "XON is eaten, CR stays CR";
  EXPECT_EQ(std::string_view(heard, 2), "\r\n");
}

TEST(SerialLine, that_is_not_there_is_told_with_the_mend) {
  const auto opened = open_serial({.path = "/dev/no-such-line"});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::kUnavailable);
  EXPECT_TRUE(opened.error().message.contains("plugged in"));
  const auto no_line = open_serial({.path = "/dev/null"});
  ASSERT_FALSE(no_line);
  EXPECT_TRUE(no_line.error().message.contains("no serial line"));
}

}  // namespace
}  // namespace heed::box
