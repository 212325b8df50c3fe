# A server that answers each request with the first half of an answer and then nothing: of a length told, or for /chunked in chunks.
import socket, sys, threading

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", int(sys.argv[1])))
server.listen(64)
print("listening", flush=True)

def answer(connection):
    head = connection.recv(4096)
    if head.startswith(b"GET /chunked "):
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")
    elif head:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf")
    connection.recv(4096)

while True:
    threading.Thread(target=answer, args=(server.accept()[0],), daemon=True).start()
