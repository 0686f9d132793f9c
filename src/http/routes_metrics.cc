// Figures for whoever watches the server by a program: /metrics, as Prometheus scrapes it. An
// operator sees every silo, all others those of their own organizations.
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "http/asked.h"
#include "http/metrics_machines.h"
#include "http/metrics_text.h"
#include "http/principal.h"
#include "http/routes.h"

namespace heed::http {
namespace {

struct Measured {
  std::string organization;
  silo::SiloStatistics now;
};

/// Bytes of this process that are in memory; 0 where the system does not tell.
double resident_bytes() {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen("/proc/self/statm", "r"),
                                                             std::fclose);
  unsigned long long size = 0;
  unsigned long long resident = 0;
  if (!file || std::fscanf(file.get(), "%llu %llu", &size, &resident) != 2) return 0;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

void write_lateness(MetricsText& out, const std::vector<Measured>& silos) {
  out.gauge("heed_overdue_seconds",
            "How long ago the oldest thing that should be gone was due, by clock: logical (items "
            "past their deadline), physical (bytes of removed items past their bound)");
  for (const auto& [organization, now] : silos) {
    out.sample({{"organization", organization}, {"clock", "logical"}}, now.overdue.in_seconds());
    out.sample({{"organization", organization}, {"clock", "physical"}},
               now.physically_overdue.in_seconds());
  }
  out.gauge("heed_remains_age_seconds", "How long bytes of removed items may have lain in files");
  for (const auto& [organization, now] : silos) {
    out.sample({{"organization", organization}}, now.remains.in_seconds());
  }
  out.gauge("heed_last_scrub_timestamp_seconds",
            "When files were last written anew so that removed bytes are gone, since the start");
  for (const auto& [organization, now] : silos) {
    if (!now.scrubbed) continue;
    out.sample({{"organization", organization}}, static_cast<double>(now.scrubbed->seconds()));
  }
  out.counter("heed_erasures_total", "Persons erased");
  for (const auto& [organization, now] : silos) {
    out.sample({{"organization", organization}}, static_cast<double>(now.erasures));
  }
}

void write_sizes(MetricsText& out, const std::vector<Measured>& silos) {
  out.gauge("heed_silo_size_bytes", "Files of the silo's database without its write-ahead log");
  for (const auto& [organization, now] : silos) {
    out.sample({{"organization", organization}}, static_cast<double>(now.file_bytes));
  }
  out.gauge("heed_series_samples", "Samples held, by place: head (in memory), sealed (in chunks)");
  for (const auto& [organization, now] : silos) {
    out.sample({{"organization", organization}, {"place", "head"}},
               static_cast<double>(now.head_samples));
    out.sample({{"organization", organization}, {"place", "sealed"}},
               static_cast<double>(now.sealed_samples));
  }
  out.gauge("heed_series_sealed_bytes", "Keys and values of sealed chunks");
  for (const auto& [organization, now] : silos) {
    out.sample({{"organization", organization}}, static_cast<double>(now.sealed_bytes));
  }
  out.counter("heed_journal_entries_total", "Entries of the journal");
  for (const auto& [organization, now] : silos) {
    out.sample({{"organization", organization}}, static_cast<double>(now.journal_entries));
  }
}

/// Those that whoever asks may see; an organization whose policy or silo says no has none.
std::vector<WatchedMachine> machines_of(const Api& api, const Context& context) {
  std::vector<WatchedMachine> watched;
  const policy::Access access = access_of(context.principal, *api.store.policy());
  for (const OrganizationId organization : context.principal.organizations) {
    const auto floor = api.machines(organization);
    if (!floor) continue;
    auto cards = (*floor)->board(access);
    if (!cards) continue;
    for (machines::Card& card : *cards) watched.push_back({organization.text(), std::move(card)});
  }
  return watched;
}

Asked<Response> show_metrics(const Api& api, const Context& context) {
  std::vector<Measured> silos;
  std::uint64_t closed = 0;
  for (const OrganizationId organization : api.store.organizations()) {
    if (!context.principal.operates && !context.principal.belongs_to(organization)) continue;
    const auto silo = api.store.silo(organization);
    if (!silo) {
      ++closed;
      continue;
    }
    silos.push_back({organization.text(), (*silo)->statistics()});
  }
  MetricsText out;
  write_lateness(out, silos);
  write_sizes(out, silos);
  write_machine_metrics(out, machines_of(api, context));
  out.gauge("heed_silos_unavailable", "Silos that could not be opened; the log says why");
  out.sample({}, static_cast<double>(closed));
  out.gauge("heed_build_info", "1, with the version of the program");
  out.sample({{"version", api.version}}, 1);
  out.gauge("process_resident_memory_bytes", "Memory of this process");
  out.sample({}, resident_bytes());
  return text(out.take(), kMetricsType);
}

}  // namespace

void add_metric_routes(Router& router, const Api& api) {
  router.add({.method = Method::kGet,
              .pattern = "/metrics",
              .name = "show_metrics",
              .summary = "Figures in Prometheus' text format: for an operator of every silo, for "
                         "all others of their own organizations'",
              .need = Need::kSessionOrKey,
              .answers = {{.body = Body{.schema = {}, .type = std::string(kMetricsType)}}},
              .handler = bind(api, show_metrics)});
}

}  // namespace heed::http
