// PostgreSQL's side: a table with one index a field of metadata, or none; prepared statements, a
// connection for each client, every change committed by itself and synced (fsync and
// synchronous_commit are on unless somebody turned them off: open_postgres() refuses then).
#include <fmt/core.h>
#include <libpq-fe.h>

#include <charconv>

#include "bench/gdpr/target.h"

namespace heed::bench::gdpr {
namespace {

/// When all records were stored and all operations are asked: both sides leave out what has
/// ended, and nothing ends in the middle of a run.
constexpr std::string_view kStored = "1700000000";
constexpr std::string_view kNow = "1700000001";
constexpr std::string_view kAll =
    "key, purpose, time_to_live, user_name, objection, automated, access_list, shared_with, "
    "origin, category";
constexpr std::string_view kLive = "stored + time_to_live > ";

class Answer {
 public:
  explicit Answer(PGresult* result) : result_(result, &PQclear) {}
  bool ok() const {
    const auto status = PQresultStatus(result_.get());
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_COPY_IN;
  }
  std::string why() const { return PQresultErrorMessage(result_.get()); }
  bool deadlocked() const {
    const char* state = PQresultErrorField(result_.get(), PG_DIAG_SQLSTATE);
    return state != nullptr && std::string_view(state) == "40P01";
  }
  std::uint64_t rows() const { return static_cast<std::uint64_t>(PQntuples(result_.get())); }
  std::uint64_t changed() const { return number(PQcmdTuples(result_.get())); }
  std::string_view text() const { return PQgetvalue(result_.get(), 0, 0); }
  static std::uint64_t number(std::string_view text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }

 private:
  std::unique_ptr<PGresult, decltype(&PQclear)> result_;
};

class Connection {
 public:
  static Result<std::unique_ptr<Connection>> open(const std::string& where) {
    std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(where.c_str()), &PQfinish);
    if (PQstatus(connection.get()) != CONNECTION_OK) {
      return fail(ErrorKind::kUnavailable, PQerrorMessage(connection.get()),
                  "start PostgreSQL and pass --connect, or use bench/gdpr_peers.py");
    }
    return std::make_unique<Connection>(std::move(connection));
  }
  explicit Connection(std::unique_ptr<PGconn, decltype(&PQfinish)> connection)
      : connection_(std::move(connection)) {}

  Result<Answer> say(const std::string& sql) {
    return checked(PQexec(connection_.get(), sql.c_str()));
  }
  Result<void> prepare(const std::string& name, const std::string& sql) {
    const auto made = checked(PQprepare(connection_.get(), name.c_str(), sql.c_str(), 0, nullptr));
    if (!made) return std::unexpected(made.error());
    return {};
  }
  Result<Answer> run(const std::string& name, const std::vector<std::string>& values) {
    std::vector<const char*> pointers;
    pointers.reserve(values.size());
    for (const auto& value : values) pointers.push_back(value.c_str());
    // Updates of the same purpose by two clients may lock each other out; the one that the server
    // gives up is to be sent again, as its manual says (13.3.4), and that takes its time.
    constexpr int kMostTries = 100;
    for (int tries = 1;; ++tries) {
      Answer answer(PQexecPrepared(connection_.get(), name.c_str(), static_cast<int>(values.size()),
                                   pointers.data(), nullptr, nullptr, 0));
      if (!answer.deadlocked() || tries == kMostTries) return checked(std::move(answer));
    }
  }
  Result<void> copy(const std::string& into, const std::string& lines) {
    auto begun = say("COPY " + into + " FROM STDIN");
    if (!begun) return std::unexpected(begun.error());
    PQputCopyData(connection_.get(), lines.data(), static_cast<int>(lines.size()));
    PQputCopyEnd(connection_.get(), nullptr);
    const auto ended = checked(PQgetResult(connection_.get()));
    if (!ended) return std::unexpected(ended.error());
    PQclear(PQgetResult(connection_.get()));
    return {};
  }
  Result<std::uint64_t> number(const std::string& sql) {
    ASSIGN_OR_RETURN(const Answer answer, say(sql));
    return Answer::number(answer.text());
  }

