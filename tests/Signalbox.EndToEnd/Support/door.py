# The door of a network of its own: whoever connects to the unix socket in the first argument and sends a line "ADDRESS PORT" is led on to that,
# after a "+"; a connection that cannot be made is closed.
import socket, sys, threading

def copy(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        # One end is gone: so is the other.
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

def lead(near):
    with near:
        address, port = near.makefile("rb", buffering=0).readline().split()
        try:
            far = socket.create_connection((address.decode(), int(port)))
        except OSError:
            return
        with far:
            near.sendall(b"+")
            there = threading.Thread(target=copy, args=(near, far), daemon=True)
            there.start()
            copy(far, near)
            there.join()

door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
door.bind(sys.argv[1])
door.listen(64)
print("open", flush=True)
while True:
    threading.Thread(target=lead, args=(door.accept()[0],), daemon=True).start()
