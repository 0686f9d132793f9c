#include "silo/silo_export.h"

#include <fmt/core.h>

#include <limits>

#include "base/json.h"
#include "policy/language/utf8.h"

namespace heed::silo {
namespace {

constexpr std::size_t kPage = 500;
constexpr int kTimeDigits = 9;
constexpr auto kVersion = 1;

std::string text_of(Time time) {
  return format_time(time, kTimeDigits);
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const policy::Character next = policy::character_at(text, at);
    if (!next.valid) return false;
    at += next.length;
  }
  return true;
}

/// Text as it is; what is no text as base64url in an object, so that no byte is lost.
void write_text(JsonWriter& out, std::string_view text) {
  if (is_utf8(text)) {
    out.value(text);
    return;
  }
  out.begin_object().member("base64url", to_base64url(text)).end_object();
}

void write_value(JsonWriter& out, const FieldValue& value, policy::FieldType type) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    if (type == policy::FieldType::kBytes) {
      out.value(to_base64url(*text));
    } else {
      write_text(out, *text);
    }
  } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    out.value(*integer);
  } else if (const auto* real = std::get_if<double>(&value)) {
    out.value(*real);
  } else if (const auto* truth = std::get_if<bool>(&value)) {
    out.value(*truth);
  } else if (const auto* time = std::get_if<Time>(&value)) {
    out.value(text_of(*time));
  } else {
    out.null();
  }
}

std::string as_line(JsonWriter& out) {
  return out.take() + "\n";
}

policy::Withheld as_withheld(Error error) {
  return policy::Withheld(std::move(error));
}

/// One export, kind by kind.
class SiloExport {
 public:
  SiloExport(const policy::Policy& policy, const Silo& silo, const Access& access,
             const ExportLine& line)
      : policy_(policy), silo_(silo), access_(access), line_(line) {}

  Governed<ExportedSilo> run(Time now) {
    if (auto told = tell(header(now)); !told) return std::unexpected(told.error());
    for (const policy::Kind& kind : policy_.kinds()) {
      if (auto told = tell(declaration(kind)); !told) return std::unexpected(told.error());
      const auto done =
          kind.shape == policy::Shape::kRecord ? tell_records(kind) : tell_series(kind);
      if (done) continue;
      const policy::Refusal* refusal = done.error().refusal();
      if (refusal == nullptr) return std::unexpected(done.error());
      if (auto told = withhold(kind, refusal->clause, 0); !told) {
        return std::unexpected(told.error());
      }
    }
    if (auto told = tell_journal(); !told) return std::unexpected(told.error());
    return std::move(done_);
  }

 private:
  Governed<void> tell(const std::string& text) {
    if (auto told = line_(text); !told) return std::unexpected(as_withheld(told.error()));
    return {};
  }

  std::string header(Time now) const {
    JsonWriter out;
    out.begin_object()
        .member("format", "heed silo export")
        .member("version", kVersion)
        .member("organization", silo_.organization().text())
        .member("time", text_of(now))
        .key("policy")
        .begin_object()
        .member("name", policy_.name())
        .member("hash", policy_.hash())
        .end_object()
        .end_object();
    return as_line(out);
  }

  static std::string declaration(const policy::Kind& kind) {
    JsonWriter out;
    out.begin_object()
        .key("kind")
        .begin_object()
        .member("number", std::uint64_t{kind.id.number})
        .member("name", kind.name)
        .member("shape", kind.shape == policy::Shape::kRecord ? "record" : "series")
        .key("fields")
        .begin_array();
    for (const policy::Field& field : kind.fields) {
      out.begin_object()
          .member("name", field.name)
          .member("type", name_of(field.type))
          .member("category", field.category)
          .end_object();
    }
    out.end_array().end_object().end_object();
    return as_line(out);
  }

  Governed<void> withhold(const policy::Kind& kind, std::string_view clause,
                          std::uint64_t records) {
    done_.withheld.push_back(kind.name);
    JsonWriter out;
    out.begin_object().key("withheld").begin_object().member("kind", kind.name);
    if (!clause.empty()) out.member("clause", clause);
    if (records > 0) out.member("records", records);
    out.end_object().end_object();
    return tell(as_line(out));
  }

  static std::string line_of(const policy::Kind& kind, const Record& record) {
    JsonWriter out;
    out.begin_object().key("record").begin_object().member("kind", kind.name).key("id");
    write_text(out, record.id);
    out.key("subject");
    if (record.subject.is_nil()) {
      out.null();
    } else {
      out.value(record.subject.text());
    }
    out.member("source", record.source)
        .member("policy_version", std::uint64_t{record.label.policy_version})
        .member("stored", text_of(record.label.stored))
        .member("deadline", text_of(record.label.deadline))
        .key("fields")
        .begin_object();
    for (std::size_t i = 0; i < record.fields.size() && i < kind.fields.size(); ++i) {
      out.key(kind.fields[i].name);
      write_value(out, record.fields[i], kind.fields[i].type);
    }
    out.end_object().end_object().end_object();
    return as_line(out);
  }

