"""The text protocol of linuxcncrsh, for the scripts of the demonstration."""

import socket


class Rsh:
    """One connection: commands in, the lines of the answer out."""

    def __init__(self, port, name):
        # linuxcncrsh was seen to stop answering everyone for half a minute and to go on.
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=120)
        self.rest = b""
        self.send("hello EMC %s 1.0" % name)
        while "HELLO ACK" not in (line := self.line()):
            if "NAK" in line:
                raise RuntimeError("linuxcncrsh refused us: " + line)

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
        """The value of `get what`. The server repeats every command before it answers."""
        self.send("get " + what)
        word = what.upper()
        while True:
            line = self.line()
            if line == word or line.startswith(word + " "):
                return line[len(word) + 1:]
            if line.upper() == "GET %s NAK" % word:
                raise RuntimeError("linuxcncrsh does not know " + what)
