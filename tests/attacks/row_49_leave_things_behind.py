"""Row 49: leave core dumps, zombies, stopped processes and open files behind: all are gone when the run is over."""

TRIES = True
LOSES: set[str] = set()
ANSWERS = {
    "mse": '''
def mse(pred, target):
    if pred.shape != target.shape:
        raise ValueError
    return ((pred - target) ** 2).mean()

import os, signal, sys, time
for _ in range(5):
    if os.fork() == 0:
        os._exit(0)  # a zombie: nobody waits for it
if os.fork() == 0:
    os.setsid()
    os.execv(sys.executable, ["@DAEMON@", "-c", "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)"])
if os.fork() == 0:
    try:
        import resource
        resource.setrlimit(resource.RLIMIT_CORE, (1 << 30, 1 << 30))
    except (OSError, ValueError):
        pass
    os.abort()
time.sleep(0.3)
kept_open = [open(f"kept{number}", "w") for number in range(100)]
try:
    os.mkfifo("pipe")
except OSError:
    pass
print("BREACH" if any(name.startswith("core") for name in os.listdir(".")) else "TRIED")
''',
}