 private:
  static Result<Answer> checked(PGresult* result) { return checked(Answer(result)); }
  static Result<Answer> checked(Answer answer) {
    if (!answer.ok()) return fail(ErrorKind::kInternal, "PostgreSQL: " + answer.why(), "");
    return answer;
  }
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

std::string where(bool by_user, int now) {
  return fmt::format(" WHERE {} = $1 AND {}${}::bigint", by_user ? "user_name" : "purpose", kLive,
                     now);
}

std::string update_name(bool by_user, std::size_t field) {
  return fmt::format("update_{}_{}", by_user ? "user" : "purpose", field);
}

class PostgresClient final : public Client {
 public:
  PostgresClient(std::unique_ptr<Connection> connection, const TargetOptions& options)
      : connection_(std::move(connection)), options_(options) {}

  Result<void> prepare() {
    const std::string page = options_.page == 0 ? "" : fmt::format(" LIMIT {}", options_.page);
    const std::string live = fmt::format(" AND {}", kLive);
    std::vector<std::pair<std::string, std::string>> statements = {
        {"insert",
         "INSERT INTO records VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"},
        {"read", "SELECT data FROM records WHERE key = $1" + live + "$2::bigint"},
        {"read_purpose", fmt::format("SELECT {} FROM records{}{}", kAll, where(false, 2), page)},
        {"read_user", fmt::format("SELECT {} FROM records{}{}", kAll, where(true, 2), page)},
        {"update", "UPDATE records SET data = $2 WHERE key = $1" + live + "$3::bigint"},
        {"delete", "DELETE FROM records WHERE key = $1"},
        {"delete_user", "DELETE FROM records WHERE user_name = $1"},
        {"log", fmt::format("SELECT number, at, actor, what, detail FROM log WHERE number >= "
                            "$1::bigint ORDER BY number LIMIT {}",
                            kLogPage)}};
    for (std::size_t field = 0; field < kFields; ++field) {
      for (const bool by_user : {false, true}) {
        statements.emplace_back(
            update_name(by_user, field),
            fmt::format("UPDATE records SET {} = $2{}", kFieldNames[field], where(by_user, 3)));
      }
    }
    for (const auto& [name, sql] : statements) {
      if (auto made = connection_->prepare(name, sql); !made) return made;
    }
    return {};
  }

  Result<std::uint64_t> run(const Operation& o) override {
    const Trace& trace = *options_.trace;
    const std::string now(kNow);
    switch (o.action) {
      case Action::kInsert: return insert(trace.item(o.record));
      case Action::kRead: return rows("read", {trace.key(o.record), now});
      case Action::kReadByPurpose: return rows("read_purpose", {trace.purpose(o.record), now});
      case Action::kReadByUser: return rows("read_user", {trace.user_name(o.record), now});
      case Action::kUpdate: return changed("update", {trace.key(o.record), o.value, now});
      case Action::kUpdateByPurpose:
        return changed(update_name(false, o.field), {trace.purpose(o.record), o.value, now});
      case Action::kUpdateByUser:
        return changed(update_name(true, o.field), {trace.user_name(o.record), o.value, now});
      case Action::kDelete: return changed("delete", {trace.key(o.record)});
      case Action::kDeleteUser: return changed("delete_user", {trace.user_name(o.record)});
      case Action::kReadLog:
        return rows("log", {std::to_string(1 + o.record % options_.log_entries)});
    }
    return 0;
  }

 private:
  Result<std::uint64_t> rows(const std::string& name, const std::vector<std::string>& values) {
    ASSIGN_OR_RETURN(const Answer answer, connection_->run(name, values));
    return answer.rows();
  }
  Result<std::uint64_t> changed(const std::string& name, const std::vector<std::string>& values) {
    ASSIGN_OR_RETURN(const Answer answer, connection_->run(name, values));
    return answer.changed();
  }
  Result<std::uint64_t> insert(const Item& item) {
    std::vector<std::string> values = {item.key};
    for (const auto& field : item.metadata) values.push_back(field);
    values.emplace_back(kStored);
    values.push_back(item.data);
    return changed("insert", values);
  }

