// The same policy and the same requests through Heed, cedar-wasm and casbin, in one run.
//
// node peers.mjs HEED_BENCH: HEED_BENCH is build/bench/bench/policy_peers_bench. Prints a table and
// ends with 1 if the three do not decide alike. Everything is synchronous and parsed beforehand; no
// engine is asked twice for one answer in a way that it could cache.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const require = createRequire(import.meta.url);
const cedar = require("@cedar-policy/cedar-wasm/nodejs");
const casbin = require("casbin");
const heedBench = process.argv[2];
if (!heedBench) {
  console.error("node peers.mjs build/bench/bench/policy_peers_bench");
  process.exit(2);
}

const PURPOSES = 16, CATEGORIES = 20, PARTIES = 10, REQUESTS = 500;

/** splitmix-like, so that every run asks the same. */
let state = 42;
function below(most) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 4294967296) * most);
}

/**
 * Allows of one category for one purpose to one party, half of them while a contract is valid, and
 * two denies: nothing for marketing (p0, p1) after an opt-out, nothing to a party of no contract (r0).
 */
function rules(count) {
  const all = [
    { allow: false, purpose: "p0", when: "opted_out" },
    { allow: false, purpose: "p1", when: "opted_out" },
    { allow: false, party: "r0", unless: "contract_valid" },
  ];
  while (all.length < count) {
    all.push({
      allow: true,
      purpose: `p${below(PURPOSES)}`,
      category: `d${below(CATEGORIES)}`,
      party: `r${below(PARTIES)}`,
      when: below(2) ? "contract_valid" : undefined,
    });
  }
  return all;
}

/** Half of them lie in a cell that some rule allows, so that not all is refused at once. */
function requests(all) {
  return Array.from({ length: REQUESTS }, (_, i) => {
    const rule = i % 2 ? all[3 + below(all.length - 3)] : {};
    return {
      purpose: rule.purpose ?? `p${below(PURPOSES)}`,
      category: rule.category ?? `d${below(CATEGORIES)}`,
      party: rule.party ?? `r${below(PARTIES)}`,
      contract_valid: below(2) === 1,
      opted_out: below(2) === 1,
    };
  });
}

/**
 * Nanoseconds of one decision: the least mean of five rounds of 0.4 s, after a warm-up, so that what
 * else the machine does counts little.
 */
function measure(decide, all) {
  for (let i = 0; i < 3; ++i) for (const r of all) decide(r);
  let least = Infinity;
  for (let round = 0; round < 5; ++round) {
    let calls = 0;
    let taken = 0n;
    const begin = process.hrtime.bigint();
    while (taken < 400_000_000n) {
      for (const r of all) decide(r);
      calls += all.length;
      taken = process.hrtime.bigint() - begin;
    }
    least = Math.min(least, Number(taken) / calls);
  }
  return least;
}

function names(letter, count) {
  return Array.from({ length: count }, (_, i) => `${letter}${i}`);
}

