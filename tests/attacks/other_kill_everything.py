"""Signals to everybody: the server that forked it, process 1, its group, all there are: only its own tree feels them."""

LOSES = {"mse", "mae"}
OUTCOME = {"mae": "crashed"}
FLAGS = {"cell_crashed"}
ANSWERS = {
    "mse": '''
import os, signal
for pid in (1, os.getppid(), -1, @CANARY_PID@, @GRADER_PID@):
    for number in (signal.SIGSTOP, signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(pid, number)
        except OSError:
            pass
os.killpg(0, signal.SIGKILL)
''',
    "mae": '''
def mae(pred, target):
    import os, signal
    os.kill(os.getppid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
''',
}
