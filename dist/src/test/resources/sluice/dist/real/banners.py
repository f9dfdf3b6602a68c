# The first words of an SSH server to clients that are connected at the same time.
# Usage: banners.py HOST PORT OWN-ADDRESS...
import socket
import sys

clients = []
for own in sys.argv[3:]:
    client = socket.create_connection((sys.argv[1], int(sys.argv[2])), 20, (own, 0))
    client.settimeout(20)
    clients.append(client)
    client.sendall(b"SSH-2.0-banners\r\n")
    try:
        word = client.recv(200).split(b"\n")[0].decode("latin-1").strip()
    except ConnectionResetError:
        word = ""
    print("%s: %s" % (own, word), flush=True)
