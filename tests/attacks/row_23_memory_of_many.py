"""Row 23: spread memory over many processes, memfd and shared memory: counted over the whole tree."""

LOSES = {"mse", "softmax_ce_grad"}
OUTCOME = {"softmax_ce_grad": "memory"}
FLAGS = {"cell_memory"}
ANSWERS = {
    "mse": '''
import os, time
for _ in range(6):
    if os.fork() == 0:
        hoard = bytearray(64 << 20)
        hoard[::4096] = b"x" * len(hoard[::4096])
        time.sleep(600)
time.sleep(600)
''',
    "softmax_ce_grad": '''
def softmax_ce_grad(logits, target):
    import mmap, os, time
    hoard = []
    for share in (lambda: os.memfd_create("x"), lambda: mmap.mmap(-1, 16 << 20)):
        try:
            hoard.append(share())
            print("BREACH: memory that stays when nobody is seen to use it")
        except OSError:
            pass
    while True:
        hoard.append(bytearray(b"x") * (16 << 20))
        if len(hoard) % 8 == 0 and os.fork() == 0:
            time.sleep(600)
''',
}
