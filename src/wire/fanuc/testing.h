// A FANUC control for tests, written from what is known of the protocol (request.h) and not from
// the session: it takes frames apart by hand and answers from a table of values.
#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace heed::wire::fanuc {

struct FakeControl {
  using Values = std::map<std::pair<int, int>, Bytes>;
  /// By function and first argument; what is not in here is refused with error 1.
  Values values;
  /// The same of the paths after the first; any other path is refused with error 11.
  std::map<int, Values> paths;
  /// Instead of a value.
  std::map<std::pair<int, int>, int> errors;
  /// All that was ever asked: class, function, first argument.
  std::set<std::array<int, 3>> asked;
  std::size_t frames = 0;
  Bytes waiting;

  static Bytes number(std::int32_t mantissa, int base = 10, int exponent = 0) {
    return ByteWriter()
        .u32(static_cast<std::uint32_t>(mantissa))
        .u8(0)
        .u8(static_cast<std::uint8_t>(base))
        .u16(static_cast<std::uint16_t>(exponent))
        .take();
  }
  static Bytes parameter(int number, std::int32_t value) {
    return ByteWriter()
        .u32(static_cast<std::uint32_t>(number))
        .u16(0)
        .u16(3)
        .u32(static_cast<std::uint32_t>(value))
        .take();
  }
  static Bytes status(int automatic, int run, int emergency = 0) {
    ByteWriter out;
    for (const int word : {automatic, run, 0, 0, emergency, 0, 0}) {
      out.u16(static_cast<std::uint16_t>(word));
    }
    return out.take();
  }

  /// Of the list of alarms: 80 bytes.
  static Bytes alarm(std::uint32_t number, std::uint32_t kind, std::uint32_t axis,
                     const std::string& text) {
    Bytes field = text.substr(0, 64);
    field.resize(64, '\0');
    return ByteWriter()
        .u32(number)
        .u32(kind)
        .u32(axis)
        .u32(static_cast<std::uint32_t>(text.size()))
        .raw(field)
        .take();
  }

  FakeControl() {
    values[{0x18, 0}] = Bytes("\x04\x02\x00\x20", 4) + "31 MG42139.0\x30\x34\x00\x00";
    values[{0x89, 0}] = Bytes("X\0\0\0Y\0\0\0Z\0\0\0", 12);
    values[{0x19, 0}] = status(1, 3);
    values[{0x1a, 0}] = Bytes(4, '\0');
    values[{0x1c, 0}] = ByteWriter().u32(9001).u32(3000).take();
    values[{0x1d, 0}] = ByteWriter().u32(120).take();
    values[{0x24, 0}] = number(12'500, 10, 1);
    values[{0x26, 4}] = number(1'234'567, 10, 4) + number(-5'000, 10, 4) + number(0, 10, 4);
    values[{0x56, 1}] = number(12) + number(3) + number(40);
    values[{0x8001, 12}] = Bytes(1, static_cast<char>(255 - 80));
    values[{0x0e, 6711}] = parameter(6711, 41);
    values[{0x0e, 6751}] = parameter(6751, 30'500);
    values[{0x0e, 6752}] = parameter(6752, 2);
    values[{0x15, 4113}] = number(8);
    values[{0x15, 4120}] = number(7);
    values[{0x15, 500}] = number(25, 10, 1);
  }

  /// What it answers to these bytes, which may be any part of a frame.
  Bytes answer(BytesView bytes) {
    waiting.append(bytes);
    Bytes out;
    while (waiting.size() >= 10) {
      const std::size_t length = word(waiting, 8);
      if (waiting.size() < 10 + length) break;
      const Bytes frame = waiting.substr(0, 10 + length);
      waiting.erase(0, 10 + length);
      ++frames;
      const std::size_t type = word(frame, 6);
      if (type == 0x0101) out += wrap(0x0102, Bytes(0x168, '\0'));
      if (type == 0x2101) out += wrap(0x2102, answers(frame.substr(10)));
    }
    return out;
  }

 private:
  static std::size_t word(BytesView bytes, std::size_t at) {
    return static_cast<std::size_t>(static_cast<unsigned char>(bytes[at])) << 8 |
           static_cast<unsigned char>(bytes[at + 1]);
  }
  static Bytes wrap(int type, const Bytes& payload) {
    return ByteWriter()
        .raw("\xa0\xa0\xa0\xa0")
        .u16(4)
        .u16(static_cast<std::uint16_t>(type))
        .u16(static_cast<std::uint16_t>(payload.size()))
        .raw(payload)
        .take();
  }
  Bytes answers(BytesView payload) {
    const std::size_t count = word(payload, 0);
    ByteWriter out;
    out.u16(static_cast<std::uint16_t>(count));
    for (std::size_t i = 0; i < count; ++i) {
      const BytesView one = payload.substr(2 + i * 28 + 2, 26);
      const int function = static_cast<int>(word(one, 4));
      const int first = static_cast<int>(word(one, 6) << 16 | word(one, 8));
      asked.insert({static_cast<int>(word(one, 0)), function, first});
      const auto error = errors.find({function, first});
      const int path = static_cast<int>(word(one, 2));
      const auto other = paths.find(path);
      const Values none;
      const Values& here = path == 1 ? values : other != paths.end() ? other->second : none;
      const auto value = here.find({function, first});
      const bool known = error == errors.end() && value != here.end();
      const bool no_path = path != 1 && other == paths.end();
      const int code = error != errors.end() ? error->second : no_path ? 11 : known ? 0 : 1;
      const Bytes told = known ? value->second : Bytes();
      out.u16(static_cast<std::uint16_t>(2 + 6 + 6 + 2 + told.size()));
      out.raw(one.substr(0, 6)).u16(static_cast<std::uint16_t>(code)).u32(0);
      out.u16(static_cast<std::uint16_t>(told.size())).raw(told);
    }
    return out.take();
  }
};

}  // namespace heed::wire::fanuc
