#!/usr/bin/env python3
"""activities.py RECORDING: the activities of an SHDR recording, computed from docs/STATES.md alone.

Written from that page and not from the engine, which it checks: it shares no code with src/machines
and keeps everything in memory. Output, one activity a line, times in nanoseconds since 1970:

    from to STATE bucket in_cycle executing

and with --auto one line per UTC day: day, seconds in cycle, seconds of the control's AUTO counter,
both counted only over stretches without a silence of more than 120 s."""
import calendar
import re
import sys

SECOND = 10**9
ROLE_OF_KEY = {
    "avail": "availability", "availability": "availability",
    "estop": "emergency_stop", "emergency_stop": "emergency_stop", "estop_state": "emergency_stop",
    "execution": "execution", "exec": "execution", "pexecution": "execution", "program_status": "execution",
    "mode": "mode", "pmode": "mode", "controller_mode": "mode",
    "fmode": "functional_mode", "functional_mode": "functional_mode",
    "fovr": "override", "pfovr": "override", "feed_override": "override",
    "fact": "feed", "p1fact": "feed", "feed_rate": "feed",
}
LEVELS = {"NORMAL", "WARNING", "FAULT", "UNAVAILABLE"}
STAMP = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?Z$")
PLANNED = {"SETUP", "TEARDOWN", "MAINTENANCE", "PROCESS_DEVELOPMENT"}


def nanoseconds(stamp):
    match = STAMP.match(stamp)
    if not match:
        return None
    seconds = calendar.timegm(tuple(int(match.group(i)) for i in range(1, 7)))
    return seconds * SECOND + int((match.group(7) or "0").ljust(9, "0")[:9])


def observations(path):
    """(device time, key, fields) in the order of the file; fields has five entries for a condition."""
    with open(path, "rb") as recording:
        for raw in recording:
            line = raw.decode("utf-8", "replace").rstrip("\r\n")
            fields = line.split("|")
            device = nanoseconds(fields[0])
            if len(fields) < 2 or device is None or fields[1].startswith("@"):
                continue
            if len(fields) == 7 and fields[2].strip().upper() in LEVELS:
                yield device, fields[1], fields[2:7]
                continue
            for i in range(1, len(fields) - 1, 2):
                if fields[i]:
                    yield device, fields[i], fields[i + 1:i + 2]


class Placement:
    """STATES section 1 for a recording: steps 1 and 2 do not apply."""

    def __init__(self):
        self.last, self.offset = None, 0

    def place(self, t):
        if self.last is None or t >= self.last:
            self.offset, placed = 0, t
        elif self.offset > 0 and t + self.offset >= self.last:
            placed = t + self.offset
        else:
            placed = self.last
            if self.last - (t + self.offset) > 60 * SECOND:
                self.offset = self.last - t
        self.last = placed if self.last is None else max(self.last, placed)
        return placed


def word(value):
    text = value.strip().upper()
    return None if text in ("", "UNAVAILABLE") else text


def number(value):
    try:
        return float(value.strip()) if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", value.strip()) else None
    except ValueError:
        return None


