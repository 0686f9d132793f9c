// Everything that can be said to a Heidenhain control over LSV2, and its telegrams taken apart.
//
// A telegram is a length (32 bits, big-endian, without the eight bytes of its head), four letters
// and the data. The protocol can also write files and parameters, press keys and lock the keyboard
// (C_FL, C_FD, C_MC, C_EK, C_LK, C_CC …). What we can say is closed: the requests below, whose
// bytes come from one table. There is no function here that takes letters or data, and no C_
// telegram.
//
// Sources: drunsinn/pyLSV2 (MIT), docs/protocol.rst and pyLSV2/const.py.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"

namespace heed::wire::lsv2 {

enum class Request : std::uint8_t {
  kLogInInspect,     ///< A_LG INSPECT: reading what the control is
  kLogInDnc,         ///< A_LG DNC: reading what it does; needs option #18
  kControl,          ///< R_VR 1
  kSoftware,         ///< R_VR 2
  kOperatingMode,    ///< R_RI 23
  kSelectedProgram,  ///< R_RI 24
  kOverrides,        ///< R_RI 25
  kProgramState,     ///< R_RI 26
  kFirstError,       ///< R_RI 27
  kNextError,        ///< R_RI 28
  kTool,             ///< R_RI 51
};
inline constexpr std::size_t kRequests = 11;

/// The whole telegram.
Bytes telegram_of(Request request);
/// For a person: "R_RI 26".
std::string_view words_of(Request request);
/// The letters that a granted request is answered with: "T_OK", "S_VR", "S_RI".
std::string_view answer_of(Request request);

/// Bytes of data of one telegram. The longest that is asked for are two paths.
inline constexpr std::size_t kLongestTelegram = std::size_t{16} << 10;
inline constexpr std::size_t kHead = 8;

struct Telegram {
  std::string_view letters;
  BytesView data;
};
/// The telegram at the front of `bytes`, which it refers to; nothing while it is not whole.
std::optional<Telegram> first_telegram(BytesView bytes);
/// Whether `bytes` begin as no telegram can: letters that are none, or a length beyond the limit.
bool is_no_telegram(BytesView bytes);

/// Why a request was refused, of T_ER's data: "23: no privilege". Codes of pyLSV2/const.py.
struct Refusal {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
};
inline constexpr std::uint8_t kNoNextError = 57;
Refusal refusal_of(BytesView data);
std::string words_of(Refusal refusal);

}  // namespace heed::wire::lsv2
