"""Row 12: end the process with os._exit, a segmentation fault and abort; later exercises still count."""

LOSES = {"mse", "mae", "huber"}
OUTCOME = {"mae": "crashed", "huber": "crashed"}
FLAGS = {"cell_crashed"}
ANSWERS = {
    "mse": '''
import os
os._exit(0)
''',
    "mae": '''
def mae(pred, target):
    import ctypes
    ctypes.string_at(0)
''',
    "huber": '''
def huber(pred, target, delta=1.0):
    import os
    os.abort()
''',
}
