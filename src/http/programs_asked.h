// What requests about programs have in common. Only routes_*.cc include this.
#pragma once

#include "http/asked.h"
#include "machines/programs.h"

namespace heed::http {

/// The programs of the organization in the path, and the asker's standing for service.transfer.
struct Shelf {
  std::shared_ptr<machines::Machines> machines;
  policy::Access access;
  machines::Programs& programs() const { return machines->programs(); }
};
Asked<Shelf> shelf_of(const Api& api, const Context& context);

struct AtProgram {
  Shelf shelf;
  machines::ProgramId id;
};
Asked<AtProgram> program_of(const Api& api, const Context& context);

struct AtShelfMachine {
  Shelf shelf;
  machines::Machine machine;
};
/// The machine in the path, which is there.
Asked<AtShelfMachine> shelf_machine_of(const Api& api, const Context& context);

/// The revision's number in the path or, with a name, in the query; 404 if it is none.
Asked<std::uint32_t> revision_of(const Context& context);
/// What a room says of a field ("name: …") becomes the problem's field.
template <class T>
Asked<T> of_room(policy::Governed<T> result);
Refused refusal_of(const policy::Withheld& why);

template <class T>
Asked<T> of_room(policy::Governed<T> result) {
  if (!result) return std::unexpected(refusal_of(result.error()));
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return *std::move(result);
  }
}

}  // namespace heed::http
