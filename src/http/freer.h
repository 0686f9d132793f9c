// Frees what a C library gave, with the function it gives for that.
#pragma once

namespace heed::http {

/// For std::unique_ptr: `std::unique_ptr<BIO, Freer<BIO_free_all>>`.
template <auto kFree>
struct Freer {
  template <class T>
  void operator()(T* pointer) const {
    kFree(pointer);
  }
};

}  // namespace heed::http
