// For tests: what a silo answers, as text that can be compared. Left out is what differs between
// two silos of one organization that were told the same: keys, and what is signed, sealed, hashed
// or drawn at random. Never included by the program.
#pragma once

#include <string>
#include <vector>

#include "silo/silo.h"

namespace heed::silo {

class AnswerText {
 public:
  AnswerText& text(std::string_view text) {
    all_ += text;
    all_ += '|';
    return *this;
  }
  AnswerText& number(std::integral auto number) { return text(std::to_string(number)); }
  AnswerText& time(Time at) { return number(at.nanoseconds()); }
  AnswerText& person(SubjectId subject) { return text(subject.is_nil() ? "" : subject.text()); }
  /// Names that were put back are in it; the pseudonyms of others, and the tags of erased ones,
  /// differ from silo to silo.
  AnswerText& noted(std::string_view detail) {
    std::size_t from = 0;
    const auto next = [&] {
      return std::min(detail.find("p:", from), detail.find("\"tag\":\"", from));
    };
    for (std::size_t at; (at = next()) != std::string_view::npos;) {
      const std::size_t hashed = at + (detail[at] == 'p' ? 2 : 7);
      all_ += detail.substr(from, hashed - from);
      from = std::min(detail.find_first_not_of("0123456789abcdef", hashed), detail.size());
    }
    return text(detail.substr(from));
  }
  AnswerText& error(const Error& error) {
    return text("error").number(static_cast<int>(error.kind)).text(error.message).text(error.mend);
  }
  AnswerText& error(const policy::Withheld& why) {
    if (const policy::Refusal* no = why.refusal()) {
      return text("refused").text(no->clause).text(no->what).text(no->sentence);
    }
    return error(*why.error());
  }
  std::string take() { return std::move(all_); }

