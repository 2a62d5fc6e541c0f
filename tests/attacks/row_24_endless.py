"""Row 24: an endless loop and an endless sleep, in a cell and in a call."""

LOSES = {"mse", "mae", "huber"}
OUTCOME = {"mae": "timeout"}
FLAGS = {"cell_timeout"}
ANSWERS = {
    "mse": '''
while True:
    pass
''',
    "mae": '''
def mae(pred, target):
    while True:
        pass
''',
    "huber": '''
import time
time.sleep(1e9)
''',
}
