"""Moves files with Python's ftplib in any of the four data modes, on IPv4 and IPv6.

Usage: ftp_client.py HOST PORT USER PASSWORD PASV|EPSV|PORT|EPRT (UP|DOWN LOCAL REMOTE)...
"""
import sys

from ftp_modes import Client

host, port, user, password, mode = sys.argv[1:6]
rest = sys.argv[6:]

ftp = Client(mode, timeout=30)
ftp.set_debuglevel(1)
ftp.connect(host, int(port))
ftp.login(user, password)
for direction, local, remote in zip(rest[0::3], rest[1::3], rest[2::3]):
    if direction == "UP":
        with open(local, "rb") as file:
            ftp.storbinary("STOR " + remote, file)
    else:
        with open(local, "wb") as file:
            ftp.retrbinary("RETR " + remote, file.write)
ftp.quit()
