"""The recorded machine days as batches that every series store gets alike. Standard library only.

A batch is the same samples in three notations: line protocol (numbers as `value`, words and
conditions as `text`), SHDR lines as the machine sent them, and rows for COPY. All recordings are
moved, by whole days, to lie two days apart and end the day before yesterday, as some stores refuse
old ones. What an adapter says of weeks before, when it is connected to, is moved to a day before the
recording's end: Heed takes a clock that goes back for one that was set, and would shift all after."""
import calendar
import datetime
import glob
import os
import re

NUMBER = re.compile(r"-?\d+(\.\d+)?$")
LEVELS = {"normal", "warning", "fault", "unavailable"}
DAY = 86_400 * 10**9


def nanoseconds(text):
    """2016-10-06T23:06:07.138151Z, or None."""
    m = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z", text)
    if not m:
        return None
    seconds = calendar.timegm(tuple(int(x) for x in m.groups()[:6]))
    return seconds * 10**9 + int((m[7] or "0").ljust(9, "0"))


def timestamp(ns):
    at = datetime.datetime.fromtimestamp(ns // 10**9, datetime.timezone.utc)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{ns % 10**9 // 1000:06d}Z"


def pairs_of(parts):
    """What a line says, as bench/shdr_files.h splits it."""
    if (len(parts) == 7 and parts[2].lower() in LEVELS) or len(parts) % 2 == 0:
        return [(parts[1], "|".join(parts[2:]))]
    return list(zip(parts[1::2], parts[2::2]))


def escaped(tag):
    return re.sub(r"([,= ])", r"\\\1", tag)


class Batch:
    def __init__(self, machine):
        self.machine = machine
        self.lines, self.shdr, self.samples = [], [], []
        self.numbers = 0

    def add(self, at, item, value):
        self.samples.append((at, item, value))
        head = f"machine,machine={escaped(self.machine)},item={escaped(item)}"
        if NUMBER.match(value):
            self.numbers += 1
            self.lines.append((True, f"{head} value={value} {at}"))
        else:
            words = value.replace("\\", "\\\\").replace('"', '\\"')
            self.lines.append((False, f'{head} text="{words}" {at}'))

    def add_line(self, at, parts):
        self.shdr.append("|".join([timestamp(at), *parts[1:]]))
        for item, value in pairs_of(parts):
            if item:
                self.add(at, item, value)

    def seal(self):
        """As bytes, once: what is timed sends them and makes nothing."""
        self.line_protocol = "\n".join(l for _, l in self.lines).encode()
        self.line_protocol_numbers = "\n".join(l for number, l in self.lines if number).encode()
        self.shdr = ("\n".join(self.shdr) + "\n").encode()
        self.count = len(self.lines)
        del self.lines
        return self


def read_day(path):
    day = []
    for line in open(path, errors="replace"):
        parts = line.rstrip("\r\n").split("|")
        at = nanoseconds(parts[0])
        if at is not None and len(parts) >= 3:
            day.append((at, parts))
    return day


def recorded(data, copies, at_once, now_ns):
    """The Mazak days, `copies` times as other machines, in batches of about `at_once` samples."""
    batches = []
    for folder in ("mazak01", "mazak03"):
        days = [read_day(path) for path in sorted(glob.glob(os.path.join(data, folder, "*.txt")))]
        if not days:
            raise SystemExit(f"there are no recordings in {data}/{folder}")
        for copy in range(copies):
            machine = f"{folder}-{copy + 1}"
            for i, day in enumerate(days):
                last = max(at for at, _ in day)
                shift = (now_ns // DAY - 2 * (len(days) - i) - last // DAY) * DAY
                batch = Batch(machine)
                for at, parts in day:
                    batch.add_line(max(at, last - DAY) + shift, parts)
                    if len(batch.samples) >= at_once:
                        batches.append(batch.seal())
                        batch = Batch(machine)
                if batch.samples:
                    batches.append(batch.seal())
    return batches


def year_of_states(machine, at_once, now_ns):
    """157 changes of a machine's execution a day for a year: as many as recorder_bench has."""
    words = ("ACTIVE", "READY", "ACTIVE", "INTERRUPTED", "ACTIVE", "STOPPED")
    batches, batch = [], Batch(machine)
    start = (now_ns // DAY - 365) * DAY
    for n in range(365 * 157):
        parts = ["", "execution", words[n % len(words)]]
        if n == 0:
            parts = ["", "avail", "AVAILABLE", "mode", "AUTOMATIC", *parts[1:]]
        batch.add_line(start + n * (DAY // 157) // 1000 * 1000, parts)
        if len(batch.samples) >= at_once:
            batches.append(batch.seal())
            batch = Batch(machine)
    batches.append(batch.seal())
    return batches


STATES = {"UNAVAILABLE": 0, "ACTIVE": 1, "READY": 2, "INTERRUPTED": 3, "STOPPED": 4}


def as_numbers(batch):
    """For a store that knows no words: the states as numbers of an item of their own."""
    rows = [f"machine,machine={batch.machine},item=state value={STATES[value]} {at}"
            for at, item, value in batch.samples if item == "execution"]
    return "\n".join(rows).encode()
