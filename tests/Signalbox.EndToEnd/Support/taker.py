# Another program that wants the port in the first argument, and listens there as soon as it can be had.
import socket, sys, time

print("waiting", flush=True)
while True:
    # A new one each time: one that was bound while another still could be, and then came too late to listen, cannot be bound again.
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        server.bind(("127.0.0.1", int(sys.argv[1])))
        server.listen(64)
        break
    except OSError:
        server.close()
        time.sleep(0.001)
print("listening", flush=True)
while True:
    server.accept()[0].close()
