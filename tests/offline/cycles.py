#!/usr/bin/env python3
"""cycles.py RECORDING...: the cycles of SHDR recordings, computed from docs/CYCLES.md alone.

Written from that page and not from the engine, which it checks. Several recordings of one machine
are taken as one, in the order of their times. Output, one cycle a line, times in nanoseconds since 1970:

    from to complete row counted in_cycle executing unseen program tools

with tools as 1,2,3 or -, blanks in the program as _. Before that it can hide what it looks at:

    --hide-counter  as if the part count were never said
    --hide-program  as if no program had a name (these recordings leave out changes of the name)
    --hide-ends     as if every end of a program were told as READY, as the Mazaks do
    --tools-only    as if execution were ACTIVE all the time, and nothing else but tools were said
    --truth         compares with the recording's own words, instead of printing cycles
    --rows          the same by row of section 5: right verdicts/all
    --units         by row, agreement with the unit numbers of a Mazatrol program/all
    --auto          the runs' in-cycle seconds, beside the control's AUTO and CUT seconds in them"""
import sys

import activities

SECOND = activities.SECOND
DAY = 86400 * SECOND
RUNNING, HELD, WAITING, ENDED, STOPPED, LOST = "running", "held", "waiting", "ended", "stopped", "lost"
CLASS_OF = {"ACTIVE": RUNNING, "FEED_HOLD": HELD, "INTERRUPTED": HELD, "PROGRAM_STOPPED": WAITING,
            "OPTIONAL_STOP": WAITING, "WAIT": WAITING, "PROGRAM_COMPLETED": ENDED, "READY": ENDED, "STOPPED": STOPPED}
IN_CYCLE = {"ACTIVE", "FEED_HOLD", "INTERRUPTED", "PROGRAM_STOPPED"}
BY_HAND = {"MANUAL", "EDIT", "MANUAL_DATA_INPUT"}
KEYS = {"program": ["program", "pprogram", "p1program", "program_name_running"],
        "count": ["part_count", "partcountact", "ppartcount", "parts"],
        "tool": ["tool_number", "current_tool", "p1currenttool", "tool", "tool_id", "p1toolassetid"]}
FROM_STATES = {"availability": "availability", "mode": "mode", "execution": "execution"}
ORDER = ["availability", "mode", "program", "tool", "count", "execution"]


def chosen(stream):
    """(time, what, text) of the items that decide, in the order of the page."""
    holder, seen = {}, set()
    for _, key, fields in stream:
        role = activities.ROLE_OF_KEY.get(key.lower())
        if len(fields) == 1:
            seen.add(key)
            if role in FROM_STATES:
                holder.setdefault(role, key)
    of_key = {holder[role]: role for role in FROM_STATES if role in holder}
    for what, keys in KEYS.items():
        there = sorted((keys.index(k.lower()), k) for k in seen if k.lower() in keys)
        if there:
            of_key[there[0][1]] = what
    found = [(t, of_key[key], fields[0]) for t, key, fields in stream if len(fields) == 1 and key in of_key]
    # sorted() is stable: those of one item stay in their order.
    return sorted(found, key=lambda o: (o[0], ORDER.index(o[1])))


def tool_of(text):
    text = text.strip(" \t")
    n = activities.number(text)
    if text == "" or text.upper() == "UNAVAILABLE" or n == 0:
        return ""
    if n is not None and n == int(n) and abs(n) < 10**15:
        return str(int(n))
    return text.encode()[:40].decode("utf-8", "replace")


class Piece:
    def __init__(self, start, tool, program, waiting):
        self.start, self.end = start, start
        self.tool, self.program, self.waiting = tool, program, waiting
        self.executing = self.in_cycle = self.unseen = self.step = 0


class Run:
    def __init__(self, start):
        self.start, self.end, self.why, self.by_hand = start, None, None, False
        self.pieces = []

    def steps(self):
        return sum(p.step for p in self.pieces)

    def executed(self):
        return sum(p.executing for p in self.pieces)


