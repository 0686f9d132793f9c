#!/usr/bin/env python3
"""bench/series_peers.py: the recorded Mazak days, as the same samples in the same batches, into Heed,
VictoriaMetrics, InfluxDB and PostgreSQL, one after the other on loopback, one request at a time.

Reports samples a second, samples per CPU-second of the server (utime + stime of its processes, from
before the first batch to after the flush), bytes per sample on disk, and two queries, cold (server
restarted, file cache dropped where the kernel allows it) and warm (median): a day of one item in
1,000 parts with their extremes, and every state of one machine in a year.

What an answer means differs, and the table says it: Heed, InfluxDB and PostgreSQL sync before they
answer; VictoriaMetrics answers first and stores later. --kill shows it: each server is killed right
after its last answer, started again and asked what it kept of the busiest item. VictoriaMetrics
knows numbers alone: it gets the numeric samples of each batch and is counted by those.

Heed is measured twice: `heed-v2` takes the same line protocol as the others at /api/v2/write; `heed`
takes the SHDR lines of the machines, keeps them to the letter beside the samples and works out the
machines' states, which the queries ask. What came by line protocol has no query over HTTP."""
import argparse
import http.client
import json
import os
import re
import signal
import statistics
import subprocess
import time
import urllib.parse
import uuid

import peers
import series_data as data

SECOND = 10**9


class Http:
    """One connection that is kept."""

    def __init__(self, port, headers=None):
        self.port, self.headers = port, headers or {}
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def ask(self, method, path, body=None, headers=None):
        self.connection.request(method, path, body, self.headers | (headers or {}))
        answer = self.connection.getresponse()
        text = answer.read()
        self.cookie = (answer.getheader("Set-Cookie") or "").split(";")[0]
        if answer.status >= 300:
            peers.stop(f"{method} {path}: {answer.status} {text[:500]}")
        return text

    def get(self, path, **query):
        return self.ask("GET", path + "?" + urllib.parse.urlencode(query))


class Victoria:
    name, answers = "victoria-metrics", "before it stores"
    package = "victoria-metrics"

    def __init__(self, place, wanted):
        self.directory, self.log = os.path.join(place, "vm"), os.path.join(place, "vm.log")
        self.start()

    def start(self):
        self.port = peers.free_port()
        self.server = peers.Server(
            [peers.program("victoria-metrics", self.package), f"-storageDataPath={self.directory}",
             f"-httpListenAddr=127.0.0.1:{self.port}", "-retentionPeriod=10y", "-search.latencyOffset=0s",
             "-search.maxPointsPerTimeseries=1000000"], f"http://127.0.0.1:{self.port}/health", self.log)
        self.http = Http(self.port)

    def counted(self, batch):
        return batch.numbers

    def send(self, batch):
        if batch.line_protocol_numbers:
            self.http.ask("POST", "/write", batch.line_protocol_numbers)

    def send_states(self, batch):
        self.http.ask("POST", "/write", data.as_numbers(batch))

    def flush(self):
        """Its flush makes rows findable; they stand in files some five seconds later."""
        before = self.disk()
        self.http.ask("GET", "/internal/force_flush")
        end = time.monotonic() + 40
        while self.disk() < before + 100_000 and time.monotonic() < end:
            time.sleep(0.5)
        time.sleep(5)

    def disk(self):
        return peers.disk_bytes(self.directory, ("cache", "tmp"))

    def selector(self, machine, item):
        return f'machine_value{{machine="{machine}",item="{item}"}}'

    def count(self, machine, item):
        text = self.http.get("/api/v1/export", **{"match[]": self.selector(machine, item), "start": "0"})
        return len(json.loads(text)["values"]) if text else 0

    def plot(self, machine, item, start, end):
        step = (end - start) // 1000 / SECOND
        for of in ("min", "max"):
            text = self.http.get(
                "/api/v1/query_range", start=start / SECOND, end=end / SECOND, step=step, nocache=1,
                query=f"{of}_over_time({self.selector(machine, item)}[{int(step * 1000)}ms])")
        return lambda: sum(len(r["values"]) for r in json.loads(text)["data"]["result"])

    def states(self, machine, start, end):
        text = self.http.get("/api/v1/export", start=start / SECOND, end=end / SECOND,
                             **{"match[]": self.selector(machine, "state")})
        return lambda: len(json.loads(text)["values"])