 private:
  std::string all_;
};

// One shown() for each thing that a silo gives ---------------------------------------------------

inline void shown(AnswerText& out, const std::string& text) {
  out.text(text);
}
inline void shown(AnswerText& out, std::integral auto number) {
  out.number(number);
}
inline void shown(AnswerText& out, SeriesId series) {
  out.number(series.number);
}
inline void shown(AnswerText& out, const FieldValue& value) {
  out.number(value.index());
  if (const auto* text = std::get_if<std::string>(&value)) {
    const auto blob = Blob::parse(*text);  // whose name is drawn at random
    blob ? out.text("blob").number(blob->size) : out.text(*text);
  }
  if (const auto* integer = std::get_if<std::int64_t>(&value)) out.number(*integer);
  if (const auto* real = std::get_if<double>(&value)) out.text(std::to_string(*real));
  if (const auto* truth = std::get_if<bool>(&value)) out.number(*truth);
  if (const auto* at = std::get_if<Time>(&value)) out.time(*at);
}

template <class T>
void shown(AnswerText& out, const std::vector<T>& all) {
  out.number(all.size());
  for (const T& one : all) shown(out, one);
}
template <class T>
void shown(AnswerText& out, const std::optional<T>& one) {
  out.text(one ? "some" : "none");
  if (one) shown(out, *one);
}

inline void shown(AnswerText& out, const Record& record) {
  const Label& label = record.label;
  out.number(record.kind.number).text(record.id).person(record.subject).text(record.source);
  for (const FieldValue& field : record.fields) shown(out, field);
  out.number(label.kind.number).person(label.subject).text(label.source);
  out.number(label.policy_version).time(label.stored).time(label.deadline).number(label.revision);
  for (const SubjectId owner : label.owners) out.person(owner);
  out.noted(label.corrected_by).time(label.corrected);
}
inline void shown(AnswerText& out, const Page& page) {
  shown(out, page.records);
  out.number(page.withheld).text(page.next.empty() ? "end" : "more");
}
inline void shown(AnswerText& out, const Shared& shared) {
  for (const auto& [name, value] : shared.fields) {
    out.text(name);
    shown(out, value);
  }
  shown(out, shared.stripped);
  shown(out, shared.clauses);
  out.number(shared.entry).text(shared.contract).number(shared.sealed.size());
}
inline void shown(AnswerText& out, const Aggregate& aggregate) {
  for (const Aggregate::Group& group : aggregate.groups) {
    shown(out, group.value);
    out.number(group.records);
  }
  out.number(aggregate.too_small).number(aggregate.withheld).number(aggregate.least);
}
inline void shown(AnswerText& out, const SeriesName& series) {
  out.number(series.id.number).text(series.name).person(series.subject);
}
inline void shown(AnswerText& out, const Appended& appended) {
  out.text(appended.duplicate ? "duplicate" : "taken").number(appended.forgotten);
}
inline void shown(AnswerText& out, const SampleView& sample) {
  out.time(sample.at).time(sample.device).time(sample.arrival).number(sample.flags);
  out.text(sample.gap ? "gap" : sample.text);
}
inline void shown(AnswerText& out, const Sample& sample) {
  out.time(sample.at).time(sample.device).time(sample.arrival).number(sample.flags);
  out.text(sample.value.value_or("gap"));
}
inline void shown(AnswerText& out, const InForce& state) {
  out.text(state.value.value_or("unknown")).time(state.since).time(state.told);
  out.number(state.began_earlier).number(state.damaged);
}
inline void shown(AnswerText& out, const Rollup& rollup) {
  out.time(rollup.span.from).time(rollup.span.to).number(rollup.count).number(rollup.gaps);
  out.number(rollup.numbers).text(std::to_string(rollup.sum)).number(rollup.damaged);
  out.text(std::to_string(rollup.integral)).number(rollup.numeric.count_nanoseconds());
  for (const Rollup::Word& word : rollup.words) {
    out.text(word.word).number(word.held.count_nanoseconds());
  }
  out.number(rollup.other_words.count_nanoseconds());
}
inline void shown(AnswerText& out, const Bucket& bucket) {
  out.time(bucket.from).time(bucket.to).number(bucket.count).number(bucket.gaps);
  out.text(std::to_string(bucket.minimum.value_or(0))).text(bucket.last_text);
  out.text(std::to_string(bucket.maximum.value_or(0)));
}
inline void shown(AnswerText& out, const Damage& damage) {
  out.number(damage.chunks).time(damage.within.from).time(damage.within.to);
}
inline void shown(AnswerText& out, const JournalEntry& entry) {
  out.number(entry.number).time(entry.at).noted(entry.actor).text(entry.what).noted(entry.detail);
  out.text(entry.sealed_subject.empty() ? "of nobody" : "of somebody");
}
inline void shown(AnswerText& out, const NamedEntry& entry) {
  out.noted(entry.actor).noted(entry.detail).person(entry.subject).text(entry.record);
}
inline void shown(AnswerText& out, const SignedHead& head) {
  out.text(head.head.organization.text()).number(head.head.entries).time(head.head.time);
}
inline void shown(AnswerText& out, const OwnEntry& own) {
  shown(out, own.entry);
  out.number(own.theirs).text(own.record).number(own.inclusion.size());
}
inline void shown(AnswerText& out, const OwnEntries& own) {
  shown(out, own.head);
  shown(out, own.entries);
}
inline void shown(AnswerText& out, const merkle::Proof& proof) {
  out.number(proof.size());
}
inline void shown(AnswerText& out, const Holding& holding) {
  out.number(holding.kind.number).text(holding.name).number(holding.items).number(holding.shared);
  out.time(holding.oldest).time(holding.until);
}
inline void shown(AnswerText& out, const Standing& standing) {
  out.number(standing.restricted).number(standing.erased).number(standing.erasure);
}
inline void shown(AnswerText& out, const ErasureReceipt& receipt) {
  out.text(receipt.organization.text()).number(receipt.number).text(receipt.reason);
  out.time(receipt.logical).time(receipt.cryptographic.value_or(Time()));
  out.time(receipt.physical.value_or(Time())).time(receipt.physical_by);
  for (const ErasureCount& count : receipt.counts) {
    out.text(count.kind).number(count.removed).number(count.emptied).number(count.left_to_others);
  }
  for (const ErasureException& left : receipt.exceptions) {
    out.text(left.hold).text(left.reason).time(left.until);
  }
  out.number(receipt.recalls).number(receipt.entry);
}
inline void shown(AnswerText& out, const Hold& hold) {
  out.text(hold.id).person(hold.subject).number(hold.kind ? hold.kind->number : 0);
  out.text(hold.reason).time(hold.until).noted(hold.by).time(hold.placed);
}
inline void shown(AnswerText& out, const Contract& contract) {
  out.text(contract.id).text(contract.recipient).text(contract.party);
  shown(out, contract.purposes);
  out.time(contract.starts).time(contract.ends).noted(contract.by).time(contract.placed);
  out.time(contract.stopped.value_or(Time())).number(contract.tasks.size());
}
inline void shown(AnswerText& out, const Disclosed& line) {
  out.number(line.entry).time(line.at).person(line.subject).text(line.recipient).text(line.party);
  out.text(line.purpose).text(line.kind).text(line.record);
  shown(out, line.fields);
  shown(out, line.clauses);
  out.number(line.stripped).text(line.contract).number(line.notify_subject);
}
inline void shown(AnswerText& out, const Recall& recall) {
  out.number(recall.number).time(recall.at).text(recall.recipient).text(name_of(recall.why));
  out.text(recall.contract).number(recall.packages.size());
}
inline void shown(AnswerText& out, const policy::LoggedDecision& decision) {
  out.text(decision.actor).text(decision.purpose).text(decision.party).text(decision.category);
  shown(out, decision.holds);
  shown(out, decision.fails);
  out.number(decision.allowed).text(decision.clause).number(decision.day).number(decision.count);
}
inline void shown(AnswerText& out, const DecisionLog& log) {
  shown(out, log.decisions);
  out.number(log.uncounted);
}
inline void shown(AnswerText& out, const Purged& purged) {
  out.number(purged.records).number(purged.chunks);
}
inline void shown(AnswerText& out, const SiloStatistics& now) {
  out.number(now.head_samples).number(now.sealed_samples).number(now.sealed_chunks);
  out.number(now.damaged_chunks).number(now.journal_entries).number(now.erasures);
  out.number(now.overdue.count_nanoseconds()).number(now.remains.count_nanoseconds());
}

template <class T, class Failure>
std::string answer(const std::expected<T, Failure>& given) {
  AnswerText out;
  if (!given) {
    out.error(given.error());
  } else if constexpr (std::is_void_v<T>) {
    out.text("done");
  } else {
    shown(out, *given);
  }
  return out.take();
}

}  // namespace heed::silo
