#include "box/driver.h"

#include "box/shdr_driver.h"

namespace heed::box {

std::unique_ptr<Driver> make_driver(Protocol protocol, const Endpoint& endpoint,
                                    const std::string& cursor, DriverPlace place,
                                    DriverListener& listener) {
  switch (protocol) {
    case Protocol::kShdr:
    case Protocol::kMtconnect:
    case Protocol::kLinuxcnc: return make_shdr_driver(endpoint, cursor, place, listener);
  }
  return nullptr;
}

}  // namespace heed::box
