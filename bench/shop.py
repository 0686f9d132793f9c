"""A shop of SHDR machines behind real TCP, a server to read them, and browsers to look at it, for shop_bench.py and timeline_bench.py."""
import asyncio
import datetime
import gzip
import http.client
import json
import os
import re
import resource
import signal
import socket
import subprocess
import time
import urllib.parse


def now_text():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Server:
    """`HEED serve` on loopback over an empty data directory, and its owner's session."""

    def __init__(self, heed, directory):
        # Told to end, as by timeout(1), a benchmark ends its server too: it would go on calling 500 ports.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        said = os.path.join(directory, "said")
        self.process = subprocess.Popen(
            [heed, "serve", "--data", os.path.join(directory, "heed"), "--listen", "127.0.0.1:0"],
            stdout=open(said, "w"), stderr=open(os.path.join(directory, "log"), "w"))
        link = None
        for _ in range(4000):
            with open(said) as f:
                link = re.search(r"(http://\S+)/sign-in\?link=(\S+)", f.read())
            if link or self.process.poll() is not None:
                break
            time.sleep(0.005)
        if link is None:
            raise SystemExit("the server said no sign-in link")
        self.url, self.host = link.group(1), urllib.parse.urlparse(link.group(1)).netloc
        self.cookie = self.csrf = None
        session = json.loads(self.request("POST", "/session/link", {"token": link.group(2)})[1])
        self.csrf, self.organization = session["csrf"], session["organizations"][0]["id"]
        self.path = f"/organizations/{self.organization}"

    def request(self, method, path, body=None, headers=None, prefix="/api/v1"):
        """The answer's headers and its body as it came over the wire."""
        connection = http.client.HTTPConnection(self.host, timeout=120)
        given = {"Content-Type": "application/json"} | (headers or {})
        if self.cookie:
            given |= {"Cookie": self.cookie, "X-Heed-Csrf": self.csrf or ""}
        text = body if body is None or isinstance(body, (str, bytes)) else json.dumps(body)
        connection.request(method, prefix + path, text, given)
        answer = connection.getresponse()
        got = answer.read()
        if answer.getheader("Set-Cookie"):
            self.cookie = answer.getheader("Set-Cookie").split(";")[0]
        if answer.status >= 400:
            raise SystemExit(f"{method} {path}: {answer.status} {got[:500]!r}")
        return answer.headers, got

    def measured(self, path, times=7):
        """Of a GET: bytes as JSON and gzipped, milliseconds by the clock (median, and the first), of CPU in the server."""
        walls, cpus = [], []
        for _ in range(times):
            cpu, began = self.cpu(), time.perf_counter()
            headers, packed = self.request("GET", path, headers={"Accept-Encoding": "gzip"})
            walls.append(1e3 * (time.perf_counter() - began))
            cpus.append(1e3 * (self.cpu() - cpu))
        whole = gzip.decompress(packed) if headers.get("Content-Encoding") == "gzip" else packed
        return {"bytes": len(whole), "gzipped": len(packed), "first_ms": round(walls[0], 1),
                "median_ms": round(sorted(walls)[times // 2], 1), "cpu_ms": round(sum(cpus) / times, 1)}

    def cpu(self):
        """Seconds of user and system time so far."""
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def megabytes(self, what="VmRSS"):
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(what + r":\s+(\d+) kB", status.read()).group(1)) / 1024

    def stored(self):
        """Samples that the silo holds: the observations, and some for the states that follow from them."""
        text = self.request("GET", "/metrics", prefix="")[1].decode()
        return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith("heed_series_samples{"))

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


class Adapter:
    """An SHDR adapter that answers pings and says what it is told to."""

    def __init__(self):
        self.writers, self.ready, self.port = [], asyncio.Event(), None

    async def start(self):
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return self

    async def serve(self, reader, writer):
        self.writers.append(writer)
        self.say("avail|AVAILABLE|mode|AUTOMATIC|execution|READY|program|O1234")
        self.ready.set()
        try:
            while line := await reader.readline():
                if line.startswith(b"* PING"):
                    writer.write(b"* PONG 10000\r\n")
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self.writers.remove(writer)

    def say(self, pairs):
        line = f"{now_text()}|{pairs}\r\n".encode()
        for writer in self.writers:
            writer.write(line)


class Browser:
    """A live stream as a browser holds it. `seen` is called with each card and when it came."""

    def __init__(self, server, seen=None):
        self.server, self.seen, self.bytes, self.events, self.resets = server, seen, 0, 0, 0
        self.task = None

    async def open(self, reads=True):
        host, port = self.server.host.split(":")
        connection = socket.create_connection((host, int(port)))
        if not reads:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.setblocking(False)
        self.reader, self.writer = await asyncio.open_connection(sock=connection, limit=1 << 20 if reads else 256)
        self.writer.write((f"GET /api/v1{self.server.path}/live HTTP/1.1\r\nHost: {self.server.host}\r\n"
                           f"Cookie: {self.server.cookie}\r\nAccept: text/event-stream\r\n\r\n").encode())
        if reads:
            self.task = asyncio.create_task(self.read())
        return self

    async def read(self):
        event = b""
        while line := await self.reader.readline():
            came = time.monotonic()
            self.bytes += len(line)
            if line.startswith(b"event:"):
                event = line[6:].strip()
                self.resets += event == b"reset"
            elif line.startswith(b"data:"):
                self.events += 1
                if self.seen and event == b"machine":
                    self.seen(json.loads(line[5:]), came)

    def close(self):
        if self.task:
            self.task.cancel()
        self.writer.close()


def allow_descriptors(count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, count), hard), hard))


def quantiles(values):
    values = sorted(values)
    at = lambda share: round(values[min(len(values) - 1, int(len(values) * share))], 2)
    return {"p50": at(.5), "p90": at(.9), "p99": at(.99), "max": at(1)} if values else None
