"""Row 21: start processes and threads without end: capped, named, and the machine stays usable.

The bomb stops by itself at a number that a machine survives.
"""

LOSES = {"mse", "mae"}
FLAGS_ONE_OF = {"cell_timeout", "cell_crashed", "cell_error", "cell_memory"}
ANSWERS = {
    "mse": '''
import mmap, os, time
with open("counter", "w+b") as file:
    file.truncate(4)
    counter = mmap.mmap(file.fileno(), 4)  # shared by all of them, and counted without a lock: about right
end = time.monotonic() + 60
while time.monotonic() < end:
    count = int.from_bytes(counter[:], "little")
    if count > 800:
        os._exit(0)
    try:
        if os.fork() == 0:
            counter[:] = (count + 1).to_bytes(4, "little")
    except OSError:
        pass
''',
    "mae": '''
def mae(pred, target):
    import threading, time
    while True:
        try:
            threading.Thread(target=time.sleep, args=(600,)).start()
        except RuntimeError:
            pass
''',
}


def check(graded, row):
    """All other students are honest or attack something else: what they get must not depend on this one."""
    bombed = graded.results[row]
    assert {e.name for e in bombed.exercises if e.score == e.max_score} >= {"huber", "softmax", "bce"}
