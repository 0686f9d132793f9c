#include "machines/glance_book.h"

#include <cmath>

#include "machines/kinds.h"

namespace heed::machines {
namespace {

constexpr std::size_t kPage = 1'000;

enum AuditFieldAt : std::size_t { kDay, kOurs, kTheirs, kDiffers, kDrifts, kChecked, kAuditFields };
enum ForecastFieldAt : std::size_t { kFrom, kAt, kTo, kToGo, kGoal, kTold, kForecastFields };

template <class T>
T value_of(const silo::FieldValue& value) {
  const T* found = std::get_if<T>(&value);
  return found == nullptr ? T() : *found;
}

Duration seconds_of(const silo::FieldValue& value) {
  return Duration::nanoseconds(std::llround(value_of<double>(value) * 1e9));
}

silo::Record record_of(policy::KindId kind, MachineId machine, std::size_t fields) {
  silo::Record record{.kind = kind, .id = machine.text(), .source = "browser"};
  record.fields.resize(fields);
  return record;
}

silo::Record write(MachineId machine, const AuditGlance& audit) {
  silo::Record record = record_of(kind::kMachineAudit, machine, kAuditFields);
  record.fields[kDay] = format_day(audit.day);
  record.fields[kOurs] = audit.ours.in_seconds();
  record.fields[kTheirs] = audit.theirs.in_seconds();
  record.fields[kDiffers] = audit.differs;
  record.fields[kDrifts] = audit.drifts;
  record.fields[kChecked] = audit.checked;
  return record;
}

silo::Record write(MachineId machine, const ForecastGlance& forecast) {
  silo::Record record = record_of(kind::kBatchForecast, machine, kForecastFields);
  record.fields[kFrom] = forecast.from;
  record.fields[kAt] = forecast.at;
  record.fields[kTo] = forecast.to;
  record.fields[kToGo] = forecast.parts_to_go;
  record.fields[kGoal] = forecast.goal;
  record.fields[kTold] = forecast.told;
  return record;
}

void read(const silo::Record& record, std::optional<AuditGlance>& audit) {
  if (record.fields.size() != kAuditFields) return;
  const auto day = parse_day(value_of<std::string>(record.fields[kDay]));
  if (!day) return;
  audit = AuditGlance{.day = *day,
                      .ours = seconds_of(record.fields[kOurs]),
                      .theirs = seconds_of(record.fields[kTheirs]),
                      .differs = value_of<double>(record.fields[kDiffers]),
                      .drifts = value_of<bool>(record.fields[kDrifts]),
                      .checked = value_of<Time>(record.fields[kChecked])};
}

void read(const silo::Record& record, std::optional<ForecastGlance>& forecast) {
  if (record.fields.size() != kForecastFields) return;
  forecast = ForecastGlance{.from = value_of<Time>(record.fields[kFrom]),
                            .at = value_of<Time>(record.fields[kAt]),
                            .to = value_of<Time>(record.fields[kTo]),
                            .parts_to_go = value_of<double>(record.fields[kToGo]),
                            .goal = value_of<double>(record.fields[kGoal]),
                            .told = value_of<Time>(record.fields[kTold])};
}

/// What is refused is not there.
template <class T>
Governed<void> find_one(const silo::Silo& silo, const Access& access, policy::KindId kind,
                        MachineId machine, std::optional<T>& figure) {
  if (!silo.declares(kind)) return {};
  const auto record = silo.find(access, kind, machine.text());
  if (!record && record.error().refusal()) return {};
  if (!record) return std::unexpected(record.error());
  if (*record) read(**record, figure);
  return {};
}

template <class T>
Governed<void> find_all(const silo::Silo& silo, const Access& access, policy::KindId kind,
                        std::optional<T> Glance::* figure, std::map<MachineId, Glance>& all) {
  if (!silo.declares(kind)) return {};
  std::string after;
  do {
    const auto page = silo.scan(access, kind, "", after, kPage);
    if (!page && page.error().refusal()) return {};
    if (!page) return std::unexpected(page.error());
    for (const silo::Record& record : page->records) {
      if (const auto machine = MachineId::parse(record.id)) read(record, all[*machine].*figure);
    }
    after = page->next;
  } while (!after.empty());
  return {};
}

template <class T>
Governed<void> keep(silo::Silo& silo, const Access& access, policy::KindId kind, MachineId machine,
                    const std::optional<T>& figure) {
  if (!silo.declares(kind)) return {};
  if (figure) return silo.put(access, write(machine, *figure));
  if (auto removed = silo.remove(access, kind, machine.text()); !removed) {
    return std::unexpected(removed.error());
  }
  return {};
}

}  // namespace

Governed<Glance> GlanceBook::find(const Access& access, MachineId machine) const {
  Glance glance;
  if (auto found = find_one(*silo_, access, kind::kMachineAudit, machine, glance.audit); !found) {
    return std::unexpected(found.error());
  }
  if (auto found = find_one(*silo_, access, kind::kBatchForecast, machine, glance.forecast);
      !found) {
    return std::unexpected(found.error());
  }
  return glance;
}

Governed<std::map<MachineId, Glance>> GlanceBook::all(const Access& access) const {
  std::map<MachineId, Glance> all;
  if (auto found = find_all(*silo_, access, kind::kMachineAudit, &Glance::audit, all); !found) {
    return std::unexpected(found.error());
  }
  if (auto found = find_all(*silo_, access, kind::kBatchForecast, &Glance::forecast, all); !found) {
    return std::unexpected(found.error());
  }
  return all;
}

Governed<void> GlanceBook::put(const Access& access, MachineId machine,
                               const std::optional<AuditGlance>& audit) const {
  return keep(*silo_, access, kind::kMachineAudit, machine, audit);
}

Governed<void> GlanceBook::put(const Access& access, MachineId machine,
                               const std::optional<ForecastGlance>& forecast) const {
  return keep(*silo_, access, kind::kBatchForecast, machine, forecast);
}

}  // namespace heed::machines
