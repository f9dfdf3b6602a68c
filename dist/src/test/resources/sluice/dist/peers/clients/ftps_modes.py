"""ftplib's FTP_TLS, told the data mode, the kind of TLS, its version, and whether to resume."""
import ftplib
import socket
import ssl

from ftp_modes import Client


def context(version, ca):
    """One version of TLS, and one certificate to be believed."""
    only = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}[version]
    made = ssl.create_default_context(cafile=ca)
    made.minimum_version = made.maximum_version = only
    return made


class SecureClient(Client, ftplib.FTP_TLS):
    """With reuse it has the change that servers which insist on resumed sessions make people copy."""

    reuse = False
    resumed = 0

    def connect_implicit(self, host, port):
        self.host, self.port = host, port
        plain = socket.create_connection((host, port), self.timeout)
        self.af = plain.family
        self.sock = self.context.wrap_socket(plain, server_hostname=host)
        self.file = self.sock.makefile("r", encoding=self.encoding)
        self.welcome = self.getresp()

    def ntransfercmd(self, cmd, rest=None):
        data, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        if self._prot_p:
            resumed = self.sock.session if self.reuse else None
            data = self.context.wrap_socket(data, server_hostname=self.host, session=resumed)
            self.resumed += data.session_reused
        return data, size


def open_session(host, port, user, password, mode, kind, version, ca, sessions):
    """Logs in, with data connections protected if there is TLS at all."""
    tls = None if kind == "PLAIN" else context(version, ca)
    ftp = SecureClient(mode, context=tls, timeout=30)
    ftp.reuse = sessions == "REUSE"
    ftp.set_debuglevel(1)
    if kind == "IMPLICIT":
        ftp.connect_implicit(host, int(port))
    else:
        ftp.connect(host, int(port))
    ftp.login(user, password, secure=kind == "EXPLICIT")
    if tls:
        ftp.prot_p()
    return ftp
