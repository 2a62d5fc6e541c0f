"""Row 40: answer a byte at a time, or not at all: the deadline is for the whole answer."""

LOSES = {"mse", "mae"}
OUTCOME = {"mse": "timeout", "mae": "timeout"}
ANSWERS = {
    "mse": '''
import gc, socket, struct, time
from autograder import wire

def sockets():
    return [s for s in gc.get_objects() if isinstance(s, socket.socket) and s.fileno() >= 0]

def send(*frames):
    for s in sockets():
        for frame in frames:
            try:
                s.sendall(frame)
            except OSError:
                pass

def frame(header, blob=b""):
    return struct.pack("!II", len(header), len(blob)) + header + blob

def mse(pred, target):
    for byte in struct.pack("!II", 1000, 0) + b"x" * 1000:
        send(bytes([byte]))
        time.sleep(0.1)
''',
    "mae": '''
def mae(pred, target):
    send(struct.pack("!II", 100, 60 << 20))
    time.sleep(600)
''',
}
