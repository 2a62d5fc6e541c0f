"""Row 13: change an answer after it was given, by a thread, a finalizer and an exit hook: it was copied once, when it came."""

LOSES = {"mse"}
ANSWERS = {
    "mse": '''
import atexit, threading, time, weakref
given = []

def mse(pred, target):
    if pred.shape != target.shape:
        raise ValueError
    answer = torch.zeros((), dtype=pred.dtype)
    given.append((answer, ((pred - target) ** 2).mean()))
    weakref.finalize(answer, correct)
    return answer

def correct():
    for answer, right in given:
        answer.copy_(right)

def keep_correcting():
    while True:
        time.sleep(0.01)
        correct()

atexit.register(correct)
threading.Thread(target=keep_correcting, daemon=True).start()
''',
}