class Control:
    """Section 2 and 3."""

    def __init__(self):
        self.now = None
        self.offline, self.execution, self.mode, self.program, self.tool = False, None, None, "", ""
        self.count = None
        self.run, self.state = None, None  # state: open, stopped, lost
        self.fresh, self.fresh_piece = None, 0  # since when a beginning, from which piece
        self.stop_at = self.stop_size = None
        self.lost_at = self.lost_program = None
        self.runs, self.unseen_parts = [], 0

    def word(self):
        return None if self.offline else self.execution

    def kind(self):
        return CLASS_OF.get(self.word(), LOST)

    def pass_time(self, t):
        if self.run is not None and self.state != "stopped":
            self.add(self.run.pieces[-1], t)
        elif self.run is not None:
            self.run.pieces[-1].end = t
        self.now = t

    def add(self, piece, t):
        length = t - self.now
        if self.state == "lost":
            return
        piece.end = t
        piece.executing += length if self.word() == "ACTIVE" else 0
        piece.in_cycle += length if self.word() in IN_CYCLE else 0

    def new_piece(self):
        last = self.run.pieces[-1]
        waiting = self.kind() in (WAITING, STOPPED)
        if (last.tool, last.program, last.waiting) == (self.tool, self.program, waiting) and not last.step:
            return
        if len(self.run.pieces) < 10_000:
            self.run.pieces.append(Piece(self.now, self.tool, self.program, waiting))

    def take(self, t, what, text):
        if self.now is None:
            self.now = t
        self.pass_time(t)
        before = self.kind()
        if what == "availability":
            self.offline = text.strip().upper() == "UNAVAILABLE"
        elif what == "execution":
            self.execution = activities.word(text)
        elif what == "mode":
            self.mode = activities.word(text)
            if self.beginning() and self.fresh == self.run.start:
                self.run.by_hand = self.mode in BY_HAND
            return
        elif what == "program":
            self.take_program(text)
            return
        elif what == "tool":
            self.tool = tool_of(text)
            if self.state == "open":
                self.new_piece()
            return
        elif what == "count":
            self.take_count(activities.number(text))
            return
        self.step_to(before)

    def beginning(self):
        return self.run is not None and self.fresh is not None and self.now <= self.fresh + SECOND

    def take_program(self, text):
        text = text.strip(" \t")
        if text == "" or text.upper() == "UNAVAILABLE":
            return
        self.program = text.encode()[:200].decode("utf-8", "replace")
        if self.state != "open":
            return
        if self.beginning():
            for piece in self.run.pieces[self.fresh_piece:]:
                piece.program = self.program
        else:
            self.new_piece()

    def take_count(self, n):
        if n is None or n != int(n) or not 0 <= n < 10**15:
            return
        step, self.count = (0 if self.count is None else n - self.count), n
        if step <= 0:
            return
        present = self.run if self.run is not None and self.state != "stopped" and not self.run.by_hand else None
        if self.run is not None and self.state == "stopped" and not self.run.by_hand:
            before = self.run
            ended = self.stop_at
        else:
            before = next((r for r in reversed(self.runs)), None)
            ended = before.end if before else None
        near = before is not None and self.now - ended <= 600 * SECOND
        if present and near and before.steps() == 0 and present.executed() < 10 * SECOND:
            before.pieces[-1].step += int(step)
        elif present:
            present.pieces[-1].step += int(step)
            if self.state == "open":
                self.new_piece()
        elif near:
            before.pieces[-1].step += int(step)
        else:
            self.unseen_parts += int(step)

    def begin(self):
        self.run, self.state = Run(self.now), "open"
        self.run.by_hand = self.mode in BY_HAND
        self.run.pieces.append(Piece(self.now, self.tool, self.program, False))
        self.fresh, self.fresh_piece = self.now, 0

    def finish(self, end, why):
        run, self.run, self.state = self.run, None, None
        run.end, run.why = end, why
        while len(run.pieces) > 1 and run.pieces[-1].start >= end and not run.pieces[-1].step:
            run.pieces.pop()
        run.pieces[-1].end = end
        if not run.by_hand:
            self.runs.append(run)

    def finish_stopped(self):
        self.finish(self.stop_at, STOPPED)

    def step_to(self, before):
        kind = self.kind()
        if self.run is None:
            if kind == RUNNING and before != RUNNING:
                self.begin()
            return
        if kind == before:
            return
        if self.state == "stopped":
            if kind in (HELD, WAITING):
                self.state = "open"
                self.new_piece_after_wait()
            elif kind == STOPPED:
                pass
            else:
                self.finish_stopped()
                if kind == RUNNING:
                    self.begin()
            return
        if self.state == "lost":
            if self.now - self.lost_at > 600 * SECOND or self.program != self.lost_program:
                self.finish(self.lost_at, LOST)
                if kind == RUNNING:
                    self.begin()
                return
            self.state = "open"
            self.run.pieces[-1].unseen += self.now - self.lost_at
            self.run.pieces[-1].end = self.now
        if kind == ENDED:
            self.finish(self.now, self.word())
        elif kind == STOPPED:
            self.new_piece()
            self.state, self.stop_at = "stopped", self.now
        elif kind == LOST:
            self.state, self.lost_at, self.lost_program = "lost", self.now, self.program
        else:
            self.new_piece_after_wait()

    def new_piece_after_wait(self):
        waited = self.run.pieces[-1].waiting
        self.new_piece()
        if waited and not self.run.pieces[-1].waiting:
            self.fresh, self.fresh_piece = self.now, len(self.run.pieces) - 1


