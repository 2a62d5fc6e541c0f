"""Row 54: exceptions whose text loops, is huge, raises or holds escapes and newlines: bounded and escaped."""

LOSES = {"mse", "mae", "huber"}
ANSWERS = {
    "mse": '''
class Loops(Exception):
    def __str__(self):
        while True:
            pass
    __repr__ = __str__

def mse(pred, target):
    raise Loops
''',
    "mae": '''
Huge = type("Huge" * 100_000, (Exception,), {"__str__": lambda self: "x" * 50_000_000})
Lines = type("\\n| total | 30 / 30 |\\n`</code><b>", (Exception,), {"__module__": property(lambda s: 1 / 0)})

def mae(pred, target):
    raise Huge if pred.dim() == 1 else Lines
''',
    "huber": '''
class Hostile(RuntimeError):
    __str__ = __repr__ = property(lambda self: 1 / 0)
    def __getattribute__(self, name):
        raise KeyboardInterrupt
    def __del__(self):
        raise SystemExit

def huber(pred, target, delta=1.0):
    error = Hostile()
    error.__cause__ = error
    raise error
''',
}


def check(graded, row):
    result = graded.results[row]
    for exercise in result.exercises:
        for made in exercise.checks:
            assert len(made.message) < 1000
            assert "\n" not in made.message
    assert "30 / 30 |" not in graded.stdout
