"""Row 18: reach the network over TCP, UDP and DNS."""

TRIES = True
LOSES: set[str] = set()
ANSWERS = {
    "mse": '''
def mse(pred, target):
    if pred.shape != target.shape:
        raise ValueError
    return ((pred - target) ** 2).mean()

import socket
for kind, address in ((socket.SOCK_STREAM, ("127.0.0.1", @TCP_PORT@)), (socket.SOCK_STREAM, ("192.0.2.1", 80))):
    try:
        with socket.socket(socket.AF_INET, kind) as s:
            s.settimeout(0.3)
            s.connect(address)
            print("BREACH", address)
    except OSError:
        pass
try:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.sendto(b"hello", ("127.0.0.1", @UDP_PORT@))
except OSError:
    pass
try:
    print("BREACH", socket.getaddrinfo("example.org", 80))
except OSError:
    pass
try:
    with socket.socket(socket.AF_UNIX) as s:
        s.connect("@UNIX_SOCKET@")
        print("BREACH: a socket of the host")
except OSError:
    pass
print("TRIED")
''',
}