function heed(all, asked) {
  const words = (what, letter, count) => names(letter, count).map((n) => `${what} ${n}`).join("\n");
  const statements = all.map((r) =>
    [
      r.allow ? "allow" : "deny",
      r.category ?? "any",
      r.purpose ? `for ${r.purpose}` : "",
      r.party ? `to ${r.party}` : "",
      r.when ? `when ${r.when}` : "",
      r.unless ? `unless ${r.unless}` : "",
    ].join(" "));
  const text = `policy peers "Peers" version 2026-01-31
${words("purpose", "p", PURPOSES)}
${words("category", "d", CATEGORIES)}
${words("party", "r", PARTIES)}
condition contract_valid condition opted_out
clause 1 "All rules." {
${statements.join("\n")}
}`;
  const lines = asked.map((r) =>
    [r.purpose, r.category, r.party,
      ...["contract_valid", "opted_out"].filter((fact) => r[fact])].join(" "));
  const folder = mkdtempSync(join(tmpdir(), "heed-peers-"));
  try {
    writeFileSync(join(folder, "policy"), text);
    writeFileSync(join(folder, "requests"), lines.join("\n") + "\n");
    return JSON.parse(
      execFileSync(heedBench, [join(folder, "policy"), join(folder, "requests")], {
        encoding: "utf8",
      }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function cedarPolicy(r) {
  const is = (what, type, id) => (id ? `${what} == ${type}::"${id}"` : what);
  const facts = r.when ? ` when { context.${r.when} }`
    : r.unless ? ` unless { context.${r.unless} }` : "";
  return `${r.allow ? "permit" : "forbid"}(${is("principal", "Party", r.party)}, ` +
    `${is("action", "Action", r.purpose)}, ${is("resource", "Category", r.category)})${facts};`;
}

function cedarDecider(policies) {
  const id = `peers-${policies.length}`;
  const parsed = cedar.preparsePolicySet(id, { staticPolicies: policies });
  if (parsed.type !== "success") throw new Error(JSON.stringify(parsed));
  return (r) => {
    const answer = cedar.statefulIsAuthorized({
      principal: { type: "Party", id: r.party },
      action: { type: "Action", id: r.purpose },
      resource: { type: "Category", id: r.category },
      context: { contract_valid: r.contract_valid, opted_out: r.opted_out },
      preparsedPolicySetId: id,
      entities: [],
      validateRequest: false,
    });
    if (answer.type !== "success") throw new Error(JSON.stringify(answer));
    return answer.response.decision === "allow";
  };
}

/** Facts as columns of the policy ("*" for any), which is faster than an expression in each rule. */
const CASBIN_MODEL = `
[request_definition]
r = party, purpose, category, contract, opted
[policy_definition]
p = party, purpose, category, contract, opted, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = (p.purpose == "*" || r.purpose == p.purpose) && (p.category == "*" || r.category == p.category) && (p.party == "*" || r.party == p.party) && (p.contract == "*" || r.contract == p.contract) && (p.opted == "*" || r.opted == p.opted)
`;

async function casbinDecider(all) {
  const enforcer = await casbin.newEnforcer(casbin.newModelFromString(CASBIN_MODEL));
  enforcer.enableLog(false);
  const lines = all.map((r) => [
    r.party ?? "*", r.purpose ?? "*", r.category ?? "*",
    r.when === "contract_valid" ? "yes" : r.unless === "contract_valid" ? "no" : "*",
    r.when === "opted_out" ? "yes" : "*",
    r.allow ? "allow" : "deny",
  ]);
  const different = [...new Map(lines.map((line) => [line.join(), line])).values()];
  if (!(await enforcer.addPolicies(different))) throw new Error("casbin took no policies");
  const told = (truth) => (truth ? "yes" : "no");
  return (r) => enforcer.enforceSync(r.party, r.purpose, r.category, told(r.contract_valid),
    told(r.opted_out));
}

function version(name) {
  const file = new URL(`node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")).version;
}

const told = (ns) => (ns < 1000 ? `${ns.toFixed(1)} ns` : `${(ns / 1000).toFixed(1)} us`);
console.log(`node ${process.version}, cedar-wasm ${version("@cedar-policy/cedar-wasm")}, ` +
  `casbin ${version("casbin")}; ${REQUESTS} requests; least mean of five rounds, per decision`);

const trivial = measure(cedarDecider("permit(principal, action, resource);"), requests(rules(10)));
console.log(`cedar-wasm, one policy that permits all: ${told(trivial)} (the call itself)`);

for (const count of [8, 64, 800]) {
  const all = rules(count);
  const asked = requests(all);
  const byHeed = heed(all, asked);
  const cedarDecide = cedarDecider(all.map(cedarPolicy).join("\n"));
  const casbinDecide = await casbinDecider(all);
  const bits = (decide) => asked.map((r) => (decide(r) ? "1" : "0")).join("");
  if (bits(cedarDecide) !== byHeed.decisions || bits(casbinDecide) !== byHeed.decisions) {
    console.error(`${count} rules: the engines do not decide alike`);
    process.exit(1);
  }
  const allowed = [...byHeed.decisions].filter((bit) => bit === "1").length;
  const cedarTime = measure(cedarDecide, asked);
  const casbinTime = measure(casbinDecide, asked);
  const times = (ns) => `${Math.round(ns / byHeed.ns)} x`;
  console.log(`${count} rules (${allowed} of ${REQUESTS} allowed, all three alike): ` +
    `heed ${told(byHeed.ns)}; cedar-wasm ${told(cedarTime)}, ${times(cedarTime)} ` +
    `(${times(Math.max(0, cedarTime - trivial))} without the call itself); ` +
    `casbin ${told(casbinTime)}, ${times(casbinTime)}`);
}
