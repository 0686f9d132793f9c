#include "box/serial.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/ioctl.h>
#include <termios.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

namespace heed::box {
namespace {

struct Speed {
  std::uint32_t baud;
  speed_t code;
};
constexpr std::array kSpeeds = {
    Speed{1'200, B1200},     Speed{2'400, B2400},     Speed{4'800, B4800},
    Speed{9'600, B9600},     Speed{19'200, B19200},   Speed{38'400, B38400},
    Speed{57'600, B57600},   Speed{115'200, B115200}, Speed{230'400, B230400},
    Speed{500'000, B500000}, Speed{921'600, B921600},
};

std::unexpected<Error> wrong(std::string what) {
  return fail(ErrorKind::kInvalid, std::move(what),
              "Write /dev/NAME, and what differs from the control's usual settings after commas: "
              "/dev/ttyUSB0,9600,7E1,xonxoff.");
}

std::string frame_text(const SerialLine& line) {
  constexpr std::string_view kLetters = "NEO";
  return fmt::format("{}{}{}", line.data_bits, kLetters[static_cast<std::size_t>(line.parity)],
                     line.stop_bits);
}

bool take_baud(std::string_view word, SerialLine& line) {
  std::uint32_t baud = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), baud);
  if (error != std::errc() || end != word.data() + word.size()) return false;
  if (std::ranges::find(kSpeeds, baud, &Speed::baud) == kSpeeds.end()) return false;
  line.baud = baud;
  return true;
}

bool take_frame(std::string_view word, SerialLine& line) {
  if (word.size() != 3 || (word[0] != '7' && word[0] != '8')) return false;
  if (word[2] != '1' && word[2] != '2') return false;
  switch (word[1]) {
    case 'N':
    case 'n': line.parity = SerialLine::Parity::kNone; break;
    case 'E':
    case 'e': line.parity = SerialLine::Parity::kEven; break;
    case 'O':
    case 'o': line.parity = SerialLine::Parity::kOdd; break;
    default: return false;
  }
  line.data_bits = static_cast<std::uint8_t>(word[0] - '0');
  line.stop_bits = static_cast<std::uint8_t>(word[2] - '0');
  return true;
}

bool is_device_path(std::string_view path) {
  const bool plain = std::ranges::all_of(path, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/-_.:+").contains(c);
  });
  return plain && path.size() > 5 && path.starts_with("/dev/") && !path.contains("..");
}

std::string mend_of(int error) {
  if (error == EACCES || error == EPERM) {
    return " (let the user that runs Heed read and write it: adduser USER dialout, then start Heed "
           "again)";
  }
  if (error == ENOENT || error == ENXIO) return " (is the cable or adapter plugged in?)";
  if (error == EBUSY) return " (another program has it open)";
  return "";
}

std::unexpected<Error> refused(const SerialLine& line, const std::string& what, int error) {
  return fail(ErrorKind::kUnavailable,
              fmt::format("{}: {}: {}{}", line.path, what, system_words(error), mend_of(error)));
}

void set_modes(const SerialLine& line, termios& modes) {
  ::cfmakeraw(&modes);
  modes.c_cflag |= static_cast<tcflag_t>(CLOCAL | CREAD);
  modes.c_cflag &= ~static_cast<tcflag_t>(CSIZE | PARENB | PARODD | CSTOPB | CRTSCTS);
  // Small boards begin anew when DTR falls and rises: it stays up when we let go.
  modes.c_cflag &= ~static_cast<tcflag_t>(HUPCL);
  modes.c_cflag |= static_cast<tcflag_t>(line.data_bits == 7 ? CS7 : CS8);
  if (line.parity != SerialLine::Parity::kNone) modes.c_cflag |= static_cast<tcflag_t>(PARENB);
  if (line.parity == SerialLine::Parity::kOdd) modes.c_cflag |= static_cast<tcflag_t>(PARODD);
  if (line.stop_bits == 2) modes.c_cflag |= static_cast<tcflag_t>(CSTOPB);
  modes.c_iflag &= ~static_cast<tcflag_t>(IXON | IXOFF);
  if (line.xon_xoff) modes.c_iflag |= static_cast<tcflag_t>(IXON | IXOFF);
  modes.c_cc[VMIN] = 1;  // with nothing to read: EAGAIN, as of a socket, and not the end
  modes.c_cc[VTIME] = 0;
  const auto* speed = std::ranges::find(kSpeeds, line.baud, &Speed::baud);
  ::cfsetispeed(&modes, speed->code);
  ::cfsetospeed(&modes, speed->code);
}

}  // namespace

std::string SerialLine::text() const {
  return fmt::format("{} ({} {}{})", path, baud, frame_text(*this), xon_xoff ? ", XON/XOFF" : "");
}

Result<SerialLine> parse_serial(std::string_view address, const SerialLine& usual) {
  SerialLine line = usual;
  const std::size_t end = address.find(',');
  line.path = address.substr(0, end);
  if (!is_device_path(line.path)) return wrong("the address is no serial device");
  std::string_view rest = end == std::string_view::npos ? "" : address.substr(end + 1);
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    const std::string_view word = rest.substr(0, comma);
    rest = comma == std::string_view::npos ? "" : rest.substr(comma + 1);
    if (word == "xonxoff") {
      line.xon_xoff = true;
    } else if (word == "noflow") {
      line.xon_xoff = false;
    } else if (!take_frame(word, line) && !take_baud(word, line)) {
      return wrong(fmt::format("a serial line has no setting {}", word));
    }
  }
  return line;
}

Result<Fd> open_serial(const SerialLine& line) {
  Fd fd(::open(line.path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  if (!fd.is_open()) return refused(line, "it does not open", errno);
  termios modes{};
  if (::tcgetattr(fd.number(), &modes) != 0) return refused(line, "it is no serial line", errno);
  set_modes(line, modes);
  if (::tcsetattr(fd.number(), TCSANOW, &modes) != 0) {
    return refused(line, "it does not take its settings", errno);
  }
  ::ioctl(fd.number(), TIOCEXCL);
  ::tcflush(fd.number(), TCIOFLUSH);
  return fd;
}

}  // namespace heed::box
