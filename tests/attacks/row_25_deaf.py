"""Row 25: a loop that ignores every polite end; later exercises are still graded."""

LOSES = {"mse"}
FLAGS = {"cell_timeout"}
ANSWERS = {
    "mse": '''
import signal
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
signal.setitimer(signal.ITIMER_REAL, 0)

def deaf():
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue

deaf()
''',
}
