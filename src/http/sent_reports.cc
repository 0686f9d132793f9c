#include "http/sent_reports.h"

#include "http/principal.h"
#include "http/sent_keys.h"

namespace heed::http {

Asked<std::uint64_t> SentReports::take(const Api& api, const Context& context, const AtMachine& at,
                                       machines::Report report,
                                       const std::optional<std::string>& key) {
  ASSIGN_OR_RETURN(const auto machine, at.machines->machine(at.access, at.id));
  if (machine.address != kSentAddress) {
    return refuse(problem(
        Problem{.status = 409,
                .detail = "This machine is read by the server itself.",
                .mend = "Declare a machine with the address \"sent\" for what a program sends."}));
  }
  const Lock lock(turns_.at(machines::MachineId::Hash()(at.id) % turns_.size()));
  ASSIGN_OR_RETURN(const machines::Resume resume, at.machines->resume(at.access, at.id));
  SentKeys sent = SentKeys::parse(resume.cursor);
  if (key) {
    if (const auto number = sent.find(*key)) return *number;
  }
  report.machine = at.id;
  report.recording = machine.recording;
  report.number = resume.last_report + 1;
  if (key) sent.add(*key, report.number);
  report.resume = sent.cursor();
  if (resume.last_report == 0) {
    report.link = machines::Link{.up = true, .words = "sends by HTTP"};
  } else {
    report.model.clear();  // it was told with the first
  }
  const policy::Access access = sender_access_of(context.principal, *api.store.policy());
  ASSIGN_OR_RETURN(const auto recorded, at.machines->record(access, report));
  if (recorded.duplicate) {
    return refuse(problem(Problem{.status = 409,
                                  .detail = "Another sender was faster.",
                                  .mend = "Send it again with the same Idempotency-Key."}));
  }
  return report.number;
}

}  // namespace heed::http
