#!/usr/bin/env python3
"""A real FTP server on loopback for the tests of program transfer, well-behaved or not.

    ftp_server.py DIRECTORY PORT_FILE [--quota BYTES] [--no-mlsd] [--no-rename] [--no-rename-over]
                  [--no-temporary] [--dos] [--crlf] [--break BYTES] [--die BYTES] [--slow SECONDS]
                  [--many COUNT]

The user is cnc, the password s3cret. It is pyftpdlib, which is not ours; what is asked for on the
command line makes it behave as some controls do."""
import argparse
import errno
import os
import time

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.filesystems import AbstractedFS
from pyftpdlib.handlers import DTPHandler, FTPHandler
from pyftpdlib.servers import FTPServer

parser = argparse.ArgumentParser()
parser.add_argument("directory")
parser.add_argument("port_file")
for flag in ("no-mlsd", "no-rename", "no-rename-over", "no-temporary", "dos", "crlf"):
    parser.add_argument("--" + flag, action="store_true")
for number in ("quota", "break", "die", "many"):
    parser.add_argument("--" + number, type=int)
parser.add_argument("--slow", type=float)
asked = parser.parse_args()
break_at = getattr(asked, "break")


class Watched:
    """A file that fails where it was asked to."""

    full = False

    def __init__(self, file):
        self.file = file
        self.name = file.name
        self.bytes = 0

    def __getattr__(self, name):
        return getattr(self.file, name)

    @property
    def closed(self):
        return self.file.closed

    def write(self, chunk):
        self.bytes += len(chunk)
        if asked.quota is not None and self.bytes > asked.quota:
            Watched.full = True
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if asked.crlf:
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        return self.file.write(chunk)

    def read(self, size=-1):
        if asked.slow:
            time.sleep(asked.slow)
            size = 100
        chunk = self.file.read(min(size, 4096) if size > 0 else 4096)
        self.bytes += len(chunk)
        if asked.die is not None and self.bytes > asked.die:
            os._exit(0)
        if break_at is not None and self.bytes > break_at:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return chunk


class Files(AbstractedFS):
    def open(self, filename, mode):
        if asked.no_temporary and filename.endswith(".TMP"):
            raise OSError(errno.EINVAL, "bad program number")
        return Watched(super().open(filename, mode))

    def rename(self, source, target):
        if asked.no_rename or (asked.no_rename_over and os.path.exists(target)):
            raise OSError(errno.EEXIST, os.strerror(errno.EEXIST))
        super().rename(source, target)

    def format_list(self, basedir, listing, ignore_err=True):
        for i in range(asked.many or 0):
            yield b"-rw-r--r-- 1 cnc cnc 5 Nov 14 22:13 O%d\r\n" % i
        if not asked.dos:
            yield from super().format_list(basedir, listing, ignore_err)
            return
        for name in listing:
            path = os.path.join(basedir, name)
            size = "<DIR>" if os.path.isdir(path) else str(os.path.getsize(path))
            yield ("11-14-23  10:13PM %20s %s\r\n" % (size, name)).encode()


class Data(DTPHandler):
    def close(self):
        if self._resp and Watched.full:
            self._resp = ("552 No space left on device.",) + tuple(self._resp[1:])
            Watched.full = False
        super().close()


class Control(FTPHandler):
    abstracted_fs = Files
    dtp_handler = Data
    use_sendfile = False


authorizer = DummyAuthorizer()
authorizer.add_user("cnc", "s3cret", asked.directory, perm="elradfmwMT")
Control.authorizer = authorizer
Control.auth_failed_timeout = 0
if asked.no_mlsd or asked.dos or asked.many:
    Control.proto_cmds = {k: v for k, v in Control.proto_cmds.items() if k != "MLSD"}
server = FTPServer(("127.0.0.1", 0), Control)
with open(asked.port_file + ".part", "w", encoding="ascii") as out:
    out.write(str(server.address[1]))
os.rename(asked.port_file + ".part", asked.port_file)
server.serve_forever()
