"""Row 16: read or write the gradebook."""

TRIES = True
LOSES: set[str] = set()
ANSWERS = {
    "mse": '''
def mse(pred, target):
    if pred.shape != target.shape:
        raise ValueError
    return ((pred - target) ** 2).mean()

import os
for path in ("@COURSE@/gradebook.db", "gradebook.db", "../../../gradebook.db"):
    for mode in ("rb", "r+b"):
        try:
            with open(path, mode) as file:
                print("BREACH", path, len(file.read()))
        except OSError:
            pass
try:
    print("BREACH", os.listdir("@COURSE@"))
except OSError:
    pass
print("TRIED")
''',
}
