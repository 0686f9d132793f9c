#include "silo/slot.h"

namespace heed::silo {
namespace {

void hold_word(Rollup& rollup, std::string_view word, Duration time) {
  const auto known = std::ranges::find(rollup.words, word, &Rollup::Word::word);
  if (known != rollup.words.end()) {
    known->held += time;
  } else if (rollup.words.size() < Rollup::kMostWords) {
    rollup.words.push_back({std::string(word), time});
  } else {
    rollup.other_words += time;
  }
}

}  // namespace

Said said(const SampleView& sample) {
  return {!sample.gap, sample.number, sample.text};
}

void count(Rollup& rollup, const SampleView& sample) {
  ++rollup.count;
  rollup.gaps += sample.gap ? 1 : 0;
  if (!sample.number) return;
  const double number = *sample.number;
  ++rollup.numbers;
  rollup.sum += number;
  if (!rollup.first) rollup.first = number;
  rollup.last = number;
  rollup.minimum = std::min(rollup.minimum.value_or(number), number);
  rollup.maximum = std::max(rollup.maximum.value_or(number), number);
}

void hold(Rollup& rollup, const Said& value, Duration time) {
  if (!value.known || time == Duration()) return;
  if (value.number) {
    rollup.integral += *value.number * time.in_seconds();
    rollup.numeric += time;
  } else {
    hold_word(rollup, value.text, time);
  }
}

Said Slot::last() const {
  return {last_known, last_known ? decimal(last_text) : std::nullopt, last_text};
}

void add(Slot& slot, const SampleView& sample) {
  if (slot.came.count == 0) {
    slot.first_at = sample.at;
  } else {
    hold(slot.came, slot.last(), sample.at - slot.last_at);
  }
  count(slot.came, sample);
  slot.last_at = sample.at;
  slot.last_known = !sample.gap;
  slot.last_text = sample.text;
}

void join(Slot& slot, const Slot& next) {
  hold(slot.came, slot.last(), next.first_at - slot.last_at);
  add_inside(slot.came, next.came);
  slot.last_at = next.last_at;
  slot.last_known = next.last_known;
  slot.last_text = next.last_text;
}

void add_inside(Rollup& rollup, const Rollup& from) {
  rollup.count += from.count;
  rollup.gaps += from.gaps;
  rollup.numbers += from.numbers;
  rollup.sum += from.sum;
  if (from.numbers > 0) {
    if (!rollup.first) rollup.first = from.first;
    rollup.last = from.last;
    rollup.minimum = std::min(rollup.minimum.value_or(*from.minimum), *from.minimum);
    rollup.maximum = std::max(rollup.maximum.value_or(*from.maximum), *from.maximum);
  }
  rollup.integral += from.integral;
  rollup.numeric += from.numeric;
  for (const auto& [word, held] : from.words) hold_word(rollup, word, held);
  rollup.other_words += from.other_words;
}

}  // namespace heed::silo
