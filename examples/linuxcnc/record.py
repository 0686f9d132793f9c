#!/usr/bin/env python3
"""record.py PORT FILE : a mill's day as SHDR lines, read from linuxcncrsh with `get` alone.

One line a poll, with the keys that changed. The words are MTConnect's. The error is asked for as
well, because nobody sits at this mill's own screen: LinuxCNC hands each error to one reader only.
"""

import argparse
import datetime
import math
import time

from rsh import Rsh

WORDS = {
    "estop": {"ON": "TRIGGERED", "OFF": "ARMED"},
    "mode": {"MANUAL": "MANUAL", "AUTO": "AUTOMATIC", "MDI": "MANUAL_DATA_INPUT"},
    "execution": {"IDLE": "READY", "RUNNING": "ACTIVE", "PAUSED": "INTERRUPTED"},
}


class Recorder:
    def __init__(self, options, out):
        self.rsh = Rsh(options.port, "recorder")
        self.out = out
        self.count_file = options.count
        self.said = {}
        self.errors = None  # Not told yet.
        self.places = []

    def poll(self):
        now = time.time()
        get = self.rsh.get
        values = {"avail": "AVAILABLE"}
        values["estop"] = WORDS["estop"][get("estop")]
        values["mode"] = WORDS["mode"][get("mode")]
        status = get("program_status")
        on = get("machine") == "ON"
        values["execution"] = WORDS["execution"][status] if on else "STOPPED"
        values["program"] = get("program").rsplit("/", 1)[-1]
        values["line"] = get("program_line")
        values["Tool_number"] = get("tool")
        values["Fovr"] = get("feed_override")
        place = [float(x) for x in get("abs_act_pos").split()[:3]]
        values["Fact"] = "%.0f" % self.feed(now, place)
        for key, value in zip(("Xabs", "Yabs", "Zabs"), place):
            values[key] = "%.3f" % (value + 0.0)
        values["PartCountAct"] = self.parts()
        self.write(now, values)
        self.write_condition(now, get("error"), status)

    def feed(self, now, place):
        """Millimetres a minute over the last second or two."""
        self.places.append((now, place))
        while len(self.places) > 2 and now - self.places[1][0] >= 1.0:
            self.places.pop(0)
        way = sum(math.dist(a[1], b[1]) for a, b in zip(self.places, self.places[1:]))
        took = now - self.places[0][0]
        return way / took * 60 if took > 0 else 0.0

    def parts(self):
        try:
            with open(self.count_file) as file:
                return file.read().strip() or "UNAVAILABLE"
        except (OSError, TypeError):
            return "UNAVAILABLE"

    def write(self, now, values):
        changed = {k: v for k, v in values.items() if self.said.get(k) != v}
        self.said.update(changed)
        if changed:
            pairs = "".join("|%s|%s" % pair for pair in changed.items())
            self.out.write(stamp(now) + pairs + "\n")

    def write_condition(self, now, error, status):
        """One fault gives several errors; they stand until a program runs again."""
        if error != "OK":
            self.errors = (self.errors or 0) + 1
            code = "ERROR" if self.errors == 1 else "ERROR_%d" % self.errors
            fields = (stamp(now), code, error.replace("|", " "))
            self.out.write("%s|system_cond|FAULT|%s|||%s\n" % fields)
        elif self.errors is None or (self.errors and status == "RUNNING"):
            self.errors = 0
            self.out.write("%s|system_cond|NORMAL||||\n" % stamp(now))


def stamp(now):
    time_of_day = datetime.datetime.fromtimestamp(now, datetime.timezone.utc)
    return time_of_day.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("port", type=int)
    parser.add_argument("file")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--period", type=float, default=0.5, help="seconds between polls")
    parser.add_argument("--count", help="file that holds the number of finished parts")
    options = parser.parse_args()
    end = time.monotonic() + options.minutes * 60
    with open(options.file, "w", buffering=1) as out:
        recorder = Recorder(options, out)
        while time.monotonic() < end:
            recorder.poll()
            time.sleep(options.period)


if __name__ == "__main__":
    main()
