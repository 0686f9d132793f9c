# Every library the house stands on, one target each; docs/DEPENDENCIES.md says why each is here.
# All come from Debian 12 (tools/packages.txt).

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(fmt 9 REQUIRED)

function(heed_library name)
  add_library(lib_${name} INTERFACE)
  target_link_libraries(lib_${name} INTERFACE ${ARGN})
endfunction()

# Found by name, in the default paths of Debian: neither ships a CMake package that works with lld.
heed_library(rocksdb rocksdb)
heed_library(zstd zstd)
heed_library(zlib z)
heed_library(expat expat)
heed_library(sodium sodium)
heed_library(curl curl)
heed_library(mosquitto mosquitto)
heed_library(modbus modbus)  # tests only
heed_library(openssl OpenSSL::SSL OpenSSL::Crypto)
heed_library(fmt fmt::fmt)
heed_library(date date-tz)

# One place for every BOOST_ definition: they must be the same in all files (asio#1635).
heed_library(boost boost_json)
target_compile_definitions(lib_boost INTERFACE
  BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING
  BOOST_ASIO_SEPARATE_COMPILATION
  BOOST_BEAST_SEPARATE_COMPILATION
  BOOST_ASIO_NO_DEPRECATED)
