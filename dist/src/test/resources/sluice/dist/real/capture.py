# Looks at all packets of an interface until it is told to end, then says how many there were, where
# one of the addresses showed (in headers, or as text), and how the 227 replies came.
# Usage: capture.py INTERFACE ADDRESS...
import ipaddress
import signal
import socket
import sys

needles = []
for word in sys.argv[2:]:
    address = ipaddress.ip_address(word)
    needles.append((word + " in a header", address.packed, 54))
    needles.append((word + " as text", word.encode(), None))
    if address.version == 4:
        needles.append((word + " with commas", word.replace(".", ",").encode(), None))

packets, whole, split, found = 0, 0, 0, set()


def end(*unused):
    print("packets %d, 227 whole %d, split %d" % (packets, whole, split))
    for what in sorted(found):
        print("FOUND " + what)
    sys.stdout.flush()
    sys.exit(0)


signal.signal(signal.SIGTERM, end)
sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
sniffer.bind((sys.argv[1], 0))
print("ready", flush=True)
while True:
    frame = sniffer.recv(70000)
    packets += 1
    for what, needle, limit in needles:
        if needle in frame[:limit]:
            found.add(what)
    start = frame.find(b"227 Entering")
    if start >= 0:
        if frame.endswith(b").\r\n"):
            whole += 1
        else:
            split += 1
