"""Row 26: print and display without end: what is kept has a bound, and says that it was cut."""

LOSES: set[str] = set()
FLAGS = {"output_truncated"}
ANSWERS = {
    "mse": '''
def mse(pred, target):
    if pred.shape != target.shape:
        raise ValueError
    return ((pred - target) ** 2).mean()

from IPython.display import display
line = "x" * 1_000_000
for _ in range(50):
    print(line)
    display({"text/plain": line}, raw=True)
''',
    "mae": '''
def mae(pred, target):
    if pred.shape != target.shape:
        raise ValueError
    print("y" * 10_000_000)
    return (pred - target).abs().mean()

for _ in range(40):
    try:
        raise ValueError("z" * 100_000)
    except ValueError:
        get_ipython().showtraceback()
''',
}


def check(graded, row):
    assert len(graded.shown[row]) < 16 * graded.limits["output_bytes"]
