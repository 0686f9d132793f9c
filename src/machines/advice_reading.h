// A machine's recommendations from what is stored, under the caller's access.
#pragma once

#include "machines/advice_book.h"
#include "machines/oee_reading.h"

namespace heed::machines {

Governed<AdviceList> load_advice(const Reading& reading, const OeeSources& sources,
                                 const AdviceBook& book);

}  // namespace heed::machines