class Influx:
    name, answers = "influxdb", "once synced"
    package = "influxdb"

    def __init__(self, place, wanted):
        self.directory, self.log = os.path.join(place, "influx"), os.path.join(place, "influx.log")
        self.start()
        self.http.ask("POST", "/query?q=CREATE+DATABASE+m")

    def start(self):
        self.port = peers.free_port()
        base = self.directory
        # What is written goes into files two seconds after the last write instead of ten minutes, so
        # that there is something to weigh; all else as it comes.
        settings = {"INFLUXDB_REPORTING_DISABLED": "true", "INFLUXDB_META_DIR": f"{base}/meta",
                    "INFLUXDB_DATA_DIR": f"{base}/data", "INFLUXDB_DATA_WAL_DIR": f"{base}/wal",
                    "INFLUXDB_DATA_INDEX_VERSION": "tsi1", "INFLUXDB_DATA_QUERY_LOG_ENABLED": "false",
                    "INFLUXDB_DATA_CACHE_SNAPSHOT_WRITE_COLD_DURATION": "2s",
                    "INFLUXDB_DATA_COMPACT_FULL_WRITE_COLD_DURATION": "2s",
                    "INFLUXDB_HTTP_BIND_ADDRESS": f"127.0.0.1:{self.port}", "INFLUXDB_HTTP_LOG_ENABLED": "false",
                    "INFLUXDB_BIND_ADDRESS": f"127.0.0.1:{peers.free_port()}",
                    "INFLUXDB_MONITOR_STORE_ENABLED": "false"}
        self.server = peers.Server([peers.program("influxd", self.package)],
                                   f"http://127.0.0.1:{self.port}/ping", self.log, settings)
        self.http = Http(self.port)

    def counted(self, batch):
        return batch.count

    def send(self, batch):
        self.http.ask("POST", "/write?db=m", batch.line_protocol)

    send_states = send

    def flush(self):
        """Until its write-ahead log is in files."""
        end = time.monotonic() + 60
        while peers.disk_bytes(os.path.join(self.directory, "wal")) > 4096 and time.monotonic() < end:
            time.sleep(0.5)
        time.sleep(3)

    def disk(self):
        return peers.disk_bytes(os.path.join(self.directory, "data"))

    def ask(self, query):
        return self.http.get("/query", db="m", epoch="ns", q=query)

    def rows(self, text):
        answer = json.loads(text)["results"][0]
        if "error" in answer:
            peers.stop(f"InfluxDB: {answer['error']}")
        return [row for series in answer.get("series", []) for row in series["values"]]

    def count(self, machine, item):
        rows = self.rows(self.ask(f"SELECT count(value) FROM machine WHERE machine='{machine}' AND item='{item}'"))
        return rows[0][1] if rows else 0

    def plot(self, machine, item, start, end):
        text = self.ask(f"SELECT min(value), max(value) FROM machine WHERE machine='{machine}' AND item='{item}' "
                        f"AND time >= {start} AND time < {end} GROUP BY time({(end - start) // 1000}ns) fill(none)")
        return lambda: len(self.rows(text))

    def states(self, machine, start, end):
        text = self.ask(f"SELECT text FROM machine WHERE machine='{machine}' AND item='execution' "
                        f"AND time >= {start} AND time < {end}")
        return lambda: len(self.rows(text))


