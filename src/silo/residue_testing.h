// For tests and benchmarks: people of whom 32 texts each went every way that data goes in a silo,
// and what is found of them after they were forgotten. Never included by the program.
#pragma once

#include <fmt/core.h>

#include <fcntl.h>
#include <unistd.h>
#include <functional>
#include <map>
#include <set>

#include "silo/backup.h"
#include "silo/files.h"
#include "silo/forgetting_testing.h"
#include "silo/restore_drill.h"
#include "silo/text_finder.h"

namespace heed::silo {

constexpr KindId kResidueLetter{30};
constexpr KindId kResidueCard{31};
constexpr KindId kResidueReply{32};
constexpr KindId kResidueVoice{33};
constexpr KindId kResiduePulse{34};
constexpr KindId kResidueSecret{35};

constexpr std::string_view kResidueKinds = R"(
kind letter 30 record of usage { body text  topic text indexed  note text }
kind card 31 record of usage {
  wish text
  friend subject on erasure empties
  friend_name text with friend
  friend_face blob with friend
}
kind reply 32 record of usage { body text  letter reference to letter on erasure removes }
kind voice 33 record of usage { title text  sound blob  transcript blob }
kind pulse 34 series of usage { value text }
kind secret_note 35 record of personal.credential { hash text }
clause 6.9 "For these tests." { allow usage for rights.deletion to engine }
)";

/// A text of somebody's, and which way it went.
struct Canary {
  std::size_t person = 0;
  std::string way;
  std::string text;
};

class Residue {
 public:
  static constexpr std::size_t kPerPerson = 32;

  /// `people` are forgotten later; some more stay.
  Residue(std::string directory, std::size_t people, std::uint64_t seed)
      : directory_(std::move(directory)), random_(seed), people_(people), log_file_(log_path()) {
    open();
    organization_ = OrganizationId::make(random_);
    must(store_->create(organization_));
    for (std::size_t i = 0; i < people_ + staying(); ++i) {
      subjects_.push_back(SubjectId::make(random_));
    }
  }

  /// Sends everybody's texts on their ways, makes a backup half way and one at the end.
  void live() {
    for (std::size_t i = 0; i < subjects_.size(); ++i) {
      write_of(i);
      if (i == subjects_.size() / 2) {
        must(silo().seal(true));
        back_up();
      }
    }
    back_up();
  }

  /// The ends of all that the database holds now, by family and key.
  using Rows = std::map<Bytes, Bytes>;

  /// Of records, series and blobs; of what has no value, the key itself.
  Rows rows() {
    store_.reset();
    Rows all;
    {
      const kv::SharedMemory memory(8U << 20, 8U << 20);
      const auto database =
          must(kv::Database::open(data() + "/silos/" + organization_.text(), memory));
      for (const kv::Family family :
           {kv::Family::kRecords, kv::Family::kDeadlines, kv::Family::kIndexes, kv::Family::kSeries,
            kv::Family::kChunks, kv::Family::kLog, kv::Family::kBlobs}) {
        auto cursor = database->cursor(family);
        for (cursor.seek({}); cursor.valid(); cursor.next()) {
          constexpr std::size_t kTail = 24;
          const BytesView what = cursor.value().size() < kTail ? cursor.key() : cursor.value();
          if (what.size() < kTail) continue;
          const bool is_key = what.data() == cursor.key().data();
          const Bytes tail(is_key ? what : what.substr(what.size() - kTail));
          all.emplace(
              ByteWriter().u8(static_cast<std::uint8_t>(family)).raw(cursor.key()).raw(tail).take(),
              tail);
        }
      }
    }
    open();
    return all;
  }

  /// Forgets all `people`, and lets the bound pass; what the database had before and has no more.
  Rows forget() {
    const auto before = rows();
    for (std::size_t i = 0; i < people_; ++i) {
      must(silo().forget(deleting_access(*store_->policy()), subjects_[i],
                         fmt::format("request {}", i)));
    }
    must(update_ledger(backups(), silo()));
    clock_.advance(Duration::hours(24));
    must(silo().purge());
    require(must(silo().scrub(false)), "files are written anew within the bound");
    Rows gone = before;
    for (const auto& [row, tail] : rows()) gone.erase(row);
    return gone;
  }

  const std::vector<Canary>& canaries() const { return canaries_; }

