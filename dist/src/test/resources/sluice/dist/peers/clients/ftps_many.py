"""Many transfers in one FTPS session, each compared with what it should have been.

Usage: ftps_many.py HOST PORT USER PASSWORD PASV|EPSV|PORT|EPRT EXPLICIT|IMPLICIT
       1.2|1.3 CA FRESH|REUSE COUNT FOLDER

Two uploads, two downloads, and so on: what was sent is read back later. The last line tells how
many were whole, and how many data connections resumed the TLS session.
"""
import hashlib
import io
import sys

from ftps_modes import open_session

SIZES = [0, 1, 513, 16384, 16385, 100003]

ftp = open_session(*sys.argv[1:10])
count, folder = int(sys.argv[10]), sys.argv[11]


def content(number):
    block = hashlib.sha256(str(number).encode()).digest()
    size = SIZES[number % len(SIZES)]
    return (block * (size // len(block) + 1))[:size]


whole = 0
sent = []
for number in range(count):
    if number % 4 < 2:
        ftp.storbinary("STOR %s/many-%d" % (folder, number), io.BytesIO(content(number)))
        sent.append(number)
    else:
        back = sent[-1 - number % 2]
        got = io.BytesIO()
        ftp.retrbinary("RETR %s/many-%d" % (folder, back), got.write)
        if got.getvalue() != content(back):
            sys.exit("transfer %d: %d bytes came back" % (number, len(got.getvalue())))
    whole += 1
for number in sent:
    ftp.delete("%s/many-%d" % (folder, number))
ftp.quit()
print("whole: %d, resumed: %d" % (whole, ftp.resumed))