class Postgres:
    name, answers = "postgresql", "once synced"
    package = "postgresql-15"

    def __init__(self, place, wanted):
        self.server = peers.Postgres(place)
        self.series, self.answer = {}, os.path.join(place, "answer")
        self.server.sql("CREATE TABLE series (id int PRIMARY KEY, machine text NOT NULL, item text NOT NULL, "
                        "UNIQUE (machine, item)); CREATE TABLE samples (series int NOT NULL, at bigint NOT NULL, "
                        "value double precision, words text); CREATE INDEX ON samples (series, at)")
        self.prepared = {}
        self.open()

    def open(self):
        self.psql = subprocess.Popen(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d",
                                      self.server.connection], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                     stderr=subprocess.STDOUT, text=True)

    def start(self):
        self.server.start()
        self.open()

    def prepare(self, batches):
        """Numbers for names and rows for COPY, before anything is timed."""
        rows = []
        for batch in batches:
            lines = []
            for at, item, value in batch.samples:
                key = (batch.machine, item)
                number = self.series.setdefault(key, len(self.series) + 1)
                words = value.replace("\\", "\\\\").replace("\t", "\\t")
                lines.append(f"{number}\t{at}\t{value}\t\\N" if data.NUMBER.match(value)
                             else f"{number}\t{at}\t\\N\t{words}")
            self.prepared[id(batch)] = "\n".join(lines)
        for (machine, item), number in self.series.items():
            rows.append(f"{number}\t{machine}\t{item}")
        self.copy("series", "\n".join(rows))

    def copy(self, into, rows):
        self.psql.stdin.write(f"COPY {into} FROM STDIN;\n{rows}\n\\.\n\\echo done\n")
        self.psql.stdin.flush()
        said = self.psql.stdout.readline().strip()
        if said != "done":
            peers.stop(f"PostgreSQL: {said}")

    def counted(self, batch):
        return batch.count

    def send(self, batch):
        self.copy("samples", self.prepared[id(batch)])

    send_states = send

    def flush(self):
        self.server.sql("CHECKPOINT")

    def disk(self):
        return int(self.server.sql("SELECT pg_total_relation_size('samples') + pg_total_relation_size('series')"))

    def ask(self, query):
        """The rows go into a file, as the others' stay unread while the clock runs."""
        self.psql.stdin.write(f"\\o {self.answer}\n{query};\n\\o\n\\echo done\n")
        self.psql.stdin.flush()
        said = self.psql.stdout.readline().strip()
        if said != "done":
            peers.stop(f"PostgreSQL: {said}")
        return lambda: len(open(self.answer).readlines())

    def of(self, machine, item):
        return f"series = (SELECT id FROM series WHERE machine = '{machine}' AND item = '{item}')"

    def count(self, machine, item):
        return int(self.server.sql(f"SELECT count(DISTINCT at) FROM samples WHERE {self.of(machine, item)} "
                                   "AND value IS NOT NULL"))

    def plot(self, machine, item, start, end):
        step = (end - start) // 1000
        return self.ask(f"SELECT (at - {start}) / {step}, min(value), max(value) FROM samples WHERE "
                        f"{self.of(machine, item)} AND at >= {start} AND at < {end} GROUP BY 1 ORDER BY 1")

    def states(self, machine, start, end):
        return self.ask(f"SELECT at, words FROM samples WHERE {self.of(machine, 'execution')} AND "
                        f"at >= {start} AND at < {end} ORDER BY at")

    def end(self):
        self.psql.stdin.close()
        self.psql.wait(20)
        self.server.end()


class Heed:
    name, answers = "heed", "once synced"
    package = None

    def __init__(self, place, wanted):
        self.directory, self.log = os.path.join(place, "heed"), os.path.join(place, "heed.log")
        self.program = wanted.heed
        self.machines, self.accepted = {}, 0
        self.start()
        link = self.link()
        session = json.loads(self.http.ask("POST", "/api/v1/session/link", json.dumps({"token": link}),
                                           {"Content-Type": "application/json"}))
        cookie = {"Content-Type": "application/json", "Cookie": self.http.cookie, "X-Heed-Csrf": session["csrf"]}
        self.at = f"/api/v1/organizations/{session['organizations'][0]['id']}"
        self.organization = session["organizations"][0]["id"]
        made = json.loads(self.http.ask("POST", f"{self.at}/api-keys", json.dumps(
            {"name": "bench", "scopes": ["read", "write", "ingest"]}), cookie))
        self.key = made["key"]
        self.http.headers = {"Authorization": f"Bearer {self.key}"}

    def start(self):
        self.port = peers.free_port()
        self.server = peers.Server([self.program, "serve", "--data", self.directory, "--listen",
                                    f"127.0.0.1:{self.port}"], f"http://127.0.0.1:{self.port}/api/v1/openapi.json",
                                   self.log)
        headers = {"Authorization": f"Bearer {self.key}"} if hasattr(self, "key") else {}
        self.http = Http(self.port, headers)

    def link(self):
        end = time.monotonic() + 10
        while time.monotonic() < end:
            if found := re.search(r"/sign-in\?link=(\S+)", open(self.log).read()):
                return found.group(1)
            time.sleep(0.02)
        peers.stop(f"heed said no sign-in link: {open(self.log).read()[-1000:]}")

    def declare(self, machine):
        if machine not in self.machines:
            card = json.loads(self.http.ask("POST", f"{self.at}/machines", json.dumps(
                {"name": machine, "protocol": "shdr", "address": "sent", "recording": True}),
                {"Content-Type": "application/json"}))
            self.machines[machine] = card["id"]
        return f"{self.at}/machines/{self.machines[machine]}"

    def prepare(self, batches):
        for batch in batches:
            self.declare(batch.machine)

    def counted(self, batch):
        return batch.count

    def send(self, batch):
        self.http.ask("POST", f"{self.declare(batch.machine)}/observations", batch.shdr,
                      {"Content-Type": "text/plain", "Idempotency-Key": uuid.uuid4().hex})

    send_states = send

    def flush(self):
        """Its upkeep seals the days that have passed once a minute."""
        time.sleep(63)

    def disk(self):
        """Of the silo's tables, as the others' logs are left out too; a start writes down the rest."""
        self.server.end()
        self.start()
        total = 0
        for folder, _, files in os.walk(os.path.join(self.directory, "silos")):
            total += sum(os.path.getsize(os.path.join(folder, f)) for f in files if f.endswith(".sst"))
        return total

    def count(self, machine, item):
        text = self.http.get(f"{self.declare(machine)}/samples", item=item, format="csv",
                             **{"from": data.timestamp(time.time_ns() - 30 * data.DAY)})
        rows = (line.split(b",") for line in text.splitlines()[1:])
        return len({row[0] for row in rows if row[3]})  # an empty value is a gap

    def plot(self, machine, item, start, end):
        text = self.http.get(f"{self.declare(machine)}/samples", item=item, points=1000,
                             **{"from": data.timestamp(start), "to": data.timestamp(end)})
        return lambda: len(json.loads(text)["columns"]["at"])

    def states(self, machine, start, end):
        text = self.http.get(f"{self.declare(machine)}/activities",
                             **{"from": data.timestamp(start), "to": data.timestamp(end)})
        return lambda: len(json.loads(text)["items"])


