"""Garbage written to every open descriptor: it reaches the student's own connection alone, which ends."""

LOSES = {"mse"}
FLAGS = {"cell_crashed"}
ANSWERS = {
    "mse": '''
import os
for descriptor in range(3, 512):
    try:
        os.write(descriptor, b"{}" * 100)
    except OSError:
        pass
''',
}
