"""The servers that Heed is measured beside, each on loopback, in a directory of its own that goes
away with it, ended by its own process id. Standard library only."""
import contextlib
import glob
import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
RUNNING = []  # servers that are to be ended, whatever happens
TICK = os.sysconf("SC_CLK_TCK")


def stop(why):
    raise SystemExit(f"{os.path.basename(sys.argv[0])}: {why}")


def program(name, package, places=()):
    """The path of a program, or an end that says which package has it."""
    for place in (*places, *os.environ["PATH"].split(":"), "/usr/sbin", "/usr/bin"):
        for path in sorted(glob.glob(os.path.join(place, name)), reverse=True):
            if os.access(path, os.X_OK):
                return path
    stop(f"{name} is missing: tools/install bench (Debian's {package})")


def version(package):
    said = subprocess.run(["dpkg-query", "-W", "-f=${Version}", package], capture_output=True, text=True)
    return said.stdout or "?"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


def tree(pid):
    """A process and what it started."""
    found = [pid]
    for stat in glob.glob("/proc/[0-9]*/stat"):
        with contextlib.suppress(OSError):
            text = open(stat).read()
            if int(text.rsplit(")", 1)[1].split()[1]) == pid:
                found += tree(int(text.split()[0]))
    return found


def cpu_seconds(pid):
    """User and system time of a process, of its children and of those that ended."""
    ticks = 0
    for one in tree(pid):
        with contextlib.suppress(OSError):
            fields = open(f"/proc/{one}/stat").read().rsplit(")", 1)[1].split()
            ticks += sum(int(x) for x in fields[11:15])
    return ticks / TICK


def resident_bytes(pid):
    total = 0
    for one in tree(pid):
        with contextlib.suppress(OSError):
            total += int(re.search(r"Rss:\s+(\d+) kB", open(f"/proc/{one}/smaps_rollup").read()).group(1)) * 1024
    return total


def disk_bytes(directory, without=()):
    """Of the blocks that its files hold; what is set aside but empty is not counted twice."""
    total = 0
    for folder, names, files in os.walk(directory):
        names[:] = [n for n in names if n not in without]
        for name in files:
            with contextlib.suppress(OSError):
                status = os.lstat(os.path.join(folder, name))
                total += min(status.st_size, status.st_blocks * 512)
    return total


def load_now():
    return os.getloadavg()[0]


def drop_caches():
    """Whether the kernel let go of the files that it keeps in memory."""
    try:
        os.sync()
        with open("/proc/sys/vm/drop_caches", "w") as f:
            f.write("1")
        return True
    except OSError:
        return False


class Server:
    """A process that is asked over HTTP until it answers, and ended by its id."""

    def __init__(self, command, ready, log, environment=None):
        self.log = open(log, "w")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=subprocess.STDOUT,
                                        env=os.environ | (environment or {}), start_new_session=True)
        self.pid = self.process.pid
        RUNNING.append(self)
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(OSError):
                if ready is None or urllib.request.urlopen(ready, timeout=2).status < 300:
                    return
            time.sleep(0.02)
        self.end()
        stop(f"{command[0]} does not start: {open(log).read()[-2000:]}")

    def end(self, how=signal.SIGTERM):
        if self not in RUNNING:
            return
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
        self.log.close()
        RUNNING.remove(self)


class Postgres:
    """PostgreSQL on a unix socket in a directory of its own; as user postgres, as it refuses root."""

    SETTINGS = {"shared_buffers": "512MB", "max_wal_size": "2GB", "listen_addresses": ""}

    def __init__(self, directory):
        self.bin = os.path.dirname(program("postgres", "postgresql-15", ["/usr/lib/postgresql/*/bin"]))
        self.directory = os.path.join(directory, "postgresql")
        os.mkdir(self.directory, 0o755)
        os.chmod(directory, 0o755)
        self.user = []
        if os.getuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self.directory, owner.pw_uid, owner.pw_gid)
            self.user = ["runuser", "-u", "postgres", "--"]
        self.data = os.path.join(self.directory, "data")
        self.run("initdb", "-D", self.data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C")
        self.start()

    def run(self, name, *arguments):
        done = subprocess.run([*self.user, os.path.join(self.bin, name), *arguments], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/")
        if done.returncode != 0:
            stop(f"{name} failed: {done.stdout[-2000:]}")
        return done.stdout

    def start(self):
        options = " ".join(f"-c {k}='{v}'" for k, v in self.SETTINGS.items())
        log = os.path.join(self.directory, "log")
        subprocess.run([*self.user, os.path.join(self.bin, "pg_ctl"), "-D", self.data, "-l", log, "-w", "-o",
                        f"{options} -k {self.directory}", "start"], check=True, stdout=subprocess.DEVNULL, cwd="/")
        self.pid = int(open(os.path.join(self.data, "postmaster.pid")).readline())
        RUNNING.append(self)
        self.connection = f"host={self.directory} user=postgres dbname=postgres"

    def end(self):
        self.run("pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop")
        RUNNING.remove(self)

    def sql(self, text, stdin=None):
        done = subprocess.run([os.path.join(self.bin, "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1",
                               "-d", self.connection, "-c", text], stdin=stdin, capture_output=True, text=True)
        if done.returncode != 0:
            stop(f"PostgreSQL: {done.stderr}")
        return done.stdout.strip()


@contextlib.contextmanager
def directory():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # by timeout(1): servers end with it
    path = tempfile.mkdtemp(prefix="heed-bench-")
    try:
        yield path
    finally:
        for server in list(RUNNING):
            with contextlib.suppress(Exception, SystemExit):
                server.end()
        shutil.rmtree(path, ignore_errors=True)


def table(rows, heads):
    rows = [[str(c) for c in row] for row in rows]
    widths = [max(len(r[i]) for r in [heads, *rows]) for i in range(len(heads))]
    for row in [heads, *rows]:
        print("  ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths))).rstrip())
    print()


def rate(value):
    if value >= 1e6:
        return f"{value / 1e6:.2f} M"
    return f"{value / 1e3:.1f} K" if value >= 10_000 else f"{value:.0f}" if value >= 10 else f"{value:.2g}"


def times(ours, theirs):
    return f"{ours / theirs:.2f} x" if theirs else "-"


def read_json(text, of):
    try:
        return json.loads(text)
    except ValueError:
        stop(f"{of} said no JSON: {text[:500]}")
