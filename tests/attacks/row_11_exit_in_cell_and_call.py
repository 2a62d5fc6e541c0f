"""Row 11: sys.exit, SystemExit and KeyboardInterrupt in a cell and in a call."""

LOSES = {"mse", "mae"}
ANSWERS = {
    "mse": '''
import sys
def mse(pred, target):
    sys.exit(0)
raise SystemExit(0)
''',
    "mae": '''
def mae(pred, target):
    raise KeyboardInterrupt
raise KeyboardInterrupt
''',
}
