"""Row 28: leave a process behind that outlives the cell."""

TRIES = True
LOSES: set[str] = set()
ANSWERS = {
    "mse": '''
def mse(pred, target):
    if pred.shape != target.shape:
        raise ValueError
    return ((pred - target) ** 2).mean()

import os, sys
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv(sys.executable, ["@DAEMON@", "-c", "import time; time.sleep(600)"])
    os._exit(0)
print("TRIED")
''',
}
