# A small dev server: listens on $PORT (or the port in the first argument) and answers every request with $NAME (or its port).
# SIGTERM and SIGINT end it with the code in $EXIT_CODE (0 when unset), as a dev server that cleans up would.
import os, signal, socket, sys, threading

port = int(sys.argv[1] if len(sys.argv) > 1 else os.environ["PORT"])
name = os.environ.get("NAME", str(port)).encode()

def end(number, frame):
    print("ended by signal", number, flush=True)
    os._exit(int(os.environ.get("EXIT_CODE", "0")))

signal.signal(signal.SIGTERM, end)
signal.signal(signal.SIGINT, end)
server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", port))
server.listen(64)
print("listening on", port, flush=True)

def answer(connection):
    head = b""
    while b"\r\n\r\n" not in head:
        more = connection.recv(4096)
        if not more:
            break
        head += more
    if head.startswith(b"GET /crash "):
        os._exit(7)
    if head:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(name), name))
    connection.close()

while True:
    threading.Thread(target=answer, args=(server.accept()[0],), daemon=True).start()
