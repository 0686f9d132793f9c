// What the stand-in holds about people: a few letters, holds, erasures with receipts that nobody
// could verify, contracts, what went out under them and what must come back.
import { Refusal } from './api.mjs';

const kDay = 86_400_000;
const iso = (ms) => new Date(ms).toISOString();

function office_of(organization) {
  organization.office ??= {
    people: new Map(),
    holds: [],
    receipts: [],
    contracts: [],
    went_out: new Map(),
    recalls: [],
    last_recall: 0,
    late: { logical_overdue: 0, physical_overdue: 0, late: false },
  };
  return organization.office;
}

/** `count` letters and a note about somebody, the oldest `days` ago. */
export function hold_about(organization, subject, count = 3, days = 40) {
  const now = Date.now();
  const letters = Array.from({ length: count }, (_, i) => ({
    id: `letter-${i + 1}`,
    source: 'api',
    stored: iso(now - (days - i) * kDay),
    deadline: iso(now + (365 - i) * kDay),
  }));
  office_of(organization).people.set(subject, { state: 'held', erasure: null, letters });
}
/** A contract with a payment provider, `days` before its end, and what went to it of `subject`. */
export function hand_on(organization, subject, { id = 'pay-2026', days = 20, lines = 2 } = {}) {
  const office = office_of(organization);
  const now = Date.now();
  office.contracts.push({
    id,
    recipient: 'payments-gmbh',
    party: 'processor.payments',
    purposes: ['service.billing'],
    tasks: [{ kind: 'letter', fields: ['name', 'email'] }],
    confidential: true,
    starts: iso(now - 100 * kDay),
    ends: iso(now + days * kDay),
    safeguard: '',
    key: '09'.padEnd(64, '0'),
    for_consideration: false,
    independent: false,
    state: days > 0 ? 'in_force' : 'ended',
    by: '01hf0adaadaadaadaadaadaada',
    placed: iso(now - 100 * kDay),
    stopped: days > 0 ? null : iso(now + days * kDay),
  });
  const went = Array.from({ length: lines }, (_, i) => ({
    entry: 10 + i,
    at: iso(now - (9 - i) * kDay),
    subject,
    recipient: 'payments-gmbh',
    party: 'processor.payments',
    purpose: 'service.billing',
    kind: 'letter',
    record: `letter-${i + 1}`,
    fields: ['name', 'email'],
    clauses: ['4.2'],
    stripped: i,
    contract: id,
    package: `01hf0pack${i}packpackpackpac`,
    notify_subject: false,
  }));
  office.went_out.set(subject, went);
}

function call_back(office, recipient, why, contract, packages) {
  const number = ++office.last_recall;
  office.recalls.push({ number, at: iso(Date.now()), recipient, why, contract, packages });
}

function recall(office, subject, why) {
  const lines = office.went_out.get(subject) ?? [];
  const recipients = [...new Set(lines.map((d) => d.recipient))];
  for (const recipient of recipients)
    call_back(
      office,
      recipient,
      why,
      null,
      lines.map((d) => d.package),
    );
  return recipients.length;
}

export const set_late = (organization, late) => Object.assign(office_of(organization).late, late);

function shown(office, subject) {
  const person = office.people.get(subject);
  const state = person?.state ?? 'nothing';
  const items = person?.letters.length
    ? [
        {
          kind: 'letter',
          items: person.letters.length,
          shared: 1,
          oldest: person.letters[0].stored,
          until: person.letters[0].deadline,
        },
      ]
    : [];
  const holds = office.holds.filter((h) => !h.subject || h.subject === subject);
  return { subject, state, erasure: person?.erasure ?? null, items, holds, at: iso(Date.now()) };
}

