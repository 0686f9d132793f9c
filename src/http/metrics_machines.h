// What machines do, as figures for a program that watches: only for who belongs to their
// organization, as running the server gives nobody a look into it.
#pragma once

#include <string>
#include <vector>

#include "http/metrics_text.h"
#include "machines/card.h"

namespace heed::http {

struct WatchedMachine {
  std::string organization;
  machines::Card card;
};
void write_machine_metrics(MetricsText& out, const std::vector<WatchedMachine>& machines);

}  // namespace heed::http
