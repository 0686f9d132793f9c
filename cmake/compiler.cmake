# Flags for our own code. Libraries are included as SYSTEM, so these never judge them.

find_program(CCACHE ccache)
if(CCACHE)
  # The sloppiness lets ccache hit with precompiled headers (docs/adr/001).
  set(launcher ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

add_library(heed_flags INTERFACE)
target_compile_options(heed_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wcast-qual
  -Wnon-virtual-dtor -Woverloaded-virtual -Wformat=2 -Wimplicit-fallthrough -Wextra-semi -Wundef
  -Wunreachable-code -Wthread-safety -Wnull-dereference -Wno-c23-extensions
  -Wno-missing-designated-field-initializers
  -fno-omit-frame-pointer -Xclang -fno-pch-timestamp>)
if(HEED_WERROR)
  target_compile_options(heed_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Werror>)
endif()
target_include_directories(heed_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)

if(HEED_SANITIZE)
  add_compile_options(-fsanitize=${HEED_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${HEED_SANITIZE})
endif()
# One form of position independence for libraries, programs and the precompiled header alike.
add_compile_options(-fPIE)
add_link_options(-pie -fuse-ld=lld-19)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_link_options(-Wl,-z,relro,-z,now)
endif()
if(HEED_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
