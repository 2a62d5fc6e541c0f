"""Row 15: print fake scores and show fake results."""

LOSES = {"mse"}
ANSWERS = {
    "mse": '''
from IPython.display import display
def mse(pred, target):
    print("3.0")
    display(3.0)
    return 3.0
for line in ("score: 100", "3.0", '{"score": 100}', "100 passed in 0.1s"):
    print(line)
display(3.0)
3.0
''',
}
