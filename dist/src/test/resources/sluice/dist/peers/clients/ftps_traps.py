"""What goes wrong in FTPS sessions, done on purpose.

Usage: ftps_traps.py HOST PORT USER PASSWORD PASV EXPLICIT 1.2|1.3 CA REUSE slow|killed FILE

slow: reads a part of FILE and then nothing for a while, in which no final reply may come.
killed: sends a part of FILE and dies without a word.
"""
import os
import select
import signal
import sys

from ftps_modes import open_session

ftp = open_session(*sys.argv[1:10])
what, name = sys.argv[10:12]
ftp.voidcmd("TYPE I")
if what == "slow":
    data = ftp.transfercmd("RETR " + name)
    got = len(data.recv(1 << 16))
    early, _, _ = select.select([ftp.sock], [], [], 2)
    if early or ftp.sock.pending():
        sys.exit("after %d bytes there is a reply: %s" % (got, ftp.getresp()))
    while True:
        piece = data.recv(1 << 16)
        if not piece:
            break
        got += len(piece)
    data.unwrap()
    data.close()
    print("whole: %d, %s" % (got, ftp.voidresp()))
    ftp.quit()
else:
    data = ftp.transfercmd("STOR " + name)
    data.sendall(b"x" * 300000)
    os.kill(os.getpid(), signal.SIGKILL)
