#!/usr/bin/env python3
"""measure.py [--times N] PROGRAM…: how long a real LinuxCNC takes for programs, in seconds.

Starts Debian's linuxcnc-uspace in simulation (examples/linuxcnc/mill.sh), homes it, runs each
program N times in turn and prints lines of JSON: program, seconds. Every run begins at X0 Y0 Z20
with another tool than the program's first one, if neighbours differ in it. Times are of the wall
clock, polled every 20 ms."""

import argparse
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
SHOP = HERE.parent.parent / "examples" / "linuxcnc"
sys.path.insert(0, str(SHOP))
from rsh import Rsh  # noqa: E402

NUMBER = 8
LONGEST = 600


def connect():
    for _ in range(300):
        try:
            return Rsh(5200 + NUMBER, "measure")
        except OSError:
            time.sleep(0.2)
    raise SystemExit("measure.py: the mill does not answer")


def command(rsh, text, pause=0.3):
    rsh.send("set " + text)
    time.sleep(pause)


def wait_for(rsh, status):
    until = time.monotonic() + LONGEST
    while rsh.get("program_status") != status:
        if time.monotonic() > until:
            raise SystemExit("measure.py: a program did not become " + status)
        time.sleep(0.02)


def run_mdi(rsh, text):
    command(rsh, "mode mdi")
    command(rsh, "mdi " + text, 4)


def measure(rsh, name):
    run_mdi(rsh, "G21 G90 G0 Z20")
    run_mdi(rsh, "G0 X0 Y0")
    command(rsh, "mode auto")
    command(rsh, "open /mnt/programs/" + name)
    rsh.send("set run")
    wait_for(rsh, "RUNNING")
    begin = time.monotonic()
    while (status := rsh.get("program_status")) != "IDLE":
        if status == "PAUSED":
            command(rsh, "resume", 0)
        if time.monotonic() - begin > LONGEST:
            raise SystemExit("measure.py: %s does not end" % name)
        time.sleep(0.02)
    return time.monotonic() - begin


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", nargs="+", type=pathlib.Path)
    parser.add_argument("--times", type=int, default=2)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the mill is ended too
    directory = pathlib.Path(tempfile.mkdtemp(prefix="heed-measure-"))
    (directory / str(NUMBER) / "programs").mkdir(parents=True)
    for program in options.program:
        shutil.copy(program, directory / str(NUMBER) / "programs")
    for part in (directory, directory / str(NUMBER), directory / str(NUMBER) / "programs"):
        part.chmod(0o755)
    mill = subprocess.Popen([SHOP / "mill.sh", str(NUMBER), directory])
    try:
        rsh = connect()
        command(rsh, "enable EMCTOO")
        for text in ("set_timeout 5", "estop off", "machine on", "mode manual", "home -1"):
            command(rsh, text, 1)
        while rsh.get("joint_homed").split()[:3] != ["YES"] * 3:
            time.sleep(0.2)
        for _ in range(options.times):
            for program in options.program:
                seconds = measure(rsh, program.name)
                print(json.dumps({"program": program.name, "seconds": round(seconds, 3)}),
                      flush=True)
    finally:
        mill.terminate()
        mill.wait()
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
