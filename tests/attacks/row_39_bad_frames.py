"""Row 39: answer with frames that are malformed, nested, oversized or lie about their sizes: a protocol error, named."""

LOSES = {"mse", "mae", "huber", "outlier_ratio", "nll", "cross_entropy", "bce"}  # the worked cross_entropy calls nll
OUTCOME = dict.fromkeys(("mse", "mae", "huber", "outlier_ratio", "nll"), "crashed")
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
    send(frame(b"\\xc1 not MessagePack"))
    time.sleep(60)
''',
    "mae": '''
def mae(pred, target):
    send(frame(b"\\x91" * 1_000_000))
    time.sleep(60)
''',
    "huber": '''
def huber(pred, target, delta=1.0):
    send(struct.pack("!II", 0xFFFFFFFF, 0xFFFFFFFF))
    time.sleep(60)
''',
    "outlier_ratio": '''
def outlier_ratio(pred, target):
    shape = (0, *(2**31 - 1,) * 15)
    send(frame(wire.encode(wire.Answered(1, wire.TensorValue("float32", shape)))))
    time.sleep(60)
''',
    "nll": '''
def nll(log_probs, target):
    send(frame(wire.encode(wire.Answered(1, wire.TensorValue("float32", (2**30, 2**30)))), b"few"))
    time.sleep(60)
''',
    "bce": '''
def bce(p, y):
    header = wire.encode(wire.Answered(1, None)).replace(b"\\xc0", b"\\xc7\\x04\\x05evil")
    send(frame(header))
    time.sleep(60)
''',
}


def check(graded, row):
    messages = [c.message for e in graded.results[row].exercises for c in e.checks if c.outcome == "crashed"]
    assert all("broke the protocol" in message for message in messages), messages