  struct Found {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
    std::map<std::string, std::uint64_t> by_way;  ///< Texts of persons who were forgotten
    std::uint64_t ids = 0;                        ///< Of persons who were forgotten
    std::uint64_t tails = 0;                      ///< Of removed values
  };
  /// Byte by byte in every file below `directory`. The store is closed meanwhile.
  Found scan(const std::string& directory, const Rows& tails) {
    store_.reset();
    std::vector<std::string> texts;
    std::vector<std::string> ways;
    const auto want = [&](std::string text, std::string way) {
      texts.push_back(std::move(text));
      ways.push_back(std::move(way));
    };
    for (const auto& [row, tail] : tails) want(tail, "tail");
    for (const Canary& canary : canaries_) {
      if (canary.person < people_) want(canary.text, canary.way);
    }
    for (std::size_t i = 0; i < people_; ++i) {
      want(subjects_[i].bytes(), "id");
      want(subjects_[i].text(), "id");
    }
    const TextFinder finder(std::move(texts));
    Found found;
    visit_files(directory, [&](const std::string& path) {
      const Bytes all = content_of(path);
      ++found.files;
      found.bytes += all.size();
      finder.find_in(all, [&](std::size_t number) { ++found.by_way[ways[number]]; });
    });
    found.tails = std::exchange(found.by_way["tail"], 0);
    found.ids = std::exchange(found.by_way["id"], 0);
    std::erase_if(found.by_way, [](const auto& way) { return way.second == 0; });
    open();
    return found;
  }

  /// Texts of those who stay that cannot be read back, by way.
  std::map<std::string, std::uint64_t> lost() {
    std::map<std::string, std::uint64_t> lost;
    const std::set<std::string_view> not_kept = {"refused", "corrected", "removed", "replaced blob",
                                                 "journal"};
    for (const Canary& canary : canaries_) {
      if (canary.person < people_ || not_kept.contains(canary.way)) continue;
      if (!is_read(canary)) ++lost[canary.way];
    }
    return lost;
  }

  /// Restores each backup beside the ring as it is now, replays, and looks at all that opens.
  DrillReport drill_generation(std::uint64_t generation) {
    DrillOptions options;
    options.repository = backups();
    options.key_directory = keys();
    options.scratch_directory = directory_ + "/scratch";
    options.generation = generation;
    options.policy = policy_;
    for (const Canary& canary : canaries_) {
      if (canary.person < people_) options.canaries.push_back(canary.text);
    }
    store_.reset();
    auto report = must(drill(options, clock_, random_));
    open();
    return report;
  }
  std::uint64_t generations() const { return generations_; }

  std::string data() const { return directory_ + "/data"; }
  std::string keys() const { return directory_ + "/keys"; }
  std::string backups() const { return directory_ + "/backups"; }
  std::string logs() const { return directory_ + "/logs"; }
  std::size_t people() const { return people_; }
  std::size_t staying() const { return people_ / 10 + 1; }
  Silo& silo() { return *must(store_->silo(organization_)); }

 private:
  template <class T>
  static T must(Result<T> result) {
    require(result.has_value(), result ? "" : result.error().message);
    if constexpr (!std::is_void_v<T>) return *std::move(result);
  }
  template <class T>
  static T must(Governed<T> result) {
    require(result.has_value(), result ? "" : result.error().message());
    if constexpr (!std::is_void_v<T>) return *std::move(result);
  }

  std::string log_path() const {
    must(make_private_directory(logs()));
    return logs() + "/heed.log";
  }
  void open() {
    StoreOptions options;
    options.data_directory = data();
    options.key_directory = keys();
    options.policy = policy_;
    store_ = must(Store::open(std::move(options), clock_, random_, log_));
  }
  void back_up() {
    const auto made = must(create_backup(*store_, {backups(), data(), {}, 0}, clock_));
    require(made.failed.empty(), "every silo is copied");
    ++generations_;
    clock_.advance(Duration::minutes(1));
  }

  Access use() const {
    return must(store_->policy()->access("test", "service.monitoring", "organization"));
  }

  /// A new text of this person's that goes this way.
  std::string text(std::size_t person, std::string way) {
    canaries_.push_back({person, std::move(way), "canary-" + to_hex(random_.bytes(12))});
    return canaries_.back().text;
  }
  void put(KindId kind, const std::string& id, SubjectId subject, std::vector<FieldValue> fields) {
    must(silo().put(use(), {kind, id, subject, "api", std::move(fields), {}}));
  }
  void give(KindId kind, const std::string& id, const std::string& field, const Bytes& content) {
    const BlobSource source = [&content, given = false]() mutable -> Result<Bytes> {
      return std::exchange(given, true) ? Bytes() : content;
    };
    must(silo().put_blob(use(), {kind, id, field}, source));
  }

