#!/usr/bin/env python3
"""The same people's texts in Heed and in PostgreSQL 15: what is found after they were deleted.

  bench/residue_peers.py [--people 1000] [--bench build/bench/bench/residue_bench]

Heed runs first (bench/residue_bench.cc) and writes down each text and which way it went. PostgreSQL,
as Debian ships it and with its defaults, gets each in the like place: a row, an indexed column, a
bytea, a series, an audit table; a base backup is made; then all rows of these people are deleted,
and every file below its directory is searched, after each thing an operator may do next.
Ends by itself; everything lies in a temporary directory that goes.
"""

import argparse
import json
import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import tempfile

BINARIES = pathlib.Path("/usr/lib/postgresql/15/bin")
TABLES = {
    "record": "note (person int, body text)",
    "index": "topic (person int, word text)",
    "corrected": "corrected (person int, body text)",
    "removed": "removed (person int, body text)",
    "reference": "reply (person int, body text)",
    "mention": "card (person int, body text)",
    "mentioned blob": "face (person int, content bytea)",
    "blob": "sound (person int, content bytea)",
    "replaced blob": "sound_before (person int, content bytea)",
    "series": "pulse (person int, value text)",
    "series name": "pulse_name (person int, name text)",
    "journal": "audit (person int, detail text)",
}
NOISE = "(select string_agg(md5(random()::text || i), '') from generate_series(1, 100) i)"
ALL = [words.split()[0] for words in TABLES.values()]


class Postgres:
    def __init__(self, directory):
        self.data = directory / "pg"
        self.socket = directory / "socket"
        self.backup = directory / "base"
        self.user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        self.socket.mkdir()
        if os.getuid() == 0:
            for place in (directory, self.socket):
                shutil.chown(place, "postgres")
        self.run(BINARIES / "initdb", "-D", self.data, "-U", self.user, "-A", "trust")
        self.run(
            BINARIES / "pg_ctl", "-D", self.data, "-w", "-l", directory / "log", "-o",
            f"-c listen_addresses='' -c unix_socket_directories={self.socket}", "start",
        )

    def run(self, *words, text=None):
        command = [str(word) for word in words]
        if os.getuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        done = subprocess.run(command, input=text, text=True, capture_output=True, cwd="/")
        if done.returncode != 0:
            sys.exit(f"{command[0]} failed: {done.stderr.strip()}")
        return done.stdout

    def sql(self, *lines):
        self.run(
            "psql", "-h", self.socket, "-U", self.user, "-d", "postgres", "-q", "-v",
            "ON_ERROR_STOP=1", text="\n".join(lines) + "\n",
        )

    def stop(self):
        self.run(BINARIES / "pg_ctl", "-D", self.data, "-w", "-m", "fast", "stop")


def found_in(directory, texts):
    """How many of the texts stand in some file, searched by their common beginning."""
    wanted = {text.encode() for text in texts}
    size = len(next(iter(wanted)))
    seen = set()
    files = total = 0
    for path in directory.rglob("*"):
        if not path.is_file():
            continue
        content = path.read_bytes()
        files += 1
        total += len(content)
        at = content.find(b"canary-")
        while at >= 0:
            seen.add(content[at : at + size])
            at = content.find(b"canary-", at + 1)
    return {"texts": len(seen & wanted), "files": files, "bytes": total}


def fill(postgres, lines):
    for words in TABLES.values():
        postgres.sql(f"create table {words};")
    postgres.sql("create index on topic (word);", "create index on pulse_name (name);")
    rows = ["begin;"]
    for person, way, text in lines:
        if way == "refused":
            continue
        table = TABLES[way].split()[0]
        value = f"'{text}'"
        if "bytea" in TABLES[way]:  # stored apart, and not to be packed, as sounds are not
            value = f"convert_to('{text}' || {NOISE}, 'UTF8')"
        rows.append(f"insert into {table} values ({person}, {value});")
    rows += ["commit;", "update corrected set body = 'corrected';", "delete from removed;"]
    rows += ["delete from sound_before;", "checkpoint;"]
    postgres.sql(*rows)


def delete(postgres, people):
    postgres.sql(*[f"delete from {table} where person < {people};" for table in ALL])


def ask_postgres(directory, people, lines):
    gone = [text for person, way, text in lines if person < people and way != "refused"]
    postgres = Postgres(directory)
    steps = []

    def look(step, place):
        steps.append({"step": step, **found_in(place, gone)})

    try:
        fill(postgres, lines)
        look("before", postgres.data)
        postgres.run(
            "pg_basebackup", "-h", postgres.socket, "-U", postgres.user, "-D", postgres.backup
        )
        delete(postgres, people)
        postgres.sql("checkpoint;")
        look("deleted, checkpoint", postgres.data)
        postgres.sql("vacuum;", "checkpoint;")
        look("vacuum", postgres.data)
        postgres.sql("vacuum full;", "select pg_switch_wal();", "checkpoint;", "checkpoint;")
        look("vacuum full, log switched", postgres.data)
        look("its base backup", postgres.backup)
    finally:
        postgres.stop()
    return {"looked_for": len(gone), "steps": steps}


def ask_heed(bench, directory, people):
    texts = directory / "texts"
    words = [bench, "--directory", directory / "heed", "--people", people, "--texts", texts]
    (directory / "heed").mkdir()
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if done.returncode > 1 or not done.stdout:
        sys.exit(f"residue_bench failed: {done.stderr.strip()}")
    lines = [line.split("\t") for line in texts.read_text().splitlines()]
    return json.loads(done.stdout), [(int(person), way, text) for person, way, text in lines]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--bench", default="build/bench/bench/residue_bench")
    arguments = parser.parse_args()
    # In memory where that can be: what a sync costs is not what is asked.
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None
    with tempfile.TemporaryDirectory(dir=memory) as name:
        directory = pathlib.Path(name)
        heed, lines = ask_heed(arguments.bench, directory, arguments.people)
        place = directory / "postgres"
        place.mkdir()
        directory.chmod(0o755)
        postgres = ask_postgres(place, arguments.people, lines)
    print(json.dumps({"heed": heed, "postgresql": postgres}, indent=1))
    print(f"\n{arguments.people} people, {len(lines)} texts", file=sys.stderr)
    for step in heed["before"] + heed["after"]:
        print(f"  heed        {step['place']:<28} {step['texts']:>7} texts", file=sys.stderr)
    for step in postgres["steps"]:
        print(f"  postgresql  {step['step']:<28} {step['texts']:>7} texts", file=sys.stderr)
    sys.exit(0 if heed["clean"] else 1)


main()
