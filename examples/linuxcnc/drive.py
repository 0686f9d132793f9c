#!/usr/bin/env python3
"""drive.py PORT PROGRAM… : what a shop does to a simulated mill, all day.

Homes the mill, then runs the programs in turn with the small troubles of a real day: setting up by
hand, a feed hold, a lower override for a while, a stop in the program, a program that leaves the
machine's travel, an emergency stop. Finished parts are counted in --count FILE. This script is the
operator; Heed never sends any of these commands.
"""

import argparse
import random
import sys
import time

from rsh import Rsh

PROGRAMS = "/mnt/programs/"  # Where mill.sh puts the programs, as the control sees it.
OVERTRAVEL = "overtravel.ngc"


class Operator:
    def __init__(self, options):
        self.rsh = Rsh(options.port, "operator")
        self.random = random.Random(options.seed)
        self.count_file = options.count
        self.hurry = options.hurry
        self.parts = 0
        self.command("enable EMCTOO")
        self.command("set_timeout 5")  # By default a command may wait for ever, and all with it.
        self.write_count()

    def command(self, text):
        self.rsh.send("set " + text)
        time.sleep(0.3)

    def pause(self, shortest, longest):
        time.sleep(self.random.uniform(shortest, longest) / self.hurry)

    def write_count(self):
        if self.count_file:
            with open(self.count_file, "w") as file:
                file.write("%d\n" % self.parts)

    def power_up(self):
        self.command("estop off")
        self.command("machine on")
        self.command("mode manual")

    def homed(self):
        return self.rsh.get("joint_homed").split()[:3] == ["YES"] * 3

    def home(self):
        if not self.homed():
            self.command("home -1")
        while not self.homed():
            time.sleep(0.2)

    def load(self):
        """Chips away, vice open, next blank: some of it with the axes under hand."""
        self.command("mode mdi")
        self.command("mdi G0 G53 Z50")
        self.command("mdi G0 G53 X0 Y-150")
        self.pause(6, 18)
        if self.random.random() < 0.3:
            self.command("mode manual")
            self.pause(5, 15)

    def status(self):
        return self.rsh.get("program_status")

    def start(self, program):
        self.command("mode auto")
        self.command("open " + PROGRAMS + program)
        self.command("run")
        time.sleep(0.5)

    def run(self, program):
        """Runs a program to its end. True if it made a part."""
        trouble = self.random.choice(["none", "none", "hold", "override", "none", "hold", "estop"])
        at = time.monotonic() + self.random.uniform(15, 60) / self.hurry
        self.start(program)
        while True:
            status = self.status()
            if status == "IDLE":
                return program != OVERTRAVEL
            if status == "PAUSED":  # The program's own M0.
                self.pause(6, 25)
                self.command("resume")
            if time.monotonic() > at and trouble != "none":
                if not self.make(trouble):
                    return False
                trouble = "none"
            time.sleep(0.2)

    def make(self, trouble):
        """False if the part is lost by it."""
        if trouble == "hold":
            self.command("pause")
            self.pause(5, 30)
            self.command("resume")
        elif trouble == "override":
            self.command("feed_override %d" % self.random.choice([50, 70, 80]))
            self.pause(12, 35)
            self.command("feed_override 100")
        elif trouble == "estop" and self.random.random() < 0.35:
            self.command("estop on")
            self.pause(20, 60)
            self.power_up()
            self.home()
            return False
        return True

    def work(self, programs, until):
        self.pause(3, 8)
        self.power_up()
        self.pause(3, 8)
        self.home()
        turn = 0
        while time.monotonic() < until:
            self.load()
            program = programs[turn % len(programs)]
            if self.random.random() < 0.12:
                program = OVERTRAVEL
            if self.run(program):
                self.parts += 1
                self.write_count()
                turn += self.random.random() < 0.25
            elif program == OVERTRAVEL:
                self.pause(10, 30)
                self.command("mode mdi")
                self.command("mdi G10 L2 P1 X0 Y0 Z0")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("port", type=int)
    parser.add_argument("program", nargs="+")
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--count", help="file that holds the number of finished parts")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hurry", type=float, default=1.0, help="divide the operator's pauses")
    options = parser.parse_args()
    until = time.monotonic() + options.minutes * 60
    while time.monotonic() < until:
        try:
            Operator(options).work(options.program, until)
        except OSError as error:  # linuxcncrsh was restarted: its display script does that.
            print("drive.py: %s; once more in 5 s" % error, file=sys.stderr)
            time.sleep(5)


if __name__ == "__main__":
    main()
