"""Row 27: fill the disk, its inodes and the shared memory: the scratch folder is small, and the host's disk is not reached."""

TRIES = True
LOSES: set[str] = set()
LOSES_B = {"mse"}  # there is no file system of its own: who fills the folder is killed
FLAGS_B = {"cell_crashed"}
TRIES_B = False
ANSWERS = {
    "mse": '''
def mse(pred, target):
    if pred.shape != target.shape:
        raise ValueError
    return ((pred - target) ** 2).mean()

import os, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
for folder in (".", os.environ["TMPDIR"], "/dev/shm"):
    written, names = 0, []
    try:
        for number in range(64):
            names.append(os.path.join(folder, f"big{number}"))
            with open(names[-1], "wb", 0) as file:
                while True:
                    size = file.write(bytes(1 << 20))
                    written += size
                    if not size or written > 1 << 30:
                        raise OSError
    except OSError:
        pass
    if written > 200 << 20:
        print("BREACH", folder, written)
    for name in names:
        if os.path.exists(name):
            os.unlink(name)
count = 0
try:
    for count in range(200_000):
        open(f"small{count}", "w").close()
    print("BREACH", count)
except OSError:
    pass
for number in range(count):
    os.unlink(f"small{number}")
print("TRIED")
''',
}
