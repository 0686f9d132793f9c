// The command line of heed.
#include <fmt/core.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <map>
#include <string>
#include <string_view>

#include "app/arguments.h"
#include "app/backup_command.h"
#include "app/erasure_command.h"
#include "app/inventory.h"
#include "app/journal_command.h"
#include "app/keys_command.h"
#include "app/policy_command.h"
#include "app/program_command.h"
#include "app/report.h"
#include "app/report_command.h"
#include "app/serve.h"
#include "app/silo_command.h"

namespace {

void add_backup(CLI::App* serve, heed::app::ServeOptions& options) {
  const std::map<std::string, std::uint64_t> units = {{"m", 60}, {"h", 3'600}, {"d", 86'400}};
  CLI::Option* to = serve->add_option("--backup-to", options.backup.repository,
                                      "Make backups of all silos into this directory, while the "
                                      "server runs; heed backup --help tells more");
  const auto every = [&options](const std::uint64_t& seconds) {
    options.backup.every = heed::Duration::seconds(static_cast<std::int64_t>(seconds));
  };
  serve
      ->add_option_function<std::uint64_t>("--backup-every", every,
                                           "How often, as 90m, 24h or 7d (default: 24h)")
      ->transform(CLI::AsNumberWithUnit(units, CLI::AsNumberWithUnit::UNIT_REQUIRED, "SPAN"))
      ->check(CLI::Range(60, 31'536'000))
      ->needs(to);
  serve
      ->add_option("--backup-keep", options.backup.keep,
                   "How many of the newest generations stay; 0 keeps all")
      ->capture_default_str()
      ->needs(to);
}

void add_serve(CLI::App& program, heed::app::ServeOptions& options, bool& verbose) {
  CLI::App* serve =
      program.add_subcommand("serve", "Run the server with its box and its browser interface");
  serve->add_option("--data", options.data, "Directory for everything the server keeps")
      ->capture_default_str();
  serve->add_option("--keys", options.keys,
                    "Directory of the key ring (default: keys in the data directory; better on "
                    "another disk, since whoever has both can read everything)");
  heed::app::add_key_options(*serve, options.key_access);
  serve
      ->add_option("--listen", options.listen,
                   "Address and port. Loopback is plain HTTP; any other address is TLS 1.2 or "
                   "newer, with a certificate made at the first start unless you give your own")
      ->capture_default_str();
  CLI::Option* key = serve
                         ->add_option("--certificate-key", options.certificate_key,
                                      "The private key of your certificate, PEM")
                         ->check(CLI::ExistingFile);
  serve->add_option("--certificate", options.certificate, "Your certificate chain, PEM")
      ->check(CLI::ExistingFile)
      ->needs(key);
  serve->add_option("--host-name", options.host_names,
                    "A name under which browsers reach the server; may be given several times");
  serve->add_option("--sign-in-link", options.sign_in_link,
                    "Print a one-time sign-in link for the account with this e-mail address");
  serve
      ->add_option("--policy", options.policy,
                   "The policy to run under (default: heed's own at the first start, then the one "
                   "in force)")
      ->check(CLI::ExistingFile);
  add_backup(serve, options);
  serve
      ->add_option("--purge-within", options.purge_within,
                   "Within which the bytes of what was removed or erased are gone from every file: "
                   "1m to 30d. Shorter writes files anew more often")
      ->capture_default_str();
  serve
      ->add_option(
          "--recovery-days", options.recovery_days,
          "How many days who asks to be forgotten may come back, with a code that only they "
          "have; 0: not at all")
      ->check(CLI::Range(0, 365))
      ->capture_default_str();
  serve
      ->add_option("--cache", options.cache,
                   "MiB of memory for what was read of the silos' files (default: a sixteenth of "
                   "the machine's, 16 to 1024)")
      ->check(CLI::Range(1, 1 << 20));
  serve->add_flag("--demonstration", options.demonstration,
                  "Show two organizations whose machines play recordings of real runs");
  serve->add_option("--demonstration-linuxcnc", options.demonstration_linuxcnc,
                    "host:port of a LinuxCNC (linuxcncrsh) to show in the demonstration");
  serve->add_flag("--verbose", verbose, "Log what happens, not only what goes wrong");
  // One file instead of many flags: the same names, as TOML.
  serve->set_config("--config", "", "Read these options from a file (name = value, one a line)");
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view first = argc > 1 ? argv[1] : "";
  // These have options and help of their own.
  if (first == "policy") {
    return heed::app::policy_command(argc - 1, argv + 1, heed::app::inventory);
  }
  if (first == "journal") return heed::app::journal_command(argc - 1, argv + 1);
  if (first == "report") return heed::app::report_command(argc - 1, argv + 1);
  if (first == "program") return heed::app::program_command(argc - 1, argv + 1);
  if (first == "keys") return heed::app::keys_command(argc - 1, argv + 1);
  if (first == "backup") return heed::app::backup_command(argc - 1, argv + 1);
  if (first == "silo") return heed::app::silo_command(argc - 1, argv + 1);
  if (first == "restore") return heed::app::restore_command(argc - 1, argv + 1);
  if (first == "drill") return heed::app::drill_command(argc - 1, argv + 1);
  if (first == "erasure") return heed::app::erasure_command(argc - 1, argv + 1);
  CLI::App program(
      "Heed listens to an organization's machines and keeps every byte under its privacy policy.\n"
      "Start with: heed serve --demonstration");
  program.set_version_flag("--version", "heed 0.1.0");
  program.require_subcommand(1);
  heed::app::ServeOptions options;
  bool verbose = false;
  add_serve(program, options, verbose);
  program.add_subcommand("policy", "Check, compare, explain and publish policies");
  program.add_subcommand("report", "Say what came of a day, a week or a month, as a file");
  program.add_subcommand("program", "Check and time the programs of machines");
  program.add_subcommand("keys", "Back up, restore and rotate the keys");
  program.add_subcommand("journal", "Give the journal away, and check what was given");
  program.add_subcommand("backup", "Make, check, list and prune copies of the silos");
  program.add_subcommand("silo", "Export, move or delete one organization's silo as a whole");
  program.add_subcommand("restore", "Bring silos back from a backup");
  program.add_subcommand("drill", "Show that a backup brings nobody back who was erased");
  program.add_subcommand("erasure", "Check the receipt of an erasure");
  if (const auto status = heed::app::answered(program, argc, argv)) return *status;
  if (verbose) options.log = heed::LogLevel::kInfo;
  const auto done = heed::app::serve(options);
  return done ? 0 : heed::app::report(done.error());
}
