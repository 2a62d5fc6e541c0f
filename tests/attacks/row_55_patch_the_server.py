"""Row 55: replace the code of ours that runs beside the student's: values still have to be right.

What only the student's process can say of itself (that arguments are unchanged, that nothing warned) can be forged this
way: a residual risk, which README.md names.
"""

LOSES = {"mse", "mae", "huber"}  # a refusal that its own server calls a stub
ANSWERS = {
    "mse": '''
import torch
from autograder.student import outputs, probes, server, shell
from autograder import wire

def mse(pred, target):
    return ((pred - target) ** 2).sum()

server.PROBES.update(dict.fromkeys(probes.PROBES, lambda namespace, *args, **kwargs: torch.zeros(())))
probes.gradient = lambda *args, **kwargs: torch.zeros(())
server._warning_text = lambda message: "full marks"
server._kind = lambda error: "stub"
wire.MAX_BLOB_BYTES = wire.MAX_HEADER_BYTES = wire.MAX_ITEMS = wire.MAX_DEPTH = 1 << 60
server.encode = lambda reply: wire.encode(reply)
outputs.Collector._take = lambda self, size: True
torch.testing.assert_close = lambda *args, **kwargs: None
''',
    "mae": '''
class Right:
    passed, score, points, outcome = True, 30.0, 30.0, "passed"

def mae(pred, target):
    return {"k": "answered", "passed": True, "score": 30.0, "outcome": "passed"}
''',
}