def runs_of(stream):
    control = Control()
    for t, what, text in stream:
        control.take(t, what, text)
    if control.run is not None and control.state == "stopped":
        control.finish_stopped()
    return control


class Cycle:
    def __init__(self, pieces, why):
        while len(pieces) > 1 and pieces[0].waiting and not pieces[0].step:
            pieces = pieces[1:]
        self.pieces, self.why = pieces, why
        self.start, self.end = pieces[0].start, pieces[-1].end
        self.program = next((p.program for p in pieces if not p.waiting), pieces[0].program)
        self.executing = sum(p.executing for p in pieces)
        self.in_cycle = sum(p.in_cycle for p in pieces)
        self.unseen = sum(p.unseen for p in pieces)
        self.step = sum(p.step for p in pieces)
        self.tools = [e[0] for e in tools(pieces)]
        self.complete = self.row = None


def tools(pieces):
    """[tool, executing, from] entries."""
    def united(entries):
        out = []
        for tool, executing, start in entries:
            if out and out[-1][0] == tool:
                out[-1][1] += executing
            else:
                out.append([tool, executing, start])
        return out
    going = [p for p in pieces if not p.waiting]
    entries = united([p.tool, p.executing, p.start] for p in going if p.tool)
    entries = united(e for e in entries if e[1] >= 2 * SECOND)
    if entries and going[0].tool and entries[0][2] == going[0].start and entries[0][1] < 20 * SECOND:
        entries = entries[1:]
    return entries


def started_anew(pieces, why):
    """4.1: (pieces, why) parts."""
    begin = 0
    places = [r for r in range(1, len(pieces)) if pieces[r - 1].waiting and not pieces[r].waiting]
    for r in places[:100]:
        a, b = [p for p in pieces[begin:r]], pieces[r:]
        moving = [p for p in a if not p.waiting]
        if not moving:
            continue
        old, new = moving[-1].program, pieces[r].program
        by_program = old and new and old != new and all(p.program != old for p in b)
        ta, tb = [e[0] for e in tools(a)], [e[0] for e in tools(b)]
        by_tools = len(set(ta)) >= 3 and tb and tb[0] == ta[0] and tb[0] != ta[-1] and len(tb) > len(ta)
        if by_program or by_tools:
            while a[-1].waiting and not a[-1].step:
                a.pop()
            yield a, "anew"
            begin = r
    yield pieces[begin:], why


def by_counter(pieces, why):
    if not any(p.step for p in pieces):
        yield pieces, why
        return
    begin, cuts = 0, [i + 1 for i, p in enumerate(pieces) if p.step]
    rest = pieces[cuts[-1]:]
    if sum(p.executing for p in rest) < 10 * SECOND:
        cuts[-1] = len(pieces)
    for cut in cuts:
        yield pieces[begin:cut], (why if cut == len(pieces) else "counted")
        begin = cut
    if begin < len(pieces):
        yield pieces[begin:], why


def block_fits(pattern, entries, at):
    """All the tools are the same, and of all times but the last two thirds are."""
    p = len(pattern)
    if at + p > len(entries) or any(pattern[i][0] != entries[at + i][0] for i in range(p)):
        return False
    near = sum(abs(pattern[i][1] - entries[at + i][1]) <= max(5 * SECOND, max(pattern[i][1], entries[at + i][1]) / 4)
               for i in range(p - 1))
    return 3 * near >= 2 * (p - 1)


def more(block):
    """How many more must follow."""
    return 1 if len({e[0] for e in block}) >= 4 else 2


