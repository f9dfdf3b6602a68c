# An FTP server of one file, /peer: the addresses that both connections came from.
# Usage: peer_server.py ADDRESS PORT
import socket
import sys
import threading


def serve(control, peer):
    words = control.makefile("r", encoding="latin-1", newline="\r\n")
    data = None

    def say(line):
        control.sendall((line + "\r\n").encode("latin-1"))

    say("220 ready")
    for line in words:
        verb = line.strip().split(" ")[0].upper()
        if verb == "USER":
            say("331 go on")
        elif verb == "PASS":
            say("230 in")
        elif verb == "PWD":
            say('257 "/"')
        elif verb == "EPSV":
            data = socket.socket(control.family)
            data.bind((control.getsockname()[0], 0))
            data.listen()
            say("229 here (|||%d|)" % data.getsockname()[1])
        elif verb == "RETR":
            say("150 coming")
            connection, data_peer = data.accept()
            connection.sendall(("control %s data %s\n" % (peer[0], data_peer[0])).encode())
            connection.close()
            data.close()
            say("226 done")
        elif verb == "QUIT":
            say("221 bye")
            return
        else:
            say("200 fine" if verb == "TYPE" else "502 no")


address, port = sys.argv[1], int(sys.argv[2])
server = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind((address, port))
server.listen()
print("listening", flush=True)
while True:
    accepted, whom = server.accept()
    threading.Thread(target=serve, args=(accepted, whom), daemon=True).start()
