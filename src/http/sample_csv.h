// Every sample of a data item as CSV (RFC 4180), in pieces, so that years of them need no memory.
#pragma once

#include <memory>
#include <string>

#include "http/http.h"
#include "machines/machines.h"

namespace heed::http {

struct SampleQuery {
  std::shared_ptr<machines::Machines> machines;
  policy::Access access;
  machines::MachineId machine;
  std::string item;
  TimeRange range;
};

/// at,device,arrival,value,placed; an empty value that is not quoted is a gap. Each piece reads
/// anew from where the last one ended, so nothing is held open between two.
BodyStream csv_of_samples(SampleQuery query);

}  // namespace heed::http
