// Everything that can be asked of a FANUC control over its embedded Ethernet (port 8193, the wire
// form of FOCAS2), and the frames that it is asked in.
//
//   frame     a0 a0 a0 a0 | version u16, 1 | type u16 | length u16 | payload; big-endian
//   open      type 0101, payload 0002; answered by 0102
//   ask       type 2101, payload: count u16, then for each request: length u16, 28 |
//             class u16 (1 CNC, 2 PMC) | path u16, from 1 | function u16 | five i32
//   answer    type 2102, payload: count u16, then for each: length u16 | class, path, function as
//             asked | error i16 | 4 bytes | length u16 | value; where error is not 0 there is no
//             value
//
// There is no published specification. The facts are from diohpix/pyfanuc (protocol.txt,
// sample_multipacket.md, sample_with_error.md; public domain), which also lists what writes: 16 set
// a macro, 46 set the clock, 1f rewind, and more. That the second word is the path, and how alarms
// are asked for, is known from HslCommunication's FanucSeries0i (OperatePath, ReadSystemAlarm).
// What we can say is closed: a Request is made by the functions below and by nothing else, and none
// of them names a function that writes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "wire/macros.h"

namespace heed::wire::fanuc {

class Request {
 public:
  static Request identity() { return {kCnc, 0x18}; }
  static Request status() { return {kCnc, 0x19}; }
  static Request alarms() { return {kCnc, 0x1a}; }
  /// Number, kind, axis and text of the alarms that are on: kMostAlarmTexts at most.
  static Request alarm_texts() { return {kCnc, 0x23, -1, kMostAlarmTexts, 2, kAlarmText}; }
  static Request program_numbers() { return {kCnc, 0x1c}; }
  static Request sequence_number() { return {kCnc, 0x1d}; }
  static Request feed() { return {kCnc, 0x24}; }
  static Request spindle_speed() { return {kCnc, 0x25}; }
  static Request absolute_position() { return {kCnc, 0x26, 4, -1}; }
  static Request axis_names() { return {kCnc, 0x89}; }
  static Request servo_load() { return {kCnc, 0x56, 1}; }
  /// 30i and newer: the main program's name with its folders.
  static Request program_name() { return {kCnc, 0xb9}; }
  /// Signals *FV0 to *FV7 of a path (G12, G1012, …): the feed override, inverted.
  static Request feed_override(std::uint16_t path) {
    const std::int32_t address = 12 + 1'000 * (path - 1);
    return {kPmc, 0x8001, address, address};
  }
  static Request macro(MacroNumber number);
  /// Of the control as a whole, not of an axis. kInvalid unless 1 to kHighestParameter.
  static Result<Request> parameter(std::int64_t number);

  static constexpr std::int64_t kHighestParameter = 32'767;
  static constexpr std::int32_t kMostAlarmTexts = 10;
  static constexpr std::int32_t kAlarmText = 64;  ///< Bytes of one.

  /// The same of another path, from 1; of the PMC, which is one for all paths, as it is.
  Request of_path(std::uint16_t path) const;

  /// Class, path and function: an answer begins with them.
  Bytes name() const;
  Bytes bytes() const;
  bool operator==(const Request&) const = default;

 private:
  static constexpr std::uint16_t kCnc = 1;
  static constexpr std::uint16_t kPmc = 2;
  Request(std::uint16_t asked_class, std::uint16_t function, std::int32_t first = 0,
          std::int32_t last = 0, std::int32_t third = 0, std::int32_t fourth = 0)
      : class_(asked_class), function_(function), arguments_{first, last, third, fourth, 0} {}

  std::uint16_t class_;
  std::uint16_t path_ = 1;
  std::uint16_t function_;
  std::int32_t arguments_[5];
};

/// Requests of one frame: what their answers take (a position of 32 axes has 256 bytes) must fit
/// into what a control sends at once.
inline constexpr std::size_t kMostRequests = 8;

Bytes open_frame();
/// At most kMostRequests.
Bytes ask_frame(std::span<const Request> requests);

enum class FrameType : std::uint16_t { kOpened = 0x0102, kAnswer = 0x2102 };

struct Frame {
  std::uint16_t type = 0;
  BytesView payload;
};
inline constexpr std::size_t kFrameHead = 10;

/// Takes a whole frame off the front; nothing while it is not complete. kInvalid if what is there
/// does not begin one.
Result<std::optional<Frame>> take_frame(BytesView& bytes);

/// What came of one request.
struct Answer {
  /// 0: none. 1: no such function, 6: an option that is not there, 11: no such path.
  std::int16_t error = 0;
  BytesView value;
};

/// Of an answer's payload, one for each of `requests`. kInvalid if it answers anything else.
Result<std::vector<Answer>> read_answers(BytesView payload, std::span<const Request> requests);

/// Eight bytes: i32 | 0 u8 | base u8 | exponent i16. Nothing where the control has none.
std::optional<double> read_number(BytesView eight);

}  // namespace heed::wire::fanuc
