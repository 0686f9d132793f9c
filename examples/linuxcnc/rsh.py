"""The text protocol of linuxcncrsh, for the scripts of the demonstration."""

import socket
import time


class Rsh:
    """One connection: commands in, the lines of the answer out."""

    def __init__(self, port, name, tries=10):
        """linuxcncrsh reads all its clients with one strtok(): a greeting that meets another
        client's command may be refused, and then we greet anew."""
        while True:
            self.socket = socket.create_connection(("127.0.0.1", port), timeout=3)
            self.rest = b""
            refusal = self.greet(name)
            if refusal is None:
                return
            self.socket.close()
            tries -= 1
            if tries == 0:
                raise RuntimeError("linuxcncrsh refused us: " + refusal)
            time.sleep(0.2)

    def greet(self, name):
        """Nothing, or the line that refused us."""
        self.send("hello EMC %s 1.0" % name)
        while "HELLO ACK" not in (line := self.line()):
            if "NAK" in line:
                return line
        return None

    def send(self, command):
        self.socket.sendall(command.encode() + b"\r\n")

    def line(self):
        while b"\r\n" not in self.rest:
            got = self.socket.recv(65536)
            if not got:
                raise ConnectionError("linuxcncrsh closed the connection")
            self.rest += got
        line, self.rest = self.rest.split(b"\r\n", 1)
        return line.decode(errors="replace")

    def get(self, what):
        """The value of `get what`. The server repeats every command before it answers.

        With two clients at once it may lose a command: then we ask again.
        """
        self.send("get " + what)
        word = what.upper()
        tries = 5
        while True:
            try:
                line = self.line()
            except TimeoutError:
                tries -= 1
                if tries == 0:
                    raise
                self.send("get " + what)
                continue
            if line == word or line.startswith(word + " "):
                return line[len(word) + 1:]
            if line.upper() == "GET %s NAK" % word:
                raise RuntimeError("linuxcncrsh does not know " + what)