class HeedLines(Heed):
    name = "heed-v2"
    asks = False

    def prepare(self, batches):
        pass

    def send(self, batch):
        self.http.ask("POST", f"/api/v2/write?org={self.organization}&precision=ns", batch.line_protocol,
                      {"Authorization": f"Token {self.key}"})


SERVERS = {s.name: s for s in (HeedLines, Heed, Victoria, Influx, Postgres)}


def milliseconds(work):
    """And a function that counts the rows of the answer, which takes time of ours alone."""
    start = time.monotonic()
    rows = work()
    return (time.monotonic() - start) * 1e3, rows


def end(server):
    (server.end if hasattr(server, "end") else server.server.end)()


def take_in(server, batches):
    """Wall and CPU seconds to the last answer, and CPU seconds after the flush."""
    load = peers.load_now()
    cpu, start = peers.cpu_seconds(server.server.pid), time.monotonic()
    for batch in batches:
        server.send(batch)
    wall = time.monotonic() - start
    answered = peers.cpu_seconds(server.server.pid) - cpu
    server.flush()
    return {"wall": wall, "cpu_answered": answered, "cpu": peers.cpu_seconds(server.server.pid) - cpu,
            "resident": peers.resident_bytes(server.server.pid), "load": load}


def ask(server, queries):
    found = {}
    for name, query in queries.items():
        end(server)
        dropped = peers.drop_caches()
        server.start()
        cold, rows = milliseconds(lambda: query(server))
        warm = statistics.median(milliseconds(lambda: query(server))[0] for _ in range(15))
        found[name] = {"cold": cold, "warm": warm, "rows": rows(), "dropped": dropped}
    return found


def measure(kind, batches, states, queries, wanted):
    with peers.directory() as place:
        server = kind(place, wanted)
        if hasattr(server, "prepare"):
            server.prepare(batches + states)
        result = take_in(server, batches)
        result["samples"] = sum(server.counted(b) for b in batches)
        result["disk"] = server.disk()
        print(f"{kind.name}: {peers.rate(result['samples'] / result['cpu'])} samples per CPU-second", flush=True)
        result["queries"] = {}
        if getattr(kind, "asks", True):
            for batch in states:
                server.send_states(batch)
            server.flush()
            result["queries"] = ask(server, queries)
        end(server)
    return result


def kept_after_kill(kind, batches, machine, item, wanted):
    """Of the busiest item's samples, with the server killed right after its last answer."""
    sent = len({at for b in batches for at, i, value in b.samples
                if b.machine == machine and i == item and data.NUMBER.match(value)})
    with peers.directory() as place:
        server = kind(place, wanted)
        if hasattr(server, "prepare"):
            server.prepare(batches)
        for batch in batches:
            server.send(batch)
        kill(server)
        server.start()
        kept = server.count(machine, item)
        end(server)
    return {"sent": sent, "kept": kept}


