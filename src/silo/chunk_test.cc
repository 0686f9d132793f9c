#include "silo/chunk.h"

#include <array>
#include <fstream>
#include <functional>
#include <random>

#include "silo/decimal.h"
#include "silo/range_coder.h"
#include "silo/silo.h"

namespace heed::silo {
namespace {

void expect_decodes_to(const Run& run, BytesView bytes) {
  const auto back = decode_chunk(bytes);
  ASSERT_TRUE(back) << back.error().message;
  ASSERT_EQ(back->size(), run.size());
  for (std::size_t i = 0; i < run.size(); ++i) {
    const Run::Item& a = run.items()[i];
    const Run::Item& b = back->items()[i];
    ASSERT_EQ(std::tie(a.at, a.device, a.arrival_ms, a.flags, a.gap),
              std::tie(b.at, b.device, b.arrival_ms, b.flags, b.gap))
        << "sample " << i;
    ASSERT_EQ(run.text(a), back->text(b)) << "sample " << i;
  }
}

void expect_round_trip(const Run& run) {
  expect_decodes_to(run, encode_chunk(run));
}

Run run_of(const std::vector<std::string>& texts) {
  heed::silo::Run run;
  for (const std::string& text : texts) {
    Run::Item item;
    item.at = item.device = static_cast<std::int64_t>(run.size()) * 1'000'000'000;
    run.add(item, text);
  }
  return run;
}

TEST(Chunk, gives_back_every_text_to_the_letter) {
  const std::vector<std::string> cases[] = {
      {"0"},
      {""},
      {"", "", "a"},
      {"0.0", "0", "-0", "-0.0", "00", "1.", ".5", "+1", "1e5", "0.10", "-1.50", "1.5"},
      {"999999999999999999", "-999999999999999999", "9999999999999999999", "0.000000000000000001"},
      {"-24.84501", "-25.755473", "-26.586942", "0.6900333", "0.6942667", "100", "3.0"},
      {"ACTIVE", "READY", "ACTIVE", "READY", "ACTIVE", "STOPPED"},
      {"12", "NaN", "13", "inf", "14", "15", "16", "17", "18", "19", std::string(30'000, 'x')},
      {std::string("\0\xff|\r\n", 5), "\xc3\xa4"},
  };
  for (const auto& texts : cases) expect_round_trip(run_of(texts));
}

TEST(Chunk, gives_back_times_at_the_ends_of_their_range) {
  heed::silo::Run run;
  constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  run.add({kMin, kMax, -9'223'372'036'854, 0, 0, 255, false}, "1");
  run.add({-1, kMin, 9'223'372'036'854, 0, 0, 0, true}, "");
  run.add({-1, 0, 0, 0, 0, 1, false}, "2");
  run.add({kMax, kMin, 5, 0, 0, 255, false}, "3");
  expect_round_trip(run);
}

/// A counter's samples, a second apart; `place` sets device and arrival of sample i.
std::size_t bytes_with(const std::function<void(Run::Item&, std::int64_t i)>& place) {
  heed::silo::Run run;
  for (std::int64_t i = 0; i < 10'000; ++i) {
    Run::Item item;
    item.at = item.device = i * 1'000'000'000;
    item.arrival_ms = i * 1'000 + 3;
    place(item, i);
    run.add(item, "7");
  }
  expect_round_trip(run);
  return encode_chunk(run).size();
}

TEST(Chunk, one_sample_placed_far_from_its_clock_makes_the_others_no_longer) {
  const std::size_t ordinary = bytes_with([](Run::Item&, std::int64_t) {});
  const std::size_t one_held = bytes_with([](Run::Item& item, std::int64_t i) {
    if (i == 5'000) item.device -= 41'000'000'123;
  });

  EXPECT_LT(one_held, ordinary + 100);
}

TEST(Chunk, an_import_that_arrives_in_one_moment_costs_no_more_than_what_came_as_it_happened) {
  const std::size_t live = bytes_with([](Run::Item&, std::int64_t) {});
  const std::size_t import =
      bytes_with([](Run::Item& item, std::int64_t) { item.arrival_ms = 1'700'000'000'000; });

  EXPECT_LT(import, live + 100);
}

std::string random_text(std::mt19937_64& random, int style) {
  switch (style) {
    case 0: return std::to_string(static_cast<std::int64_t>(random()) >> (random() % 64));
    case 1:
      return format_decimal({static_cast<std::int64_t>(random() % 2'000'000) - 1'000'000,
                             static_cast<std::uint8_t>(random() % 7)});
    case 2: return "WORD" + std::to_string(random() % 6);
    case 3: return std::string(random() % 40, static_cast<char>(random()));
    default: return random_text(random, static_cast<int>(random() % 4));
  }
}

TEST(Chunk, gives_back_random_samples_of_every_kind) {
  const std::uint64_t first_seed = std::random_device{}();
  for (std::uint64_t seed = first_seed; seed < first_seed + 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    const int style = static_cast<int>(random() % 5);
    const auto unit = static_cast<std::int64_t>(std::vector<std::uint64_t>{
        1, 100, 1'000, 1'000'000, 15'625'000, 1'000'000'000}[random() % 6]);
    const std::size_t count = 1 + random() % 300;
    heed::silo::Run run;
    for (std::size_t i = 0; i < count; ++i) {
      Run::Item item;
      item.at = static_cast<std::int64_t>(1'477'900'000 + random() % 86'400) * 1'000'000'000 +
                static_cast<std::int64_t>(random() % 1'000) * unit + (random() % 50 == 0 ? 7 : 0);
      item.device = item.at - (random() % 20 == 0 ? 12'345 : 0);
      item.arrival_ms = item.at / 1'000'000 + static_cast<std::int64_t>(random() % 9);
      item.flags = random() % 30 == 0 ? static_cast<std::uint8_t>(random()) : 0;
      item.gap = random() % 15 == 0;
      run.add(item, item.gap ? "" : random_text(random, style));
    }
    run.sort();
    expect_round_trip(run);
    if (HasFatalFailure()) return;
  }
}

Run run_of_longest(std::size_t different) {
  Run run;
  for (std::size_t i = 0; i < kChunkTextBytes / kLongestValue; ++i) {
    std::string text = std::to_string(i % different);
    text.resize(kLongestValue, 'x');
    run.add({}, text);
  }
  return run;
}

TEST(Chunk, holds_texts_up_to_its_limit_in_bytes) {
  for (const std::size_t different : {3U, 400U}) {
    const auto run = run_of_longest(different);
    ASSERT_EQ(run.text_bytes(), kChunkTextBytes);
    expect_round_trip(run);
  }
}

TEST(Chunk, takes_in_later_samples_of_its_words_in_the_order_of_their_times) {
  // Words are decoded once each, so that many samples have one text.
  const auto decoded = decode_chunk(encode_chunk(run_of({"A", "B", "A", "", "B", "A"})));
  ASSERT_TRUE(decoded) << decoded.error().message;
  heed::silo::Run run = *decoded;
  for (const char* text : {"B", "A", "C"}) {
    Run::Item item;
    item.at = 2'000'000'000;
    run.add(item, text);
  }
  EXPECT_EQ(run.text_bytes(), 8U);
  run.sort();
  std::string told;
  for (const Run::Item& item : run.items()) {
    told += std::to_string(item.at / 1'000'000'000) + std::string(run.text(item)) + " ";
  }
  EXPECT_EQ(told, "0A 1B 2A 2B 2A 2C 3 4B 5A ");
  EXPECT_EQ(run.text_bytes(), 8U);
  expect_round_trip(run);
}

TEST(Chunk, reads_words_that_were_written_in_the_earlier_layout) {
  constexpr std::array kWords = {"ACTIVE", "READY", "ACTIVE", "FEED_HOLD", "ACTIVE", "READY"};
  heed::silo::Run run;
  for (int i = 0; i < 12; ++i) {
    Run::Item item;
    item.at = 1'700'000'000'000'000'000 + i * 61'000'000'000LL + (i == 5 ? 7 : 0);
    item.device = item.at - (i == 7 ? 5'000'000 : 0);
    item.arrival_ms = item.at / 1'000'000 + i % 4;
    item.flags = i == 8 ? 3 : 0;
    item.gap = i == 9;
    run.add(item, item.gap ? "" : kWords[static_cast<std::size_t>(i) % kWords.size()]);
  }
  expect_decodes_to(
      run, *from_hex("02000c0b80c49fd50c0000041a1fa9357e85520899c8f2c6cc079517a13189e9681cfbc8"
                     "ebee987e39917499ee5676d7cbba748177c1e5b319d8bc77f985a2b5d374"));
}

TEST(Chunk, reads_numbers_that_were_written_in_the_earlier_layout) {
  constexpr std::array kTexts = {"1", "2", "3.50", "-0.25", "100", "n/a", "101"};
  heed::silo::Run run;
  for (int i = 0; i < 14; ++i) {
    Run::Item item;
    item.at = item.device = i * i * 1'000'000LL;
    item.arrival_ms = i;
    run.add(item, kTexts[static_cast<std::size_t>(i) % kTexts.size()]);
  }
  expect_decodes_to(
      run, *from_hex("02010e060000003b1f1f24bd64aa3bc20e3a458fd13d6ab7b909b47c3a23e2d910e7d4bf"
                     "627d49cd02017c38d32d7b04c8fd733a374494d5f91df05bce50ea9f"));
}

TEST(Chunk, bytes_that_no_encoder_made_are_refused_or_decode_to_something_bounded) {
  const Bytes good = encode_chunk(run_of({"1.5", "ACTIVE", "2.5", "3.5"}));
  std::mt19937_64 random(7);
  EXPECT_FALSE(decode_chunk(""));
  for (std::size_t size = 0; size < good.size(); ++size) (void)decode_chunk(good.substr(0, size));
  for (int i = 0; i < 2'000; ++i) {
    Bytes bad = good;
    for (std::size_t flips = 1 + random() % 4; flips > 0; --flips) {
      bad[random() % bad.size()] = static_cast<char>(random());
    }
    const auto run = decode_chunk(bad);
    EXPECT_TRUE(!run || run->size() <= kChunkSamples);
  }
}

TEST(Decimal, only_texts_that_it_writes_itself_are_decimals) {
  for (const char* text : {"0", "-1", "0.0", "12.50", "-0.5", "999999999999999999", "0.00"}) {
    const auto decimal = parse_decimal(text);
    ASSERT_TRUE(decimal) << text;
    EXPECT_EQ(format_decimal(*decimal), text);
  }
  for (const char* text : {"", "-", ".", "1.", ".5", "-.5", "-0", "-0.0", "00", "01", "+1", "1e5",
                           " 1", "1 ", "1.2.3", "1000000000000000000", "0.0000000000000000001"}) {
    EXPECT_FALSE(parse_decimal(text)) << text;
  }
}

class RangeCoder : public testing::TestWithParam<Widths> {};
INSTANTIATE_TEST_SUITE_P(, RangeCoder, testing::Values(Widths::kWhole, Widths::kBounded),
                         [](const auto& widths) {
                           return widths.param == Widths::kWhole ? "whole" : "bounded";
                         });

TEST_P(RangeCoder, gives_back_what_random_models_were_told) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  std::vector<std::uint64_t> numbers;
  for (int i = 0; i < 30'000; ++i) {
    numbers.push_back(random() >> (random() % 4 == 0 ? random() % 64 : 60));
  }
  RangeEncoder encoder;
  NumberModel encoding(GetParam());
  for (const std::uint64_t n : numbers) encoding.code(encoder, n);
  const Bytes bytes = encoder.finish();
  RangeDecoder decoder(bytes);
  NumberModel decoding(GetParam());
  for (const std::uint64_t n : numbers) ASSERT_EQ(decoding.code(decoder, 0), n);
  EXPECT_FALSE(decoder.overrun());
}

}  // namespace
}  // namespace heed::silo