function erase(world, office, subject, body) {
  const person = office.people.get(subject);
  if (body.confirm !== subject)
    throw new Refusal(422, 'Nothing is erased yet', { field: 'confirm' });
  if (body.password && body.password !== world.password)
    throw new Refusal(422, 'Not right', {
      detail: 'The password is not right.',
      field: 'password',
    });
  if (!body.password)
    throw new Refusal(403, 'Refused by policy', {
      detail: 'letter',
      clause: '6.2',
      sentence: 'Everybody may see, correct and remove what is about them, once we know who asks.',
    });
  const now = Date.now();
  const stopped = office.holds.filter((h) => !h.subject || h.subject === subject);
  const receipt = {
    number: stopped.length ? 0 : office.receipts.length + 1,
    reason: body.reason,
    logical: iso(now),
    cryptographic: stopped.length ? null : iso(now),
    physical: null,
    physical_by: iso(now + kDay),
    counts: stopped.length
      ? []
      : [{ kind: 'letter', removed: person.letters.length - 1, emptied: 1, left_to_others: 0 }],
    exceptions: stopped.map((h) => ({ hold: h.id, reason: h.reason, until: h.until })),
    entry: stopped.length ? 0 : 9,
    recalls: stopped.length ? 0 : recall(office, subject, 'erased'),
  };
  if (stopped.length) person.state = 'restricted';
  else {
    office.receipts.push(receipt);
    office.went_out.delete(subject);
    Object.assign(person, { state: 'erased', erasure: receipt.number, letters: [] });
  }
  return { body: receipt };
}

function holds(office, method, id, body) {
  if (method === 'GET') return { body: { items: office.holds } };
  if (method === 'DELETE') {
    office.holds = office.holds.filter((h) => h.id !== id);
    return { status: 204 };
  }
  if (office.holds.some((h) => h.id === body.id))
    throw new Refusal(409, 'Conflict', { detail: `there is a hold '${body.id}' already` });
  const hold = { ...body, by: '01hf0adaadaadaadaadaadaada', placed: iso(Date.now()) };
  office.holds.push(hold);
  return { status: 201, body: hold };
}

function contracts(office, method, id, more) {
  if (method === 'GET') return { body: { items: office.contracts, at: iso(Date.now()) } };
  const contract = office.contracts.find((c) => c.id === id && c.state !== 'ended');
  if (more !== 'end' || !contract) throw new Refusal(404, 'Not found');
  Object.assign(contract, { state: 'ended', stopped: iso(Date.now()) });
  call_back(office, contract.recipient, 'contract_ended', id, []);
  return { status: 204 };
}

function recalls(office, method, id) {
  if (method === 'GET') return { body: { items: office.recalls, next: null } };
  office.recalls = office.recalls.filter((r) => r.number !== Number(id));
  return { status: 204 };
}

function erasures(organization, office) {
  const items = office.receipts.map((r) => ({
    number: r.number,
    reason: r.reason,
    at: r.logical,
    physical: r.physical,
    physical_by: r.physical_by,
    removed: r.counts.reduce((sum, c) => sum + c.removed, 0),
    recalls: r.recalls,
    receipt: `/api/v1/organizations/${organization.id}/erasures/${r.number}/receipt`,
  }));
  return { body: { items: items.reverse(), next: null } };
}

/** Nothing for a path that is about something else. */
export function privacy_office(world, organization, method, [section, id, more], body) {
  const office = office_of(organization);
  if (section === 'holds') return holds(office, method, id, body);
  if (section === 'retention')
    return {
      body: {
        ...office.late,
        remains: 0,
        scrubbed: null,
        erasures: office.receipts.length,
        at: iso(Date.now()),
      },
    };
  if (section === 'contracts') return contracts(office, method, id, more);
  if (section === 'recalls') return recalls(office, method, id);
  if (section === 'erasures' && !id) return erasures(organization, office);
  if (section === 'erasures') {
    const receipt = JSON.stringify(office.receipts[Number(id) - 1]);
    const text = `${JSON.stringify({ receipt, signature: 'none' })}\n{"head":{}}\n`;
    return { text, type: 'application/jsonl' };
  }
  if (section !== 'subjects') return undefined;
  if (more === 'erasure') return erase(world, office, id, body);
  if (more === 'disclosures') return { body: { items: office.went_out.get(id) ?? [], next: null } };
  if (more === 'recall') return { body: { recipients: recall(office, id, 'opted_out') } };
  if (more === 'records')
    return { body: { items: office.people.get(id)?.letters ?? [], next: null, withheld: 0 } };
  return { body: shown(office, id) };
}
