// Holds a document against MTConnect's published schemas, for tests: xmllint and
// ../shared/data/schemas, without which there is nothing to hold it against.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

#include "wire/mtconnect/vocabulary.h"
#include "wire/mtconnect/writer.h"

namespace heed::wire::mtconnect::testing {

/// Of a document that Heed could have written.
inline Header header() {
  Header header;
  header.instance_id = 1'600'000'000'000;
  header.version = std::string(kVersion);
  header.sender = "heed";
  header.buffer_size = 131'072;
  header.first_sequence = 7;
  header.last_sequence = 41;
  header.next_sequence = 42;
  header.asset_buffer_size = 1;
  header.creation_time = Time::from_milliseconds(1'600'000'000'123);
  header.device_model_change_time = "2020-09-13T12:26:40.000001Z";
  return header;
}

class SchemaCheck {
 public:
  static constexpr std::string_view kSkipped = "../shared/data/schemas or xmllint is not here";

  SchemaCheck() {
    std::string name = "/tmp/heed-schema-XXXXXX";
    if (mkdtemp(name.data()) != nullptr) directory_ = name + "/";
  }
  ~SchemaCheck() {
    for (const char* file : {"document.xml", "extensions.xsd", "both.xsd", "said"}) {
      unlink((directory_ + file).c_str());
    }
    rmdir(directory_.c_str());
  }
  SchemaCheck(const SchemaCheck&) = delete;
  SchemaCheck& operator=(const SchemaCheck&) = delete;

  static bool possible() {
    return access(schema("Streams").c_str(), R_OK) == 0 && access(kProgram, X_OK) == 0;
  }

  /// What xmllint says against it; empty for a valid document. `kind` is Devices, Streams, Assets
  /// or Error; `extensions` is the schema of the types of our own.
  std::string fault_of(std::string_view kind, std::string_view document,
                       std::string_view extensions = {}) {
    const std::string file = directory_ + "document.xml";
    write(file, document);
    std::string against = schema(kind);
    if (!extensions.empty()) {
      write(directory_ + "extensions.xsd", extensions);
      against = directory_ + "both.xsd";
      write(against,
            "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">\n<xs:import "
            "namespace=\"urn:mtconnect.org:MTConnect" +
                std::string(kind) + ":" + std::string(kVersion) + "\" schemaLocation=\"" +
                schema(kind) + "\"/>\n<xs:import namespace=\"" + std::string(kExtensionNamespace) +
                "\" schemaLocation=\"extensions.xsd\"/>\n</xs:schema>\n");
    }
    return run(against, file);
  }

 private:
  static constexpr const char* kProgram = "/usr/bin/xmllint";

  static std::string schema(std::string_view kind) {
    return std::string(HEED_DATA_DIR) + "/schemas/MTConnect" + std::string(kind) + "_" +
           std::string(kVersion) + "_1.0.xsd";
  }
  static void write(const std::string& file, std::string_view text) {
    std::ofstream(file, std::ios::binary) << text;
  }
  std::string run(const std::string& against, const std::string& file) const {
    const std::string said = directory_ + "said";
    const pid_t child = fork();
    if (child == 0) {
      if (freopen(said.c_str(), "w", stderr) == nullptr) _exit(3);
      execl(kProgram, kProgram, "--noout", "--nonet", "--schema", against.c_str(), file.c_str(),
            nullptr);
      _exit(3);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child) return "xmllint does not start";
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
    std::ifstream in(said);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::string directory_;
};

}  // namespace heed::wire::mtconnect::testing
