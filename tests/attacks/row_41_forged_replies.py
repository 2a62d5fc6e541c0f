"""Row 41: write replies that nobody asked for, twice, or to another request: a protocol error, and no points.

A reply that fits is worth what the function's own answer is worth: its value has to be right.
"""

LOSES = {"mse", "mae", "huber"}
OUTCOME = {"mae": "crashed"}
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
    send(frame(wire.encode(wire.Answered(1, wire.TensorValue("float32", ()))), struct.pack("<f", 0.0)))
    return torch.zeros((), dtype=pred.dtype)
''',
    "mae": '''
def mae(pred, target):
    send(frame(wire.encode(wire.Answered(2**40, True))))
    time.sleep(60)
''',
    "huber": '''
def huber(pred, target, delta=1.0):
    for kind in (wire.Forked(1, 1), wire.Reaped(1, 0), wire.CellDone(1, "ok")):
        send(frame(wire.encode(kind)))
    time.sleep(60)
''',
}
