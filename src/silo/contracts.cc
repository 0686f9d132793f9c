#include "silo/contracts.h"

#include <fmt/core.h>

#include <algorithm>

namespace heed::silo {
namespace {

constexpr BytesView kPrefix = "contract.";
constexpr std::string_view kSale = "sale";

Bytes key_of(std::string_view id) {
  return Bytes(kPrefix) + Bytes(id);
}

void write_texts(ByteWriter& out, const std::vector<std::string>& texts) {
  out.varint(texts.size());
  for (const std::string& text : texts) out.sized(text);
}

std::vector<std::string> read_texts(ByteReader& in) {
  std::vector<std::string> texts;
  for (std::uint64_t count = in.varint(); count > 0 && in.ok(); --count) {
    texts.emplace_back(in.sized());
  }
  return texts;
}

Bytes encode(const Contract& contract) {
  ByteWriter out;
  out.sized(contract.id).sized(contract.recipient).sized(contract.party);
  write_texts(out, contract.purposes);
  out.varint(contract.tasks.size());
  for (const ContractTask& task : contract.tasks) {
    out.sized(task.kind);
    write_texts(out, task.fields);
  }
  out.u8(contract.confidential ? 1 : 0)
      .i64(contract.starts.nanoseconds())
      .i64(contract.ends.nanoseconds())
      .sized(contract.safeguard)
      .sized(contract.key)
      .u8(contract.for_consideration ? 1 : 0)
      .u8(contract.independent ? 1 : 0)
      .sized(contract.by)
      .i64(contract.placed.nanoseconds())
      .u8(contract.stopped ? 1 : 0)
      .i64(contract.stopped.value_or(Time()).nanoseconds());
  return out.take();
}

Result<Contract> decode(BytesView bytes) {
  ByteReader in(bytes);
  Contract contract;
  contract.id = in.sized();
  contract.recipient = in.sized();
  contract.party = in.sized();
  contract.purposes = read_texts(in);
  for (std::uint64_t count = in.varint(); count > 0 && in.ok(); --count) {
    ContractTask& task = contract.tasks.emplace_back();
    task.kind = in.sized();
    task.fields = read_texts(in);
  }
  contract.confidential = in.u8() != 0;
  contract.starts = Time::from_nanoseconds(in.i64());
  contract.ends = Time::from_nanoseconds(in.i64());
  contract.safeguard = in.sized();
  contract.key = in.sized();
  contract.for_consideration = in.u8() != 0;
  contract.independent = in.u8() != 0;
  contract.by = in.sized();
  contract.placed = Time::from_nanoseconds(in.i64());
  const bool stopped = in.u8() != 0;
  const Time at = Time::from_nanoseconds(in.i64());
  if (stopped) contract.stopped = at;
  if (!in.finished()) return fail(ErrorKind::kCorrupt, "a contract does not decode");
  return contract;
}

std::unexpected<Error> invalid(std::string message, std::string mend = {}) {
  return fail(ErrorKind::kInvalid, std::move(message), std::move(mend));
}

bool fits(std::string_view text, std::size_t longest) {
  return !text.empty() && text.size() <= longest;
}

Result<void> check_words(const policy::Policy& policy, const Contract& contract) {
  const auto party = policy.parties().find(contract.party);
  if (!party) return invalid(fmt::format("the policy has no party '{}'", contract.party));
  if (contract.independent && !policy.gloss(*party).independent) {
    return invalid(
        fmt::format("who uses it for ends of their own is no '{}'", contract.party),
        "name a party that the policy declares as independent; it gets what the law demands");
  }
  if (contract.purposes.empty() || contract.purposes.size() > Contracts::kMostPurposes) {
    return invalid("a contract is for 1 to 32 purposes");
  }
  const auto sale = policy.purposes().find(kSale);
  for (const std::string& path : contract.purposes) {
    const auto purpose = policy.purposes().find(path);
    if (!purpose) return invalid(fmt::format("the policy has no purpose '{}'", path));
    const bool sold = sale && policy.purposes().covers(*sale, *purpose);
    if (contract.for_consideration && !sold) {
      return invalid(
          fmt::format("for a consideration it is a sale, whatever else it is: not '{}'", path),
          "name a purpose under 'sale', which the policy then decides on");
    }
  }
  return {};
}

Result<void> check_tasks(const policy::Policy& policy, const Contract& contract) {
  if (contract.tasks.empty() || contract.tasks.size() > Contracts::kMostTasks) {
    return invalid("a contract lists 1 to 64 kinds");
  }
  for (const ContractTask& task : contract.tasks) {
    const policy::Kind* kind = policy.kind(task.kind);
    if (kind == nullptr) return invalid(fmt::format("kind '{}' is not declared", task.kind));
    if (task.fields.empty()) {
      return invalid(fmt::format("of kind '{}' no field is listed", task.kind));
    }
    for (const std::string& field : task.fields) {
      if (std::ranges::find(kind->fields, field, &policy::Field::name) == kind->fields.end()) {
        return invalid(fmt::format("kind '{}' has no field '{}'", task.kind, field));
      }
    }
  }
  return {};
}

const ContractTask* task_of(const Contract& contract, std::string_view kind) {
  const auto found = std::ranges::find(contract.tasks, kind, &ContractTask::kind);
  return found == contract.tasks.end() ? nullptr : &*found;
}

/// Words that the policy has no more cover nothing.
bool is_for(const policy::Policy& policy, const Contract& contract, const policy::Access& access) {
  const auto party = policy.parties().find(contract.party);
  if (!party || !policy.parties().covers(*party, access.party)) return false;
  return std::ranges::any_of(contract.purposes, [&](const std::string& path) {
    const auto purpose = policy.purposes().find(path);
    return purpose && policy.purposes().covers(*purpose, access.purpose);
  });
}

}  // namespace

bool Contracts::Cover::has(std::string_view field) const {
  return std::ranges::find(fields, field) != fields.end();
}

Result<void> Contracts::load() {
  const Lock lock(mutex_);
  auto cursor = database_.cursor(kv::Family::kMeta);
  for (cursor.seek(kPrefix); cursor.valid() && cursor.key().starts_with(kPrefix); cursor.next()) {
    ASSIGN_OR_RETURN(const Bytes opened, sealer_.open(context(cursor.key()), cursor.value()));
    ASSIGN_OR_RETURN(Contract contract, decode(opened));
    std::string id = contract.id;
    contracts_.emplace(std::move(id), std::move(contract));
  }
  any_ = !contracts_.empty();
  return cursor.status();
}

Result<Contract> Contracts::check(const policy::Policy& policy, Contract contract) const {
  if (!fits(contract.id, kLongestId)) return invalid("a contract's id has 1 to 64 bytes");
  if (!fits(contract.recipient, kLongestRecipient)) {
    return invalid("a recipient is named in 1 to 128 bytes");
  }
  if (contract.safeguard.size() > kLongestSafeguard) {
    return invalid("a safeguard is named in at most 200 bytes");
  }
  if (auto worded = check_words(policy, contract); !worded) return std::unexpected(worded.error());
  if (auto listed = check_tasks(policy, contract); !listed) return std::unexpected(listed.error());
  if (auto key = ReceiverKey::from_bytes(contract.key); !key) return std::unexpected(key.error());
  contract.placed = clock_.now();
  contract.stopped.reset();
  const bool ends = contract.ends > contract.starts && contract.ends > contract.placed &&
                    contract.ends != Time::max();
  if (!ends) {
    return invalid("a contract ends, and not before it begins",
                   "give the day up to which it was agreed; a new one can follow it");
  }
  const Lock lock(mutex_);
  if (contracts_.contains(contract.id)) {
    return fail(ErrorKind::kConflict, fmt::format("there is a contract '{}' already", contract.id),
                "place this one under another id; the old one stays on record");
  }
  if (contracts_.size() >= kMostContracts) {
    return fail(ErrorKind::kExhausted, "a silo keeps at most 10,000 contracts");
  }
  return contract;
}

Result<void> Contracts::put(const Contract& contract, kv::Changes& changes) {
  const Bytes key = key_of(contract.id);
  ASSIGN_OR_RETURN(const Bytes sealed, sealer_.seal(context(key), encode(contract)));
  changes.put(kv::Family::kMeta, key, sealed);
  return {};
}

void Contracts::added(Contract contract) {
  const Lock lock(mutex_);
  std::string id = contract.id;
  contracts_.insert_or_assign(std::move(id), std::move(contract));
  any_ = true;
}

std::optional<Contract> Contracts::open(std::string_view id) const {
  const Lock lock(mutex_);
  const auto found = contracts_.find(id);
  if (found == contracts_.end() || found->second.stopped) return {};
  return found->second;
}

std::vector<Contract> Contracts::all() const {
  const Lock lock(mutex_);
  std::vector<Contract> all;
  for (const auto& [id, contract] : contracts_) all.push_back(contract);
  return all;
}

std::vector<Contract> Contracts::ended() const {
  std::vector<Contract> ended;
  if (!any_) return ended;
  const Lock lock(mutex_);
  for (const auto& [id, contract] : contracts_) {
    if (!contract.stopped && contract.ends <= clock_.now()) ended.push_back(contract);
  }
  return ended;
}

bool Contracts::in_force(const Contract& contract) const {
  const Time now = clock_.now();
  return contract.confidential && !contract.stopped && contract.starts <= now &&
         now < contract.ends;
}

std::optional<Contracts::Cover> Contracts::cover(const policy::Policy& policy,
                                                 std::string_view recipient,
                                                 const policy::Access& access,
                                                 std::string_view kind) const {
  if (!any_) return {};
  const Lock lock(mutex_);
  std::optional<Cover> cover;
  for (const auto& [id, contract] : contracts_) {
    if (contract.recipient != recipient || !in_force(contract)) continue;
    if (!is_for(policy, contract, access)) continue;
    const ContractTask* task = task_of(contract, kind);
    if (task != nullptr) return Cover{id, task->fields, contract.key};
    if (!cover) cover = Cover{id, {}, contract.key};
  }
  return cover;
}

}  // namespace heed::silo
