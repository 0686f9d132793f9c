#include "box/driver.h"

#include "box/linuxcnc_driver.h"
#include "box/mtconnect_driver.h"
#include "box/shdr_driver.h"

namespace heed::box {

std::unique_ptr<Driver> make_driver(Protocol protocol, const Endpoint& endpoint,
                                    const std::string& cursor, DriverPlace place,
                                    DriverListener& listener) {
  switch (protocol) {
    case Protocol::kShdr: return make_shdr_driver(endpoint, cursor, place, listener);
    case Protocol::kMtconnect: return make_mtconnect_driver(endpoint, cursor, place, listener);
    case Protocol::kLinuxcnc: return make_linuxcnc_driver(endpoint, cursor, place, listener);
  }
  return nullptr;
}

}  // namespace heed::box
