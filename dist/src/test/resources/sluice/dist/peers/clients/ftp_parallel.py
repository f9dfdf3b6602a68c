"""Many sessions at once through a gateway to backends of different content.

Every backend has a file "who" with its own name, and files "0", "1" and so on whose content is
that name, the file's name, and the two again until the length is reached. Each session learns from
"who" where it is, reads files, and writes one; all it reads must be of that backend.

Usage: ftp_parallel.py HOST PORT USER PASSWORD CLIENTS SESSIONS_OF_EACH FILES_OF_EACH LENGTH
Prints one line for each session, "ok BACKEND" or what was wrong, and ends with 1 if any was wrong.
"""
import io
import random
import sys
import threading
import traceback

from ftp_modes import Client

host, port, user, password = sys.argv[1:5]
clients, sessions, files, length = (int(x) for x in sys.argv[5:9])
MODES = ("PASV", "EPSV", "PORT", "EPRT")
results = []


def content(backend, name):
    piece = f"{backend} {name}\n".encode()
    return (piece * (length // len(piece) + 1))[:length]


def read(ftp, name):
    got = io.BytesIO()
    ftp.retrbinary("RETR files/" + name, got.write)
    return got.getvalue()


def session(number, choice):
    ftp = Client(MODES[number % 4], timeout=60)
    ftp.connect(host, int(port))
    ftp.login(user, password)
    backend = read(ftp, "who").decode()
    for name in choice.sample([str(i) for i in range(20)], files):
        got = read(ftp, name)
        if got != content(backend, name):
            return f"wrong: session on {backend} read as {name}: {got[:60]!r}, {len(got)} bytes"
    ftp.storbinary(f"STOR files/up-{number}", io.BytesIO(content(backend, f"up-{number}")))
    ftp.quit()
    return f"ok {backend}"


def client(index):
    choice = random.Random(index)
    for i in range(sessions):
        number = index * sessions + i
        try:
            results.append(session(number, choice))
        except Exception:
            results.append(f"failed: session {number}: " + traceback.format_exc())


threads = [threading.Thread(target=client, args=(i,)) for i in range(clients)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("\n".join(results))
sys.exit(any(not r.startswith("ok ") for r in results))
