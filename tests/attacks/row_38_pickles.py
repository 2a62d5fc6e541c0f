"""Row 38: pickles that run code where they are loaded, as files and as answers: no grader ever loads one."""

import pickle

LOSES = {"mse", "mae"}


class Boom:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return exec, (f"open({self.path!r}, 'w').write('BREACH')",)


ANSWERS = {
    "mse": '''
import os, pickle
class Boom:
    def __reduce__(self):
        return exec, ("open('@CANARY_WRITE@', 'w').write('BREACH')",)
import numpy, torch
for name in ("model.pt", "model.pth", "results.pkl"):
    with open(name, "wb") as file:
        pickle.dump(Boom(), file)
numpy.save("array.npy", numpy.array([Boom()], dtype=object), allow_pickle=True)

def mse(pred, target):
    return pickle.dumps(Boom())
''',
    "mae": '''
def mae(pred, target):
    return Boom()
''',
}


def beside(folder, words):
    for name in ("model.pt", "weights.pth", "data.npy", "state.pkl", "x.joblib"):
        (folder / name).write_bytes(pickle.dumps(Boom(words["CANARY_WRITE"])))


def check(graded, row):
    assert not graded.written.exists()
