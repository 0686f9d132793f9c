#!/usr/bin/env python3
"""bench/gdpr_peers.py: GDPRbench's four roles against Heed and against PostgreSQL 15, side by side.

Starts PostgreSQL (fsync on) in a directory of its own, asks both the same operations through
build/bench/bench/gdpr_bench, and prints operations a second for each role, what each operation
costs, how that grows from the first of --records to the last, and space beside the live bytes.
PostgreSQL is measured with an index on each of the nine fields of metadata and without any. Ends
with an error if the two did not touch the same records (one client; only where both finished)."""
import argparse
import json
import os
import subprocess

import peers

BENCH = peers.ROOT / "build/bench/bench/gdpr_bench"
TARGETS = {"heed": ["--target", "heed"],
           "postgres, indexes": ["--target", "postgres", "--indexes", "all"],
           "postgres, none": ["--target", "postgres", "--indexes", "none"]}
ROLES = ("processor", "customer", "controller", "regulator", "erasure")


def measure(name, records, clients, wanted, postgres):
    command = [str(BENCH), *TARGETS[name], "--json", "--records", str(records), "--clients", str(clients),
               "--operations", str(wanted.operations), "--seconds", str(wanted.seconds), "--page", str(wanted.page),
               "--roles", wanted.roles, "--seed", str(wanted.seed)]
    if name != "heed":
        command += ["--connect", postgres.connection]
    load = peers.load_now()
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        peers.stop(f"{name}: {done.stderr}")
    run = peers.read_json(done.stdout, name) | {"load": round(load, 1)}
    rates = ", ".join(f"{role} {peers.rate(run[role]['a_second'])}/s" for role in wanted.roles.split(","))
    print(f"{name}, {records:,} records, {clients} clients: {rates}", flush=True)
    return run


def check_same(runs, wanted):
    """One client at a time makes the same answers, record for record."""
    for (records, clients), by_name in runs.items():
        base = by_name.get("heed")
        for name, run in by_name.items():
            for role in wanted.roles.split(","):
                if clients != 1 or base is None or run is base:
                    continue
                if run[role]["fingerprint"] != base[role]["fingerprint"]:
                    peers.stop(f"{name} was asked other operations than heed")
                if any(r["operations"] < wanted.operations for r in (run[role], base[role])):
                    break  # what follows an unfinished role differs rightly
                ours = {c["action"]: c["touched"] for c in base[role]["costs"]}
                theirs = {c["action"]: c["touched"] for c in run[role]["costs"]}
                if ours != theirs:
                    peers.stop(f"{role}, {records} records: heed touched {ours}, {name} {theirs}")


def print_rates(runs, wanted):
    rows = []
    for (records, clients), by_name in runs.items():
        for role in wanted.roles.split(","):
            cells = []
            for name in TARGETS:
                run = by_name.get(name)
                if run is None:
                    cells.append("-")
                    continue
                cut = "" if run[role]["operations"] >= wanted.operations else f" ({run[role]['operations']} in time)"
                cells.append(peers.rate(run[role]["a_second"]) + cut)
            best = max((r[role]["a_second"] for n, r in by_name.items() if n != "heed"), default=0)
            ours = by_name["heed"][role]["a_second"] if "heed" in by_name else 0
            rows.append([f"{role}, {records:,} records, {clients} clients", *cells, peers.times(ours, best)])
    print("operations a second (the ratio is to the faster PostgreSQL)")
    peers.table(rows, ["", *TARGETS, "heed /"])


def print_costs(runs, wanted):
    """Of one client: mean milliseconds of an operation at each size, and its growth."""
    sizes = sorted({records for records, clients in runs if clients == 1})
    for name in TARGETS:
        costs = {}
        for records in sizes:
            run = runs[records, 1].get(name)
            for role in wanted.roles.split(",") if run else ():
                for cost in run[role]["costs"]:
                    costs.setdefault((role, cost["action"]), {})[records] = cost
        rows = []
        for (role, action), by_size in costs.items():
            cells = []
            for records in sizes:
                cost = by_size.get(records)
                cells += [f"{cost['mean_ms']:.3f}", f"{cost['touched'] / cost['count']:.1f}"] if cost else ["-", "-"]
            first, last = by_size.get(sizes[0]), by_size.get(sizes[-1])
            growth = peers.times(last["mean_ms"], first["mean_ms"]) if len(sizes) > 1 and first and last else "-"
            rows.append([f"{role}: {action}", *cells, growth])
        if rows:
            print(f"{name}: mean ms of an operation, and records that it touched")
            peers.table(rows, ["", *[x for s in sizes for x in (f"{s:,}: ms", "touched")], "growth"])


def print_space(runs):
    rows = []
    for (records, clients), by_name in runs.items():
        for name, run in by_name.items():
            cells = []
            for when in ("space_after_load", "space_after_roles", "space_after_upkeep"):
                space = run[when]
                cells += [f"{space['data'] / 2**20:.1f} MiB", peers.times(space["data"], space["live"]),
                          peers.times(space["total"], space["live"])]
            rows.append([f"{name}, {records:,} records, {clients} clients", peers.rate(run["inserts_a_second"]),
                         peers.rate(run["loaded_a_second"]), *cells, run["load"]])
    print("load, and space over live bytes: data and indexes, and with the write-ahead log; after the load, after "
          "processor, customer and controller, and once Heed has scrubbed and PostgreSQL has vacuumed")
    peers.table(rows, ["", "insert/s", "bulk/s", "loaded", "/live", "with log", "after", "/live", "with log",
                       "upkept", "/live", "with log", "machine's load"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", default="10000,1000000", help="sizes (10000,1000000)")
    parser.add_argument("--clients", default="1,16", help="of the first size; larger ones take the first (1,16)")
    parser.add_argument("--operations", type=int, default=2000, help="of each role (2000)")
    parser.add_argument("--seconds", type=int, default=20, help="longest for one role (20)")
    parser.add_argument("--page", type=int, default=0, help="most records of one answer; 0: all (0)")
    parser.add_argument("--roles", default=",".join(ROLES), help="of " + ", ".join(ROLES))
    parser.add_argument("--targets", default=";".join(TARGETS), help="of " + "; ".join(TARGETS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", help="where to write all figures")
    wanted = parser.parse_args()
    if not os.access(BENCH, os.X_OK):
        peers.stop(f"{BENCH} is missing: cmake --preset bench && ninja -C build/bench gdpr_bench")
    names = [n.strip() for n in wanted.targets.split(";")]
    if set(names) - set(TARGETS):
        peers.stop(f"--targets are of {'; '.join(TARGETS)}")
    sizes = [int(s) for s in wanted.records.split(",")]
    clients = [int(c) for c in wanted.clients.split(",")]
    runs = {(s, c): {} for s in sizes for c in (clients if s == sizes[0] else clients[:1])}
    with peers.directory() as place:
        postgres = peers.Postgres(place) if any(n != "heed" for n in names) else None
        if postgres:
            print(f"PostgreSQL {peers.version('postgresql-15')}, {postgres.SETTINGS}, all else as it comes\n")
        for (records, count), by_name in runs.items():
            for name in names:
                by_name[name] = measure(name, records, count, wanted, postgres)
    print()
    print_rates(runs, wanted)
    print_costs(runs, wanted)
    print_space(runs)
    if wanted.json:
        with open(wanted.json, "w") as f:
            json.dump([{"records": r, "clients": c, "runs": by} for (r, c), by in runs.items()], f, indent=1)
    check_same(runs, wanted)


if __name__ == "__main__":
    main()
