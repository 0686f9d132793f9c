#include "policy/heed_policy.h"

namespace heed::policy {
namespace {

constexpr Duration kTenYears = Duration::days(3'652);
/// Thirteen months at their shortest: a promise of time is kept by the shorter reading.
constexpr Duration kThirteenMonths = Duration::days(394);

void declare_words(TableBuilder& b) {
  for (const char* word : {"machine_data.production", "machine_data.dimensional",
                           "machine_data.program_text", "personal.identity", "personal.contact",
                           "personal.account", "personal.credential", "usage", "administration"}) {
    b.category(word);
  }
  for (const char* word :
       {"service.monitoring", "service.transfer", "service.support", "service.billing",
        "service.sign_in", "improvement", "reports", "marketing", "operation"}) {
    b.purpose(word);
  }
  for (const char* word : {"organization", "staff", "engine", "processor.mail", "processor.sms",
                           "processor.payments", "processor.hosting", "third_party", "authority"}) {
    b.party(word);
  }
}

void write_uses(TableBuilder& b) {
  b.clause("3.1", "What we collect serves the service that you asked for, and is shown to you.")
      .allow("any", "service", "organization")
      .allow("any", "service", "engine");
  b.clause("3.2",
           "What your machines say stays in your organization's own silo. It improves no product, "
           "sells nothing and goes to nobody else.")
      .deny("machine_data", "improvement", "any")
      .deny("machine_data", "marketing", "any")
      .deny("machine_data", "any", "staff")
      .deny("machine_data", "any", "processor")
      .deny("machine_data", "any", "third_party");
  b.clause("3.3", "Reports about your organization are made for your organization.")
      .allow("any", "reports", "organization")
      .allow("any", "reports", "engine");
  b.clause("3.4", "How the service is used, and that alone, helps us to improve it.")
      .allow("usage", "improvement", "engine")
      .allow("usage", "improvement", "staff");
  b.clause("3.5", "News about the service goes to who wants it, and never to a minor.")
      .allow("personal.contact", "marketing", "engine", {},
             {Condition::kOptedOut, Condition::kMinor});
  b.clause("3.6", "To keep the service running, the program itself handles what it stores.")
      .allow("any", "operation", "engine");
}

void write_sharing(TableBuilder& b) {
  b.clause("4.1", "Who runs the service sees your account when you ask for help.")
      .allow("personal.identity", "service.support", "staff")
      .allow("personal.contact", "service.support", "staff")
      .allow("personal.account", "service.support", "staff")
      .allow("administration", "service.support", "staff");
  b.clause("4.2", "A provider gets what its task needs, while its contract is in force.")
      .allow("personal.contact", "service", "processor.mail", {Condition::kContractValid})
      .allow("personal.contact", "service", "processor.sms", {Condition::kContractValid})
      .allow("personal.identity", "service.billing", "processor.payments",
             {Condition::kContractValid})
      .allow("personal.contact", "service.billing", "processor.payments",
             {Condition::kContractValid});
  b.clause("6.1", "Passwords and keys are read by the program alone and shown to nobody.")
      .deny("personal.credential", "any", "organization")
      .deny("personal.credential", "any", "staff")
      .deny("personal.credential", "any", "processor")
      .deny("personal.credential", "any", "third_party")
      .deny("personal.credential", "any", "authority");
}

void write_keeping(TableBuilder& b) {
  b.clause("9.1",
           "We keep what your machines say, your account and what the program notes about its work "
           "for ten years, and how the service is used for thirteen months.")
      .keep("machine_data", kTenYears)
      .keep("personal", kTenYears)
      .keep("administration", kTenYears)
      .keep("usage", kThirteenMonths);
}

}  // namespace

std::shared_ptr<const Table> heed_policy() {
  TableBuilder builder("heed", 1);
  declare_words(builder);
  write_uses(builder);
  write_sharing(builder);
  write_keeping(builder);
  return std::make_shared<const Table>(std::move(builder).build());
}

}  // namespace heed::policy