  /// The content of its blob fields, piece by piece.
  Governed<void> tell_blobs(const policy::Kind& kind, const Record& record) {
    for (std::size_t i = 0; i < record.fields.size() && i < kind.fields.size(); ++i) {
      const policy::Field& field = kind.fields[i];
      if (field.type != policy::FieldType::kBlob || record.fields[i].index() == 0) continue;
      std::uint64_t from = 0;
      Governed<void> told;
      const auto tell_piece = [&](BytesView piece) {
        JsonWriter out;
        out.begin_object().key("blob").begin_object().member("kind", kind.name).key("id");
        write_text(out, record.id);
        out.member("field", field.name)
            .member("from", from)
            .member("bytes", to_base64url(piece))
            .end_object()
            .end_object();
        from += piece.size();
        told = tell(as_line(out));
        return told.has_value();
      };
      const auto read = silo_.read_blob(access_, {kind.id, record.id, field.name}, 0, tell_piece);
      if (!told) return told;
      if (!read) return std::unexpected(read.error());
      if (*read) ++done_.blobs;
    }
    return {};
  }

  Governed<void> tell_records(const policy::Kind& kind) {
    std::string after;
    std::uint64_t withheld = 0;
    do {
      ASSIGN_OR_RETURN(const Page page, silo_.scan(access_, kind.id, {}, after, kPage));
      for (const Record& record : page.records) {
        if (auto told = tell(line_of(kind, record)); !told) return told;
        if (auto told = tell_blobs(kind, record); !told) return told;
        ++done_.records;
      }
      withheld += page.withheld;
      after = page.next;
    } while (!after.empty());
    return withheld == 0 ? Governed<void>() : withhold(kind, {}, withheld);
  }

  Governed<void> tell_series(const policy::Kind& kind) {
    ASSIGN_OR_RETURN(const auto all, silo_.list_series(access_, kind.id, {}));
    for (const SeriesName& series : all) {
      JsonWriter out;
      out.begin_object()
          .key("series")
          .begin_object()
          .member("number", std::uint64_t{series.id.number})
          .member("kind", kind.name)
          .key("name");
      write_text(out, series.name);
      if (!series.subject.is_nil()) out.member("subject", series.subject.text());
      out.end_object().end_object();
      if (auto told = tell(as_line(out)); !told) return told;
      ++done_.series;
      if (auto told = tell_samples(series.id); !told) return told;
    }
    return {};
  }

  Governed<void> tell_samples(SeriesId series) {
    Governed<void> told;
    const auto seen = [&](const SampleView& sample) {
      JsonWriter out;
      out.begin_object()
          .key("sample")
          .begin_object()
          .member("series", std::uint64_t{series.number})
          .member("at", text_of(sample.at))
          .member("device", text_of(sample.device))
          .member("arrival", text_of(sample.arrival))
          .member("flags", std::uint64_t{sample.flags})
          .key("value");
      if (sample.gap) {
        out.null();
      } else {
        write_text(out, sample.text);
      }
      out.end_object().end_object();
      told = tell(as_line(out));
      ++done_.samples;
      return told.has_value();
    };
    if (auto read = silo_.read(access_, series, {}, seen); !read) return read;
    return told;
  }

  /// From its first line to the end of the text it is what `heed journal verify` takes.
  Governed<void> tell_journal() {
    std::uint64_t lines = 0;
    std::uint64_t entries = 0;
    const auto counted = [&](std::string_view text) {
      ++lines;
      entries += text.starts_with("{\"entry\":") ? 1U : 0U;
      return line_(text);
    };
    const auto told =
        silo_.export_journal(access_, 1, std::numeric_limits<std::uint64_t>::max(), counted);
    done_.entries = entries;
    if (told || told.error().refusal() == nullptr || lines > 0) return told;
    done_.withheld.emplace_back("journal");
    JsonWriter out;
    out.begin_object()
        .key("withheld")
        .begin_object()
        .member("kind", "journal")
        .member("clause", told.error().refusal()->clause)
        .end_object()
        .end_object();
    return tell(as_line(out));
  }

  const policy::Policy& policy_;
  const Silo& silo_;
  const Access& access_;
  const ExportLine& line_;
  ExportedSilo done_;
};

}  // namespace

Governed<ExportedSilo> export_silo(const Store& store, Silo& silo, const Access& access,
                                   const Clock& clock, const ExportLine& line) {
  const auto policy = store.policy();
  JsonWriter detail;
  detail.begin_object()
      .member("purpose", policy->purposes().path(access.purpose))
      .member("party", policy->parties().path(access.party))
      .end_object();
  // The engine notes what it does, whoever it does it for.
  auto own = policy->access("engine", "operation", "engine");
  if (!own) return std::unexpected(as_withheld(own.error()));
  own->actor = access.actor;
  if (auto noted = silo.note(*own, "exported", detail.view()); !noted) {
    return std::unexpected(noted.error());
  }
  return SiloExport(*policy, silo, access, line).run(clock.now());
}

}  // namespace heed::silo
