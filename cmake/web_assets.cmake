# Puts web/dist into the program: one generated file that embeds each asset and its gzip. It is made
# at build time and again whenever a file there comes, goes or changes. Without web/dist the table is
# empty and the server says how to build the interface.
#
#   heed_web_assets(heed_http)                                adds the generated file to a target
#   cmake -DDIST=… -DOUT=… -P cmake/web_assets.cmake          what the build runs

if(CMAKE_SCRIPT_MODE_FILE)
  set(types
    html "text/html\; charset=utf-8" js "text/javascript\; charset=utf-8"
    css "text/css\; charset=utf-8" json application/json webmanifest application/manifest+json
    svg image/svg+xml png image/png ico image/x-icon webp image/webp woff2 font/woff2
    txt "text/plain\; charset=utf-8" map application/json)
  get_filename_component(packed ${OUT} DIRECTORY)
  set(packed ${packed}/web_gzip)
  file(REMOVE_RECURSE ${packed})
  file(MAKE_DIRECTORY ${packed})
  find_program(GZIP gzip)
  file(GLOB_RECURSE files RELATIVE ${DIST} ${DIST}/*)
  list(SORT files)
  set(data "")
  set(table "")
  set(number 0)
  foreach(file ${files})
    get_filename_component(extension ${file} LAST_EXT)
    string(REGEX REPLACE "^\\." "" extension "${extension}")
    set(type application/octet-stream)
    list(FIND types "${extension}" at)
    if(at GREATER -1)
      math(EXPR at "${at} + 1")
      list(GET types ${at} type)
    endif()
    file(SHA256 ${DIST}/${file} hash)
    string(SUBSTRING ${hash} 0 24 hash)
    string(APPEND data
      "constexpr unsigned char kFile${number}[] = {  // ${hash}\n#embed \"${DIST}/${file}\" if_empty(0)\n};\n")
    file(SIZE ${DIST}/${file} size)
    set(zip "{}")
    if(GZIP AND size GREATER 1000 AND type MATCHES "text|json|svg|javascript")
      execute_process(COMMAND ${GZIP} -9 -n -c ${DIST}/${file} OUTPUT_FILE ${packed}/${number}.gz
        COMMAND_ERROR_IS_FATAL ANY)
      string(APPEND data
        "constexpr unsigned char kZip${number}[] = {  // ${hash}\n#embed \"${packed}/${number}.gz\"\n};\n")
      set(zip "view(kZip${number}, sizeof kZip${number})")
    endif()
    string(APPEND table
      "      {\"/${file}\", \"${type}\", view(kFile${number}, ${size}), ${zip}, \"${hash}\"},\n")
    math(EXPR number "${number} + 1")
  endforeach()
  if(number EQUAL 0)
    set(body "  return {};\n")
  else()
    set(body "  static const Asset kAssets[] = {\n${table}  };\n  return kAssets;\n")
    set(data "${data}
std::string_view view(const unsigned char* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}
")
  endif()
  file(WRITE ${OUT} "// Generated from web/dist by cmake/web_assets.cmake.
#include \"http/static_files.h\"

namespace heed::http {
namespace {

${data}
}  // namespace

std::span<const Asset> web_assets() {
${body}}

}  // namespace heed::http
")
  return()
endif()

function(heed_web_assets target)
  set(dist ${CMAKE_SOURCE_DIR}/web/dist)
  set(out ${CMAKE_BINARY_DIR}/web_assets.cc)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${dist}/*)
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DDIST=${dist} -DOUT=${out} -P ${CMAKE_SOURCE_DIR}/cmake/web_assets.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/web_assets.cmake
    COMMENT "Embedding web/dist" VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()
