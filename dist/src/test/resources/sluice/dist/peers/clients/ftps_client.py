"""Moves files with Python's FTP_TLS in one session.

Usage: ftps_client.py HOST PORT USER PASSWORD PASV|EPSV|PORT|EPRT PLAIN|EXPLICIT|IMPLICIT
       1.2|1.3 CA FRESH|REUSE (UP|DOWN LOCAL REMOTE)...
"""
import sys

from ftps_modes import open_session

ftp = open_session(*sys.argv[1:10])
rest = sys.argv[10:]
for direction, local, remote in zip(rest[0::3], rest[1::3], rest[2::3]):
    if direction == "UP":
        with open(local, "rb") as file:
            ftp.storbinary("STOR " + remote, file)
    else:
        with open(local, "wb") as file:
            ftp.retrbinary("RETR " + remote, file.write)
ftp.quit()
