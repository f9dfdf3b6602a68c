"""ftplib chooses the data mode by the address family; this client is told."""
import ftplib
import socket


class Client(ftplib.FTP):
    def __init__(self, mode, **options):
        super().__init__(**options)
        self.mode = mode
        self.set_pasv(mode in ("PASV", "EPSV"))

    def makepasv(self):
        if self.mode == "PASV":
            # ftplib itself would take the peer's address, and hide a wrong one.
            return ftplib.parse227(self.sendcmd("PASV"))
        return ftplib.parse229(self.sendcmd("EPSV"), self.sock.getpeername())

    def makeport(self):
        listening = socket.create_server(("", 0), family=self.af, backlog=1)
        port = listening.getsockname()[1]
        host = self.sock.getsockname()[0]
        if self.mode == "PORT":
            self.sendport(host, port)
        else:
            self.sendeprt(host, port)
        listening.settimeout(self.timeout)
        return listening