def kill(server):
    if isinstance(server, Postgres):
        os.kill(server.server.pid, signal.SIGKILL)
        server.psql.stdin.close()
        server.psql.wait(20)
        time.sleep(2)
        peers.RUNNING.remove(server.server)
        return
    server.server.end(signal.SIGKILL)


def show(results):
    ours = results.get("heed-v2") or results.get("heed")
    rows = []
    for name, r in results.items():
        per_cpu = r["samples"] / r["cpu"]
        rows.append([name, SERVERS[name].answers, f"{r['samples']:,}", peers.rate(r["samples"] / r["wall"]),
                     peers.rate(per_cpu), peers.times(ours["samples"] / ours["cpu"], per_cpu) if ours else "-",
                     peers.rate(r["samples"] / r["cpu_answered"]), f"{r['disk'] / r['samples']:.2f}",
                     f"{r['resident'] / 2**20:.0f}", f"{r['load']:.1f}"])
    peers.table(rows, ["", "answers", "samples", "/s", "/CPU-s", "heed-v2 is", "/CPU-s to answer", "bytes each",
                       "MiB", "machine's load"])
    ours, asked = results.get("heed"), {n: r for n, r in results.items() if r["queries"]}
    rows = []
    for query in next(iter(asked.values()), {"queries": ()})["queries"]:
        for name, r in asked.items():
            q = r["queries"][query]
            ratios = [peers.times(q[t], ours["queries"][query][t]) if ours else "-" for t in ("cold", "warm")]
            rows.append([f"{query}: {name}", q["rows"], f"{q['cold']:.1f} ms", ratios[0], f"{q['warm']:.1f} ms",
                         ratios[1], "dropped" if q["dropped"] else "kept"])
    peers.table(rows, ["", "rows", "cold", "/ heed", "warm", "/ heed", "file cache"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=str(peers.ROOT.parent / "shared/data/machines"), help="the recordings")
    parser.add_argument("--copies", type=int, default=4, help="of the two machines, to have more samples (4)")
    parser.add_argument("--batch", type=int, default=5000, help="samples of one request (5000)")
    parser.add_argument("--heed", default=str(peers.ROOT / "build/bench/heed"), help="the program")
    parser.add_argument("--servers", default=",".join(SERVERS), help=f"of {','.join(SERVERS)}")
    parser.add_argument("--kill", action="store_true", help="what each keeps when killed after its last answer")
    parser.add_argument("--json", help="where to write all figures")
    wanted = parser.parse_args()
    names = wanted.servers.split(",")
    if set(names) - set(SERVERS):
        peers.stop(f"--servers are of {','.join(SERVERS)}")
    if any(n.startswith("heed") for n in names) and not os.access(wanted.heed, os.X_OK):
        peers.stop(f"{wanted.heed} is missing: cmake --preset bench && ninja -C build/bench heed")
    now = time.time_ns()
    batches = data.recorded(wanted.data, wanted.copies, wanted.batch, now)
    states = data.year_of_states("year", wanted.batch, now)
    machine, item = "mazak01-1", "total_time"
    day = (now // data.DAY - 2 * 5) * data.DAY  # its first recording
    queries = {"a day of one item": lambda s: s.plot(machine, item, day, day + data.DAY),
               "a year of states": lambda s: s.states("year", (now // data.DAY - 365) * data.DAY, now)}
    numbers = sum(b.numbers for b in batches)
    print(f"{sum(b.count for b in batches):,} samples, {numbers:,} of them numbers, in {len(batches)} requests; "
          f"{sum(len(b.line_protocol) for b in batches) / 2**20:.0f} MiB of line protocol, "
          f"{sum(len(b.shdr) for b in batches) / 2**20:.0f} MiB of SHDR")
    print(", ".join(f"{n} {peers.version(SERVERS[n].package)}" for n in names if SERVERS[n].package) + "\n")
    if wanted.kill:
        some = [b for b in batches if b.machine == machine]
        rows = []
        for name in (n for n in names if getattr(SERVERS[n], "asks", True)):
            r = kept_after_kill(SERVERS[name], some, machine, item, wanted)
            rows.append([name, SERVERS[name].answers, f"{r['sent']:,}", f"{r['kept']:,}"])
        peers.table(rows, ["killed after the last answer", "answers", "numbers sent", "kept"])
        return
    results = {name: measure(SERVERS[name], batches, states, queries, wanted) for name in names}
    show(results)
    if wanted.json:
        with open(wanted.json, "w") as f:
            json.dump(results, f, indent=1)


if __name__ == "__main__":
    main()
