// For tests and benchmarks: the policy of a house with many shops, whose kinds are owned, referred
// to, indexed, shared and counted in every way there is. Never included by the program.
#pragma once

#include "silo/testing.h"

namespace heed::silo {

namespace mall {
constexpr KindId kNote{30};
constexpr KindId kAlbum{31};
constexpr KindId kReply{32};
constexpr KindId kVisit{33};
constexpr KindId kChoice{34};
constexpr KindId kPhoto{35};
constexpr KindId kGauge{40};
constexpr KindId kPose{41};
}  // namespace mall

inline std::shared_ptr<const policy::Policy> mall_policy() {
  return policy::policy_of(R"(
policy mall "Shops under one roof" version 2026-01-01 uses heed_words
category taste "what somebody likes"
source site { form }
kind note 30 record of taste {
  said text  topic text indexed  friend subject on erasure empties
}
kind album 31 record of taste { title text  partner subject on erasure owns }
kind reply 32 record of taste { body text  note reference to note on erasure removes }
kind visit 33 record of usage { page text }
kind choice 34 record of request { says text }
kind photo 35 record of taste {
  title text  partner subject on erasure owns  guest subject on erasure empties
  picture blob  portrait blob with guest
}
kind gauge 40 series of machine_data.production { value text }
kind pose 41 series of usage { value text }
clause 1 "Everybody works with what is their own." {
  allow any for service, operation to organization, engine  allow any for collection to engine
}
clause 2 "A provider gets what its task needs." {
  allow taste for service.billing to processor.payments
}
clause 3 "It gets nothing without a contract." { expire sharing with processor at contract_end }
clause 4 "Staff sees groups of two." {
  allow taste for improvement to staff  aggregate taste for improvement to staff at least 2
}
clause 5 "Nobody else." { deny any to third_party unless required_by_law  deny special }
clause 9 "Two months, and visits twenty days." {
  keep taste, machine_data, administration, request, personal for 60 days
  keep usage for 20 days
}
)");
}

}  // namespace heed::silo
