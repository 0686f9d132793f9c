#!/usr/bin/env python3
"""bench/shop_bench.py HEED [--machines 500] [--items 40] [--browsers 50] [--seconds 15] [--soak 0] [--page]: a large shop, live.

Starts `HEED serve` on loopback over an empty data directory, so many SHDR machines behind real TCP that each say all
their items once a second and change their state every twenty seconds, and looks at them: what the floor's first load
costs; what the server takes with nobody looking, with one browser and with many; how long a change of state takes from
the adapter's socket to a browser; and what browsers that read nothing cost the server. --soak goes on for so many seconds
and tells the memory meanwhile. --page also measures a real Chromium on the floor and the board (web/e2e/measure_floor.mjs; wants `npm ci` in web/). CPU is of the server's
process, in per cent of a core. Ends by itself. Prints one JSON object, and
its parts to standard error as they come."""
import argparse
import asyncio
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time

from shop import Adapter, Browser, Server, allow_descriptors, quantiles

STATES = ("ACTIVE", "IN_CYCLE"), ("READY", "WAITING")
EVERY = 20  # seconds between two changes of a machine's state


class Shop:
    def __init__(self, server, items):
        self.server, self.items = server, items
        self.adapters, self.sent, self.observations = {}, {}, 0
        self.latencies, self.lags, self.shown = [], [], {}

    async def fill(self, count):
        for n in range(count):
            adapter = await Adapter().start()
            body = {"name": f"Mill {n + 1:03}", "protocol": "shdr", "location": f"Hall {1 + n % 6}",
                    "address": f"127.0.0.1:{adapter.port}"}
            card = json.loads((await asyncio.to_thread(
                self.server.request, "POST", self.server.path + "/machines", body))[1])
            self.adapters[card["id"]] = adapter
        for adapter in self.adapters.values():
            await asyncio.wait_for(adapter.ready.wait(), 60)

    async def live(self):
        """Every machine once a second, spread over the second."""
        machines = list(self.adapters.items())
        for second in range(1 << 30):
            began = time.monotonic()
            for n, (machine, adapter) in enumerate(machines):
                late = began + n / len(machines) - time.monotonic()
                if late > 0.002:
                    await asyncio.sleep(late)
                said = "|".join(f"item{i}|{math.sin(second / 9 + i) * 100 + random.random():.3f}"
                                for i in range(self.items - 1))
                word, state = STATES[(second + n) // EVERY % 2]
                if self.sent.get(machine, (None,))[0] != state:
                    self.sent[machine] = (state, time.monotonic())
                adapter.say(f"{said}|execution|{word}")
                self.observations += self.items
            await asyncio.sleep(max(0, began + 1 - time.monotonic()))

    async def watch_itself(self):
        """How late this program itself comes to what is due: no event can be seen to come sooner."""
        while True:
            began = time.monotonic()
            await asyncio.sleep(0.005)
            self.lags.append(1e3 * (time.monotonic() - began) - 5)

    def seen(self, card, came):
        machine, state = card["id"], card["state"]
        changed = machine in self.shown and self.shown[machine] != state
        if changed and self.sent.get(machine, (None,))[0] == state:
            self.latencies.append(1e3 * (came - self.sent[machine][1]))
        self.shown[machine] = state

    async def settle(self, seconds):
        """Until changes are seen at once: the first minute has every item's first value and a backlog."""
        browser = await Browser(self.server, self.seen).open()
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            self.latencies.clear()
            await asyncio.sleep(4)
            if len(self.latencies) > 20 and max(self.latencies) < 2000:
                break
        browser.close()
        return round(time.monotonic() - began)

    async def look(self, seconds, browsers):
        """What so many browsers see within the time, and what it costs."""
        opened = [await Browser(self.server, self.seen if n == 0 else None).open() for n in range(browsers)]
        self.shown.clear()
        await asyncio.sleep(2)
        self.latencies.clear()
        self.lags.clear()
        cpu, began, said = self.server.cpu(), time.monotonic(), self.observations
        stored = await asyncio.to_thread(self.server.stored)
        before = [(b.events, b.bytes) for b in opened]
        await asyncio.sleep(seconds)
        passed = time.monotonic() - began
        told = {
            "said_per_second": round((self.observations - said) / passed),
            "stored_per_second": round((await asyncio.to_thread(self.server.stored) - stored) / passed),
            "cpu_percent": round(100 * (self.server.cpu() - cpu) / passed, 1),
            "resident_megabytes": round(self.server.megabytes()),
        }
        if opened:
            told |= {
                "events_per_second_each": round(sum(b.events - e for b, (e, _) in zip(opened, before))
                                                / passed / browsers, 1),
                "kilobytes_per_second_each": round(sum(b.bytes - s for b, (_, s) in zip(opened, before))
                                                   / passed / browsers / 1e3, 1),
                "resets": sum(b.resets for b in opened),
                "event_to_browser_ms": quantiles(self.latencies), "changes_seen": len(self.latencies),
                "this_program_late_ms": quantiles(self.lags),
            }
        for browser in opened:
            browser.close()
        return told


async def slow_readers(server, seconds, count):
    """So many browsers that take nothing off their small sockets, beside as long without any: whether they cost the server
    memory or time, and when the first of them is cut off."""
    async def grown():
        megabytes, cpu, began = server.megabytes(), server.cpu(), time.monotonic()
        cut = None
        while time.monotonic() - began < seconds:
            await asyncio.sleep(1)
            if cut is None and len(established(browsers)) < len(browsers):
                cut = round(time.monotonic() - began)
        passed = time.monotonic() - began
        return {"megabytes_per_second": round((server.megabytes() - megabytes) / passed, 2),
                "cpu_percent": round(100 * (server.cpu() - cpu) / passed, 1)} | (
                    {"first_cut_off_after_seconds": cut} if browsers else {})

    browsers = []
    without = await grown()
    browsers = [await Browser(server).open(reads=False) for _ in range(count)]
    told = {"without": without, f"with_{count}": await grown()}
    for browser in browsers:
        browser.close()
    return told


def established(browsers):
    ports = {f"{browser.writer.get_extra_info('sockname')[1]:04X}" for browser in browsers}
    with open("/proc/net/tcp") as table:
        lines = [line.split() for line in table]
    return {line[1][-4:] for line in lines if line[3] == "01"} & ports


async def soak(server, seconds):
    """The server's memory from minute to minute while the shop goes on."""
    told = []
    for _ in range(round(seconds / 15)):
        await asyncio.sleep(15)
        told.append(round(server.megabytes()))
    return told


async def run(options, directory):
    server = Server(options.heed, directory)
    live = None
    try:
        shop = Shop(server, options.items)
        await shop.fill(options.machines)
        live = asyncio.gather(shop.live(), shop.watch_itself())
        settled = await shop.settle(120)
        told = {}

        def tell(what, figures):
            """Also as it goes on: a run takes minutes, and may be cut short."""
            told[what] = figures
            print(what, json.dumps(figures), file=sys.stderr)

        tell("shop", {"settled_after_seconds": settled, "machines": options.machines, "items": options.items,
                      "load_average": os.getloadavg()[0]})
        tell("first_load", await asyncio.to_thread(server.measured, server.path + "/machines?limit=500"))
        tell("nobody_looks", await shop.look(options.seconds, 0))
        tell("one_browser", await shop.look(options.seconds, 1))
        tell(f"{options.browsers}_browsers", await shop.look(options.seconds, options.browsers))
        tell("slow_readers", await slow_readers(server, 2 * options.seconds, options.browsers))
        if options.soak:
            tell("megabytes_every_15_s", await soak(server, options.soak))
        if options.page:
            script = os.path.join(os.path.dirname(__file__), "..", "web", "e2e", "measure_floor.mjs")
            page = await asyncio.to_thread(
                subprocess.run, ["node", script, f"{server.url}/o/{server.organization}/floor"], check=False,
                stdout=subprocess.PIPE, env=os.environ | {"HEED_COOKIE": server.cookie}, timeout=400)
            tell("page", json.loads(page.stdout) if page.returncode == 0 else "the browser failed")
        print(json.dumps(told, indent=1))
    finally:
        if live:
            live.cancel()
        server.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("heed")
    parser.add_argument("--machines", type=int, default=500)
    parser.add_argument("--items", type=int, default=40)
    parser.add_argument("--browsers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--soak", type=float, default=0, metavar="SECONDS")
    parser.add_argument("--page", action="store_true")
    options = parser.parse_args()
    allow_descriptors(4 * options.machines + 500)
    with tempfile.TemporaryDirectory() as directory:
        asyncio.run(run(options, directory))


if __name__ == "__main__":
    main()