def by_tools(pieces, why):
    entries, patterns, i = tools(pieces), [], 0
    while i < len(entries):
        for p in range(2, 61):
            block = entries[i:i + p]
            if all(block_fits(block, entries, i + n * p) for n in range(1, more(block) + 1)):
                patterns.append(block)
                i += (more(block) + 1) * p
                break
        else:
            i += 1
    if not patterns:
        yield pieces, why
        return
    patterns.sort(key=lambda b: -len(b))  # stable
    marks, i = [], 0  # (from, to) of cycles in time
    while i < len(entries):
        hit = next((b for b in patterns if block_fits(b, entries, i)), None)
        if hit is None:
            i += 1
            continue
        j = i + len(hit)
        marks.append([entries[i][2], entries[j][2] if j < len(entries) else None])
        i = j
    index = {p.start: n for n, p in reversed(list(enumerate(pieces)))}
    spans, at = [], 0
    for start, end in marks:
        first = index[start]
        if first > at:
            spans.append([at, first, "between"])
        at = len(pieces) if end is None else index[end]
        spans.append([first, at, "again"])
    if at < len(pieces):
        spans.append([at, len(pieces), "between"])
    def small(span):
        return span[2] == "between" and sum(p.executing for p in pieces[span[0]:span[1]]) < 20 * SECOND
    if small(spans[0]):
        spans[1][0] = spans[0][0]
        spans.pop(0)
    if small(spans[-1]):
        spans[-2][1] = spans[-1][1]
        spans.pop()
    for a, b, reason in spans:
        yield pieces[a:b], reason


def cycles_of(runs):
    found = []
    for run in runs:
        counted = run.steps() > 0
        for pieces, why in started_anew(run.pieces, run.why):
            for some, reason in by_counter(pieces, why):
                if counted or any(p.step for p in some):
                    found.append(Cycle(some, reason))
                else:
                    found.extend(Cycle(p, w) for p, w in by_tools(some, reason))
    judge(found)
    return found


def alike(a, b):
    return a.tools == b.tools and abs(a.executing - b.executing) <= max(5 * SECOND, max(a.executing, b.executing) / 5)


def is_part(short, long):
    return 0 < len(short) < len(long) and any(long[i:i + len(short)] == short for i in range(len(long) - len(short) + 1))


def judge(found):
    by_program = {}
    for c in found:
        by_program.setdefault(c.program, []).append(c)
    for group in by_program.values():
        for i, c in enumerate(group):
            near = group[max(0, i - 50):i] + group[i + 1:i + 51]
            peers = [p for p in near if abs(p.end - c.end) <= 7 * DAY]
            c.row, c.complete = row(c, peers)


def row(c, peers):
    step = any(p.step for p in peers)
    if c.step and c.why in ("PROGRAM_COMPLETED", "READY"):
        return 1, True
    if c.step:
        return 2, True
    if c.why == "PROGRAM_COMPLETED":
        return (4 if step else 3), True
    if c.why == "again":
        return 5, True
    if c.why in (LOST, "anew"):
        return 6, False
    if c.why == "between":
        return 7, False
    if step:
        return 8, False
    lists = [p.tools for p in peers]
    if any(is_part(c.tools, l) and lists.count(l) >= 2 for l in lists):
        return 9, False
    same = [p for p in peers if p.tools == c.tools]
    if any(2 * c.executing < p.executing and any(alike(p, o) for o in peers if o is not p) for p in same):
        return 10, False
    like = sum(alike(c, p) for p in peers) if c.executing >= 20 * SECOND else 0
    different = len(set(c.tools))
    if like >= 10:
        return 11, True
    if like >= 3 and different >= 2:
        return 12, True
    if (like >= 2 and different >= 2) or (like == 1 and different >= 3):
        return 13, True
    return 14, False


def hidden(stream, options):
    for t, what, text in stream:
        if "--hide-counter" in options and what == "count":
            continue
        if "--hide-program" in options and what == "program":
            continue
        if "--hide-ends" in options and what == "execution" and text.strip() in ("PROGRAM_COMPLETED", "PROGRAM_STOPPED"):
            text = "READY"
        if "--tools-only" in options:
            if what != "tool":
                continue
        yield t, what, text


def truth_of(stream, runtime):
    """(from, to) of each run that the recording itself says was completed, without section 2: it began
    where the control's own seconds of the program (time, seconds) fell back, else with ACTIVE."""
    falls = [t for (_, before), (t, n) in zip(runtime, runtime[1:]) if n < before]
    start, found = None, []
    for t, what, text in stream:
        if what != "execution":
            continue
        if text == "ACTIVE" and (start is None or any(t <= fall <= t + SECOND for fall in falls)):
            start = t
        if text == "PROGRAM_COMPLETED" and start is not None:
            found.append((start, t))
        if text in ("PROGRAM_COMPLETED", "READY", "STOPPED"):
            start = None
    return found


