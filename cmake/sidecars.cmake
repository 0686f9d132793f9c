# Puts sidecar/opcua/dist/opcua.cjs, the program that reads OPC UA servers, into the box: one
# generated file, made anew whenever that one comes, goes or changes (tools/build makes it). Without it
# the box says how to build it.
#
#   heed_sidecars(heed_box)                                   adds the generated file to a target
#   cmake -DFILE=… -DOUT=… -P cmake/sidecars.cmake            what the build runs

if(CMAKE_SCRIPT_MODE_FILE)
  set(data "")
  set(body "  return {};\n")
  if(EXISTS ${FILE})
    file(SHA256 ${FILE} hash)
    string(SUBSTRING ${hash} 0 24 hash)
    set(data "namespace {\n
constexpr unsigned char kProgram[] = {  // ${hash}\n#embed \"${FILE}\"\n};\n
}  // namespace\n")
    set(body "  return {reinterpret_cast<const char*>(kProgram), sizeof kProgram};\n")
  endif()
  file(WRITE ${OUT} "// Generated from sidecar/opcua/dist by cmake/sidecars.cmake.
#include \"box/opcua_sidecar.h\"

namespace heed::box {
${data}
std::string_view opcua_sidecar() {
${body}}

}  // namespace heed::box
")
  return()
endif()

function(heed_sidecars target)
  set(file ${CMAKE_SOURCE_DIR}/sidecar/opcua/dist/opcua.cjs)
  set(out ${CMAKE_BINARY_DIR}/opcua_sidecar_text.cc)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/sidecar/opcua/dist/*)
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DFILE=${file} -DOUT=${out} -P ${CMAKE_SOURCE_DIR}/cmake/sidecars.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/sidecars.cmake
    COMMENT "Embedding sidecar/opcua" VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()