  const std::unique_ptr<Connection> connection_;
  const TargetOptions& options_;
};

class PostgresTarget final : public Target {
 public:
  PostgresTarget(std::unique_ptr<Connection> connection, const TargetOptions& options)
      : connection_(std::move(connection)), options_(options) {}

  Result<void> make_tables() {
    std::string sql =
        "DROP TABLE IF EXISTS records, log; CREATE TABLE records (key text PRIMARY KEY, purpose "
        "text NOT NULL, time_to_live bigint NOT NULL, user_name text NOT NULL, objection text NOT "
        "NULL, automated text NOT NULL, access_list text NOT NULL, shared_with text NOT NULL, "
        "origin text NOT NULL, category text NOT NULL, stored bigint NOT NULL, data text NOT "
        "NULL); CREATE TABLE log (number bigserial PRIMARY KEY, at timestamptz NOT NULL, actor "
        "text NOT NULL, what text NOT NULL, detail text NOT NULL);";
    for (const auto field : kFieldNames) {
      if (options_.indexes) sql += fmt::format(" CREATE INDEX ON records ({});", field);
    }
    for (const char* setting : {"fsync", "synchronous_commit", "full_page_writes"}) {
      ASSIGN_OR_RETURN(const Answer is, connection_->say(fmt::format("SHOW {}", setting)));
      if (is.text() != "on") {
        return fail(ErrorKind::kInvalid, fmt::format("PostgreSQL runs without {}", setting),
                    "measure it as durable as the other side");
      }
    }
    const auto made = connection_->say(sql);
    if (!made) return std::unexpected(made.error());
    return {};
  }

  Result<std::unique_ptr<Client>> client() override {
    ASSIGN_OR_RETURN(auto connection, Connection::open(options_.connection));
    auto client = std::make_unique<PostgresClient>(std::move(connection), options_);
    if (auto made = client->prepare(); !made) return std::unexpected(made.error());
    return client;
  }

  Result<void> load(std::uint64_t first, std::uint64_t last) override {
    constexpr std::uint64_t kAtOnce = 10'000;
    for (std::uint64_t from = first; from < last; from += kAtOnce) {
      std::string lines;
      for (std::uint64_t n = from; n < std::min(last, from + kAtOnce); ++n) {
        const Item item = options_.trace->item(n);
        lines += item.key;
        for (const auto& field : item.metadata) lines += "\t" + field;
        lines += fmt::format("\t{}\t{}\n", kStored, item.data);
      }
      if (auto copied = connection_->copy("records", lines); !copied) return copied;
    }
    const auto analyzed = connection_->say("ANALYZE records");
    if (!analyzed) return std::unexpected(analyzed.error());
    return {};
  }

  Result<void> load_log(std::uint64_t entries) override {
    std::string lines;
    for (std::uint64_t i = 0; i < entries; ++i) {
      lines += "2023-11-14 22:13:20Z\tbench\tgdpr_record.read\t{\"fields\":[\"data\"]}\n";
    }
    return connection_->copy("log (at, actor, what, detail)", lines);
  }

  Result<void> tidy_up() override {
    const auto done = connection_->say("VACUUM records");
    if (!done) return std::unexpected(done.error());
    return {};
  }

  Result<Space> space() override {
    if (auto written = connection_->say("CHECKPOINT"); !written) {
      return std::unexpected(written.error());
    }
    ASSIGN_OR_RETURN(const auto data,
                     connection_->number("SELECT pg_total_relation_size('records')"));
    ASSIGN_OR_RETURN(const auto log, connection_->number("SELECT sum(size) FROM pg_ls_waldir()"));
    return Space{data, data + log};
  }

  Result<std::uint64_t> count() override {
    return connection_->number("SELECT count(*) FROM records");
  }

 private:
  const std::unique_ptr<Connection> connection_;
  const TargetOptions& options_;
};

}  // namespace

Result<std::unique_ptr<Target>> open_postgres(const TargetOptions& options) {
  ASSIGN_OR_RETURN(auto connection, Connection::open(options.connection));
  auto target = std::make_unique<PostgresTarget>(std::move(connection), options);
  if (auto made = target->make_tables(); !made) return std::unexpected(made.error());
  return target;
}

}  // namespace heed::bench::gdpr
