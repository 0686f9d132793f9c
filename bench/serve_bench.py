#!/usr/bin/env python3
"""bench/serve_bench.py HEED: start-up time, idle memory and event-to-browser latency of the real program.

Starts `HEED serve` on loopback with an empty data directory, twenty SHDR machines of its own behind
real TCP and one live stream as a browser holds it. Each machine changes its state 50 times, 0.5 s
apart (the live stream sends a card at most five times a second); the latency is from just before the
line is written to the adapter's socket to just after the event is read from the stream, so it holds
the box, the spool, the durable append, the state table, the stream and this script's own parsing.
Ends by itself after about 40 s. Prints one JSON object."""
import datetime
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

MACHINES, CHANGES, INTERVAL = 20, 50, 0.5


class Adapter(threading.Thread):
    """An SHDR adapter that answers pings and says what it is told to."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.connection, self.ready = None, threading.Event()

    def run(self):
        while True:
            connection, _ = self.listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connection = connection
            self.say("avail|AVAILABLE|mode|AUTOMATIC|execution|READY")
            self.ready.set()
            buffer = b""
            while chunk := connection.recv(4096):
                buffer += chunk
                while b"\n" in buffer:
                    line, buffer = buffer.split(b"\n", 1)
                    if line.startswith(b"* PING"):
                        connection.sendall(b"* PONG 10000\r\n")

    def say(self, pairs):
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        self.connection.sendall(f"{now}|{pairs}\r\n".encode())


def resident_bytes(pid):
    with open(f"/proc/{pid}/status") as status:
        return int(re.search(r"VmRSS:\s+(\d+) kB", status.read()).group(1)) * 1024


class Client:
    def __init__(self, url):
        self.host = urllib.parse.urlparse(url).netloc
        self.cookie, self.csrf = None, None

    def request(self, method, path, body=None):
        connection = http.client.HTTPConnection(self.host, timeout=10)
        headers = {"Content-Type": "application/json"}
        if self.cookie:
            headers |= {"Cookie": self.cookie, "X-Heed-Csrf": self.csrf or ""}
        connection.request(method, "/api/v1" + path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.getheader("Set-Cookie"):
            self.cookie = answer.getheader("Set-Cookie").split(";")[0]
        if answer.status >= 400:
            raise SystemExit(f"{method} {path}: {answer.status} {text.decode()}")
        return json.loads(text) if text else None


def start(heed, data):
    began = time.monotonic()
    said = open(os.path.join(data, "said"), "w+")
    server = subprocess.Popen([heed, "serve", "--data", os.path.join(data, "heed"), "--listen", "127.0.0.1:0"],
                              stdout=said, stderr=subprocess.DEVNULL)
    link = None
    while link is None and server.poll() is None and time.monotonic() - began < 20:
        with open(os.path.join(data, "said")) as f:
            link = re.search(r"(http://\S+)/sign-in\?link=(\S+)", f.read())
        time.sleep(0.005)
    if link is None:
        raise SystemExit("the server said no sign-in link")
    return server, link.group(1), link.group(2), time.monotonic() - began


def listen(client, organization, sent, latencies, stop):
    connection = http.client.HTTPConnection(client.host, timeout=30)
    connection.request("GET", f"/api/v1/organizations/{organization}/live", headers={"Cookie": client.cookie})
    stream = connection.getresponse()
    seen, event, latest = {}, None, None
    while not stop.is_set():
        line = stream.fp.readline() if stream.chunked is False else stream.readline()
        latest = time.monotonic()
        if line.startswith(b"event:"):
            event = line[6:].strip()
        elif line.startswith(b"data:") and event == b"machine":
            card = json.loads(line[5:])
            machine, state = card["id"], card["state"]
            if seen.get(machine) != state and machine in sent and sent[machine][0] == state:
                latencies.append(latest - sent[machine][1])
            seen[machine] = state
        elif not line:
            break


def main():
    heed = sys.argv[1]
    with tempfile.TemporaryDirectory() as data:
        server, url, token, started = start(heed, data)
        try:
            time.sleep(2)
            idle = resident_bytes(server.pid)
            client = Client(url)
            session = client.request("POST", "/session/link", {"token": token})
            client.csrf = session["csrf"]
            organization = session["organizations"][0]["id"]
            adapters = {}
            for n in range(MACHINES):
                adapter = Adapter()
                adapter.start()
                card = client.request("POST", f"/organizations/{organization}/machines",
                                      {"name": f"Mill {n + 1}", "protocol": "shdr",
                                       "address": f"127.0.0.1:{adapter.port}"})
                adapters[card["id"]] = adapter
            for adapter in adapters.values():
                adapter.ready.wait(10)
            sent, latencies, stop = {}, [], threading.Event()
            listener = threading.Thread(target=listen, daemon=True,
                                        args=(client, organization, sent, latencies, stop))
            listener.start()
            time.sleep(2)
            for change in range(CHANGES):
                word, state = (("ACTIVE", "IN_CYCLE"), ("READY", "WAITING"))[change % 2]
                for machine, adapter in adapters.items():
                    sent[machine] = (state, time.monotonic())
                    adapter.say(f"execution|{word}")
                    time.sleep(INTERVAL / MACHINES)
            time.sleep(1)
            stop.set()
            latencies.sort()
            print(json.dumps({
                "start_up_seconds": round(started, 3),
                "idle_megabytes": round(idle / 2**20, 1),
                "megabytes_with_twenty_machines": round(resident_bytes(server.pid) / 2**20, 1),
                "events_sent": MACHINES * CHANGES,
                "events_seen": len(latencies),
                "event_to_browser_ms": {p: round(latencies[min(len(latencies) - 1, int(len(latencies) * q))] * 1000, 2)
                                        for p, q in (("p50", .5), ("p90", .9), ("p99", .99), ("max", 1))}
                if latencies else None}, indent=1))
        finally:
            server.terminate()
            server.wait(10)


if __name__ == "__main__":
    main()
