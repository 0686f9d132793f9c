#!/usr/bin/env python3
"""bench/timeline_bench.py HEED [--days 365] [--page]: a machine's past from the year to the minute, over HTTP.

Starts `HEED serve` on loopback over an empty data directory and sends it a year of one machine: a part every three
minutes with a hold in it, twice a shift an hour's stop, so 1,900 changes of state a day (the machine of bench/oee_bench.cc),
and on the 200th day an alarm of one second. Then asks for what the timeline asks for at a year, a month, a week, a day and a
minute, each seven times: bytes, milliseconds and CPU of the server; beside it what all activities of the range would be.
--page also zooms a real Chromium from the year to the minute (web/e2e/measure_timeline.mjs; wants `npm ci` in web/). Prints
one JSON object."""
import argparse
import datetime
import json
import os
import subprocess
import tempfile

from shop import Server

START = datetime.datetime(2025, 1, 1, tzinfo=datetime.timezone.utc)
PARTS = 480  # a day


def text(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def day_of(day):
    lines = []
    for part in range(PARTS):
        start = START + datetime.timedelta(days=day, minutes=3 * part)
        say = lambda second, what: lines.append(f"{text(start + datetime.timedelta(seconds=second))}|{what}")
        if part % 120 == 60:
            say(0, "execution|STOPPED")
            continue
        say(1, "execution|ACTIVE|mode|AUTOMATIC|program|O1234")
        say(70, "execution|FEED_HOLD")
        say(72, "execution|ACTIVE")
        if day == 200 and part == 100:
            say(100, "estop|TRIGGERED")
            say(101, "estop|ARMED")
        say(150, f"execution|READY|part_count|{PARTS * day + part + 1}")
    return "\n".join(lines) + "\n"


def fill(server, machine, days):
    for day in range(days):
        server.request("POST", f"{machine}/observations", day_of(day).encode(),
                       {"Content-Type": "text/plain", "Idempotency-Key": f"day {day}"})


def ranges(days):
    middle = START + datetime.timedelta(days=days // 2)
    hours = lambda count: (middle, middle + datetime.timedelta(hours=count))
    yield "year", (START, START + datetime.timedelta(days=days))
    yield "month", hours(24 * 30)
    yield "week", hours(24 * 7)
    yield "day", hours(24)
    yield "minute", hours(1 / 60)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("heed")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--page", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        server = Server(options.heed, directory)
        try:
            body = {"name": "Mill", "protocol": "shdr", "address": "sent", "recording": True}
            id = json.loads(server.request("POST", server.path + "/machines", body)[1])["id"]
            machine = f"{server.path}/machines/{id}"
            fill(server, machine, options.days)
            told = {"load_average": os.getloadavg()[0], "megabytes_before": round(server.megabytes())}
            for name, (begin, end) in ranges(options.days):
                query = f"from={text(begin)}&to={text(end)}"
                told[name] = {"overview": server.measured(f"{machine}/activities/overview?{query}&cells=1600&activities=2000")}
                if name != "year":
                    told[name]["all_activities"] = server.measured(f"{machine}/activities?{query}", 3)
            overview = json.loads(server.request("GET", f"{machine}/activities/overview?from={text(START)}&to="
                                                 f"{text(START + datetime.timedelta(days=options.days))}")[1])
            if "rollup" in overview:
                told["alarm_seconds_in_the_year"] = sum(
                    sum(share["seconds"]) for share in overview["rollup"]["shares"] if share["state"] in ("ALARM", "ESTOP"))
            told["megabytes_after"] = round(server.megabytes())
            if options.page:
                script = os.path.join(os.path.dirname(__file__), "..", "web", "e2e", "measure_timeline.mjs")
                address = f"{server.url}/o/{server.organization}/machines/{id}?by=year&on={text(START)[:10]}T12:00:00.000Z"
                page = subprocess.run(["node", script, address], check=False, stdout=subprocess.PIPE, timeout=400,
                                      env=os.environ | {"HEED_COOKIE": server.cookie})
                told["page"] = json.loads(page.stdout) if page.returncode == 0 else "the browser failed"
            print(json.dumps(told, indent=1))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