class Machine:
    def __init__(self):
        self.holder = {}        # role -> key that keeps it
        self.role = {}          # role -> word or number or None
        self.offline = False
        self.faults = {}        # key -> {code: level}
        self.slow_since = None  # override < 90 since
        self.still_since = None  # feed 0 since

    def observe(self, t, key, fields):
        if len(fields) == 5:
            self.condition(key, fields)
            return
        role = ROLE_OF_KEY.get(key.lower())
        if role is None or self.holder.setdefault(role, key) != key:
            return
        value = fields[0]
        if role == "availability":
            self.offline = value.strip().upper() == "UNAVAILABLE"
        elif role == "override":
            n = number(value)
            self.slow_since = (t if self.slow_since is None else self.slow_since) if n is not None and n < 90 else None
        elif role == "feed":
            n = number(value)
            self.still_since = (t if self.still_since is None else self.still_since) if n == 0 else None
        else:
            self.role[role] = word(value)

    def condition(self, key, fields):
        level, code = fields[0].strip().upper(), fields[1]
        active = self.faults.setdefault(key, {})
        if level == "UNAVAILABLE" or (level == "NORMAL" and code == ""):
            active.clear()
        elif level == "NORMAL":
            active.pop(code, None)
        else:
            active[code] = level

    def deadlines(self):
        """The instants at which a sustained condition becomes true."""
        return [since + 10 * SECOND for since in (self.slow_since, self.still_since) if since is not None]

    def row(self, t):
        execution, mode = self.role.get("execution"), self.role.get("mode")
        if self.offline:
            return "OFFLINE", "none"
        if self.role.get("emergency_stop") == "TRIGGERED":
            return "ESTOP", "unplanned"
        if execution != "ACTIVE" and any("FAULT" in codes.values() for codes in self.faults.values()):
            return "ALARM", "unplanned"
        if execution == "ACTIVE" and mode not in ("MANUAL", "EDIT"):
            if self.still_since is not None and t >= self.still_since + 10 * SECOND:
                return "NOT_CUTTING", "production"
            if self.slow_since is not None and t >= self.slow_since + 10 * SECOND:
                return "SLOWED", "production"
            return "IN_CYCLE", "production"
        if execution in ("FEED_HOLD", "INTERRUPTED"):
            return "HELD", "stop"
        if execution in ("PROGRAM_STOPPED", "OPTIONAL_STOP", "WAIT"):
            return "PROGRAM_STOP", "operator"
        if mode in ("MANUAL", "EDIT", "MANUAL_DATA_INPUT"):
            return "MANUAL", "setup"
        if execution in ("PROGRAM_COMPLETED", "READY"):
            return "WAITING", "idle"
        if execution == "STOPPED":
            return "STOPPED", "unplanned"
        return "UNKNOWN", "none"

    def tuple_at(self, t):
        state, bucket = self.row(t)
        if bucket != "none" and self.role.get("functional_mode") in PLANNED:
            bucket = "planned"
        execution = self.role.get("execution")
        online = state != "OFFLINE"
        return (state, bucket,
                online and execution in ("ACTIVE", "FEED_HOLD", "INTERRUPTED", "PROGRAM_STOPPED"),
                online and execution == "ACTIVE")


def activities(stream):
    """Lists of [from, to, tuple]; `stream` gives (placed instant, key, fields)."""
    machine, changes, now = Machine(), [], None

    def take(t):
        told = machine.tuple_at(t)
        if changes and changes[-1][0] == t:
            changes[-1] = (t, told)
        else:
            changes.append((t, told))

    for t, key, fields in stream:
        if now is not None:
            for due in sorted(d for d in machine.deadlines() if now < d <= t):
                take(due)
        machine.observe(t, key, fields)
        take(t)
        now = t
    merged = []
    for i, (start, told) in enumerate(changes):
        end = changes[i + 1][0] if i + 1 < len(changes) else now
        if merged and merged[-1][2] == told:
            merged[-1][1] = end
        elif start < end:
            merged.append([start, end, told])
    return merged


def placed(path):
    placement = Placement()
    return [(placement.place(device), key, fields) for device, key, fields in observations(path)]


def in_cycle_by_day(stream, found):
    """In-cycle and AUTO seconds per UTC day, over stretches without a silence above 120 s."""
    days, cursor, auto, last = {}, 0, None, None
    for t, key, fields in stream:
        counter = number(fields[0]) if key == "auto_time" and len(fields) == 1 else None
        if last is not None and t > last:
            day = days.setdefault(last // (86400 * SECOND), [0, 0.0])
            if t - last <= 120 * SECOND:
                while cursor < len(found) and found[cursor][1] <= last:
                    cursor += 1
                probe = cursor
                while probe < len(found) and found[probe][0] < t:
                    start, end, told = found[probe]
                    if told[2]:
                        day[0] += max(0, min(end, t) - max(start, last))
                    probe += 1
            else:
                auto = None
        last = t
        if counter is not None:
            # Both Mazaks count seconds; a step back is a new counter, not time.
            if auto is not None and 0 <= counter - auto:
                days.setdefault(t // (86400 * SECOND), [0, 0.0])[1] += counter - auto
            auto = counter
        elif key == "auto_time":
            auto = None
    return days


def main():
    stream = placed(sys.argv[1])
    found = activities(stream)
    if "--auto" in sys.argv:
        for day, (in_cycle, auto) in sorted(in_cycle_by_day(stream, found).items()):
            print(day, round(in_cycle / SECOND, 3), auto)
        return
    for start, end, (state, bucket, in_cycle, executing) in found:
        print(start, end, state, bucket, int(in_cycle), int(executing))


if __name__ == "__main__":
    main()
