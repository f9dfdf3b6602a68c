# A client at one address, and a stranger at another who comes for its data connection first.
# Usage: stranger.py GATEWAY PORT OWN OTHER FILE
import re
import socket
import sys

gateway, port, own, other, name = sys.argv[1], int(sys.argv[2]), *sys.argv[3:6]
control = socket.create_connection((gateway, port), 20, (own, 0))
replies = control.makefile("r", encoding="latin-1", newline="\r\n")


def reply(code):
    line = replies.readline()
    while line[3:4] == "-":
        line = replies.readline()
    if not line.startswith(code):
        sys.exit("expected %s, got %r" % (code, line))
    return line


def say(line, code):
    control.sendall((line + "\r\n").encode("latin-1"))
    return reply(code)


reply("220")
say("USER anonymous", "331")
say("PASS x", "230")
say("TYPE I", "200")
third = other.replace(".", ",")
say("PORT %s,200,1" % third, "500")
say("EPRT |1|%s|51201|" % other, "500")
numbers = re.search(r"\(([\d,]+)\)", say("PASV", "227")).group(1).split(",")
at = (".".join(numbers[:4]), int(numbers[4]) * 256 + int(numbers[5]))
thief = socket.create_connection(at, 20, (other, 0))
thief.settimeout(20)
try:
    stolen = thief.recv(10)
except ConnectionResetError:
    stolen = b""
if stolen:
    sys.exit("the stranger got data")
control.sendall(("RETR %s\r\n" % name).encode("latin-1"))
data = socket.create_connection(at, 20, (own, 0))
data.settimeout(20)
size = 0
chunk = data.recv(65536)
while chunk:
    size += len(chunk)
    chunk = data.recv(65536)
data.close()
reply("150")
reply("226")
say("QUIT", "221")
print("served %d" % size)