  void write_of(std::size_t person) {
    const SubjectId subject = subjects_[person];
    const std::string id = to_hex(random_.bytes(12));
    const auto text_of = [&](const char* way) { return text(person, way); };
    put(kResidueLetter, id, subject, {text_of("record"), text_of("index"), text_of("corrected")});
    // The old value of a corrected field is nobody's any more.
    must(silo().commit(use(), {Patch{kResidueLetter, id, {{"note", text_of("record")}}}}));
    put(kResidueLetter, id + "-gone", subject,
        {text_of("removed"), text_of("removed"), text_of("removed")});
    must(silo().remove(use(), kResidueLetter, id + "-gone"));
    put(kResidueLetter, id + "-2", subject, {text_of("record"), text_of("index"), FieldValue()});
    // Somebody else's reply to their letter, which quotes them; somebody else's card about them.
    // Who stays keeps what others said of those who were forgotten no more than they do.
    const SubjectId other = subjects_[people_ + (person + 1) % staying()];
    put(kResidueReply, id, other, {text_of("reference"), id});
    put(kResidueCard, id, other,
        {std::string("a wish"), subject.text(), text_of("mention"), FieldValue()});
    give(kResidueCard, id, "friend_face", text_of("mentioned blob"));
    write_voice(person, id);
    write_pulse(person);
    must(silo().note(use(), "looked.up", R"({"why":"test"})", {subject, text_of("journal")}));
    must(silo().note(use(), "looked.up", R"({"why":"test"})", {subject, text_of("journal")}));
    const Record secret{kResidueSecret, id, subject, "api", {text_of("refused")}, {}};
    require(!silo().put(use(), secret), "no clause allows it");
    log_.info("wrote of somebody", {{"number", std::uint64_t{person}}});
    require(canaries_.size() % kPerPerson == 0, "each person has as many texts");
  }
  void write_voice(std::size_t person, const std::string& id) {
    put(kResidueVoice, id, subjects_[person], {text(person, "record"), FieldValue(), FieldValue()});
    constexpr std::size_t kPiece = 256U << 10;
    Bytes sound = text(person, "blob");
    sound.append(kPiece - sound.size() - 10, '.').append(text(person, "blob"));  // over an edge
    sound.append(100, '.').append(text(person, "blob"));
    give(kResidueVoice, id, "sound", text(person, "replaced blob"));
    give(kResidueVoice, id, "sound", sound);
    give(kResidueVoice, id, "transcript", text(person, "blob"));
  }
  void write_pulse(std::size_t person) {
    const SeriesId series =
        must(silo().series(use(), kResiduePulse, text(person, "series name"), subjects_[person]));
    for (int batch = 0; batch < 2; ++batch) {
      std::vector<SeriesSample> samples;
      for (int i = 0; i < 5; ++i) {
        Sample sample;
        sample.at = sample.device = sample.arrival = clock_.now();
        sample.value = text(person, "series");
        samples.push_back({series, std::move(sample)});
        clock_.advance(Duration::milliseconds(1));
      }
      must(silo().append(use(), {"", 0, std::move(samples)}));
    }
  }

  bool is_read(const Canary& canary) {
    if (by_text_.empty()) read_all();
    return by_text_.contains(canary.text);
  }
  void read_all() {
    const auto keep = [&](std::string_view content) {
      for (std::size_t at = content.find("canary-"); at != content.npos;
           at = content.find("canary-", at + 1)) {
        by_text_.emplace(content.substr(at, 31));
      }
    };
    const Access access = use();
    for (const policy::Kind& kind : store_->policy()->kinds()) {
      if (kind.id.number < 30 || kind.id.number > 34) continue;
      if (kind.shape == policy::Shape::kSeries) {
        for (const SeriesName& series : must(silo().list_series(access, kind.id, {}))) {
          keep(series.name);
          must(silo().read(access, series.id, {}, [&](const SampleView& sample) {
            keep(sample.text);
            return true;
          }));
        }
        continue;
      }
      std::string after;
      do {
        const Page page = must(silo().scan(access, kind.id, {}, after, 500));
        for (const Record& record : page.records) read_record(kind, record, keep);
        after = page.next;
      } while (!after.empty());
    }
  }
  void read_record(const policy::Kind& kind, const Record& record,
                   const std::function<void(std::string_view)>& keep) {
    for (std::size_t i = 0; i < kind.fields.size(); ++i) {
      if (const auto* told = std::get_if<std::string>(&record.fields[i])) keep(*told);
      if (kind.fields[i].type != policy::FieldType::kBlob) continue;
      Bytes content;
      must(silo().read_blob(use(), {kind.id, record.id, kind.fields[i].name}, 0, [&](BytesView b) {
        content += b;
        return true;
      }));
      keep(content);
    }
  }

  const std::string directory_;
  ManualClock clock_{TemporaryStore::kStart};
  TestRandom random_;
  const std::size_t people_;
  const std::string log_file_;
  Log log_{clock_, LogLevel::kDebug, [this](std::string_view line) {
             const int file = ::open(log_file_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
             require(::write(file, line.data(), line.size()) >= 0, "the log is written");
             ::close(file);
           }};
  const std::shared_ptr<const policy::Policy> policy_ =
      policy::policy_of(heed_text_with(kResidueKinds));
  std::unique_ptr<Store> store_;
  OrganizationId organization_;
  std::vector<SubjectId> subjects_;
  std::vector<Canary> canaries_;
  std::uint64_t generations_ = 0;
  std::set<std::string, std::less<>> by_text_;
};

}  // namespace heed::silo
