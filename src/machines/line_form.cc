#include "machines/line_form.h"

namespace heed::machines {
namespace {

constexpr std::string_view kUnavailable = "UNAVAILABLE";
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::size_t kDateLength = 19;  // 2016-10-31T09:08:36
constexpr std::uint8_t kPlacedBits = 0x07;
constexpr unsigned kLineShift = 3;
constexpr std::uint8_t kConditionBit = 0x40;

struct Digits {
  LineForm form;
  std::size_t digits;
};
constexpr std::array kForms = {Digits{LineForm::kSeconds, 0}, Digits{LineForm::kMilliseconds, 3},
                               Digits{LineForm::kMicroseconds, 6}, Digits{LineForm::kTicks, 7},
                               Digits{LineForm::kNanoseconds, 9}};

std::string date_of(Time time) {
  return format_time(Time::from_seconds(time.seconds()), 0).substr(0, kDateLength);
}

/// ".189", as many digits as asked for; nothing if the time has more.
std::optional<std::string> fraction_of(Time time, std::size_t digits) {
  const std::int64_t rest = time.nanoseconds() - time.seconds() * kSecond;
  std::string text = std::to_string(kSecond + rest);  // a leading 1 keeps the zeros
  if (text.find_first_not_of('0', 1 + digits) != std::string::npos) return {};
  text.resize(1 + digits);
  text[0] = '.';
  return digits == 0 ? std::string() : text;
}

}  // namespace

std::uint8_t SampleFlags::byte() const {
  const unsigned form = static_cast<unsigned>(line) << kLineShift;
  return static_cast<std::uint8_t>(static_cast<unsigned>(placed) | form |
                                   (condition ? kConditionBit : 0U));
}

SampleFlags SampleFlags::from(std::uint8_t byte) {
  const std::uint8_t placed = byte & kPlacedBits;
  return {placed <= static_cast<std::uint8_t>(Placed::kShifted) ? static_cast<Placed>(placed)
                                                                : Placed::kShifted,
          static_cast<LineForm>((byte >> kLineShift) & 0x07), (byte & kConditionBit) != 0};
}

LineForm LineReader::form_of(std::string_view line, std::string_view item,
                             std::optional<Time> device, const std::optional<std::string>& value) {
  const std::string_view said = value ? std::string_view(*value) : kUnavailable;
  const std::size_t tail = item.size() + said.size() + 2;
  if (line.size() < tail || !line.ends_with(said)) return LineForm::kKept;
  const std::size_t head = line.size() - tail;
  const std::string_view middle = line.substr(head, item.size() + 2);
  if (middle.front() != '|' || middle.back() != '|' || middle.substr(1, item.size()) != item) {
    return LineForm::kKept;
  }
  if (!device) return head == 0 ? LineForm::kNoTime : LineForm::kKept;
  if (head <= kDateLength || line[head - 1] != 'Z' || !starts_with_second(line, *device)) {
    return LineForm::kKept;
  }
  const std::string_view fraction = line.substr(kDateLength, head - 1 - kDateLength);
  for (const Digits& row : kForms) {
    const std::size_t length = row.digits == 0 ? 0 : row.digits + 1;
    if (fraction.size() != length) continue;
    return fraction_of(*device, row.digits) == fraction ? row.form : LineForm::kKept;
  }
  return LineForm::kKept;
}

bool LineReader::starts_with_second(std::string_view line, Time device) {
  if (second_ != device.seconds()) {
    second_ = device.seconds();
    text_ = date_of(device);
  }
  return line.starts_with(text_);
}

std::string rebuild_line(LineForm form, std::string_view item, Time device,
                         const std::optional<std::string>& value) {
  if (form == LineForm::kKept || form == LineForm::kNone) return {};
  std::string line;
  for (const Digits& row : kForms) {
    if (row.form == form) {
      line = date_of(device) + fraction_of(device, row.digits).value_or("") + "Z";
    }
  }
  line.append("|").append(item).append("|");
  return line.append(value ? std::string_view(*value) : kUnavailable);
}

}  // namespace heed::machines