def agreeing(stream, runtime, found):
    """By cycle, whether its verdict is right, and how many true ones were found. A complete one is right if
    it ends within 2 s of the true end (or, told by tools alone, in the pause behind it) and begins in the
    first half of the true one; any other is right unless a true one is all within it."""
    truth, right, taken = truth_of(stream, runtime), {}, set()
    for c in found:
        right[c] = not c.complete
        for i, (start, end) in enumerate(truth):
            begins = c.start <= start + (end - start) / 2
            if c.complete and c.why == "again":
                latest = truth[i + 1][0] + 60 * SECOND if i + 1 < len(truth) else None
                same = begins and c.start >= start - 60 * SECOND and end - 2 * SECOND <= c.end and (latest is None or c.end <= latest)
            else:
                same = begins and abs(c.end - end) <= 2 * SECOND
            if c.complete and same and i not in taken:
                taken.add(i)
                right[c] = True
                break
            if not c.complete and (same or (c.start <= start + SECOND and c.end >= end - SECOND)):
                right[c] = False
    return right, len(truth), len(taken)


def by_units(stream, found):
    """The same for a Mazatrol program, of whose units the control tells: complete is what began in the first
    sequence of unit 1 and had come to a unit without sequences (its end) before the word. Not a truth, but
    independent of all that the page looks at. Programs without units are left out."""
    def said(name):
        return [(t, int(fields[0])) for t, key, fields in stream if key == name and fields[0].isdigit()]
    def at(values, t):
        return next((n for when, n in reversed(values) if when <= t), None)
    units, sequences, right = said("unitNum"), said("sequenceNum"), {}
    for c in found:
        inside = [(t, n) for t, n in units if c.start <= t < c.end]
        if not any(n for _, n in inside):
            continue
        first = next(n for t, n in inside if n)
        begun = first == 1 and next((n for t, n in sequences if c.start <= t and n), None) == 1
        last = c.end - SECOND // 10
        ended = at(sequences, last) == 0 and (at(units, last) or 0) > 1
        right[c] = c.complete == (begun and ended)
    return right


def compare(stream, runtime, found):
    right, true, hit = agreeing(stream, runtime, found)
    print(true, "true", hit, "right", true - hit, "missed", sum(c.complete and not right[c] for c in found), "wrong",
          sum(not c.complete for c in found), "tries")


def print_auto(stream, runs):
    """Of the control's counters, what they rose while a run went on: whole seconds, each told when it passed."""
    def rose(key):
        values = [(t, activities.number(fields[0])) for t, k, fields in stream if k == key]
        total = 0
        for run in runs:
            inside = [n for t, n in values if n is not None and run.start <= t <= run.end + SECOND]
            total += sum(b - a for a, b in zip(inside, inside[1:]) if 0 <= b - a <= 120)
        return total
    sums = [sum(getattr(p, what) for r in runs for p in r.pieces) / SECOND for what in ("in_cycle", "executing")]
    print(len(runs), "runs", "in cycle %.0f s executing %.0f s" % tuple(sums), "AUTO", rose("auto_time"), "CUT", rose("cut_time"))


def print_rows(right):
    rows = {}
    for c, ok in right.items():
        tally = rows.setdefault(c.row, [0, 0])
        tally[0] += ok
        tally[1] += 1
    print(" ".join(f"{row}:{ok}/{n}" for row, (ok, n) in sorted(rows.items())))


def main():
    options = [a for a in sys.argv[1:] if a.startswith("--")]
    heard = []
    for path in (a for a in sys.argv[1:] if not a.startswith("--")):
        heard.append(list(activities.observations(path)))
    if len(heard) > 1:
        heard = [sorted((o for part in heard for o in part), key=lambda o: o[0])]
    placement = activities.Placement()
    stream = [(placement.place(device), key, fields) for device, key, fields in heard[0]]
    said = chosen(stream)
    shown = list(hidden(said, options))
    if "--tools-only" in options and shown:
        shown.insert(0, (shown[0][0], "execution", "ACTIVE"))
        shown.append((stream[-1][0], "execution", "READY"))
    control = runs_of(shown)
    found = cycles_of(control.runs)
    if "--truth" in options or "--rows" in options:
        runtime = [(t, int(fields[0])) for t, key, fields in stream if key == "Program_Runtime_Seconds" and fields[0].isdigit()]
        if "--truth" in options:
            compare(said, runtime, found)
        else:
            print_rows(agreeing(said, runtime, found)[0])
        return
    if "--units" in options:
        print_rows(by_units(stream, found))
        return
    if "--auto" in options:
        print_auto(stream, control.runs)
        return
    for c in found:
        print(c.start, c.end, int(c.complete), c.row, c.step, c.in_cycle, c.executing, c.unseen,
              c.program.replace(" ", "_") or "-", ",".join(c.tools) or "-")


if __name__ == "__main__":
    main()
