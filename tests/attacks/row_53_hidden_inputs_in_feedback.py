"""Row 53: carry hidden inputs into feedback, by exceptions, class names, warnings, answers, prints, and past the fork."""

import re

LOSES = {"mse", "mae", "huber", "softmax", "softmax_ce_grad"}
MARK = "5ec2e7"  # before everything that was smuggled
ANSWERS = {
    "mse": f'''
import mmap, os, socket, warnings
with open("shared", "w+b") as file:
    file.truncate(1 << 16)
    shared = mmap.mmap(file.fileno(), 1 << 16)
reader, writer = os.pipe()
os.set_blocking(reader, False)
tensor = torch.zeros(100).share_memory_()

def smuggle(*inputs):
    text = "{MARK}" + repr([i.tolist() for i in inputs])[:2000]
    print(text)
    warnings.warn(text)
    shared.seek(0)
    shared.write(text.encode())
    os.write(writer, text.encode())
    tensor[0] = 52377
    with open("smuggled.txt", "w") as file:
        file.write(text)
    with open("plots.py", "w") as file:
        file.write(f"raise ValueError({{text!r}})")
    return text

def mse(pred, target):
    raise ValueError(smuggle(pred, target))
''',
    "mae": '''
if tensor[0] or os.path.exists("smuggled.txt"):
    print(shared[:3000].decode(), open("smuggled.txt").read(), int(tensor[0]))
    raise type("X" + open("smuggled.txt").read(), (Exception,), {})(os.read(reader, 3000))

def mae(pred, target):
    return type(smuggle(pred, target), (), {})()
''',
    "huber": '''
def huber(pred, target, delta=1.0):
    return smuggle(pred, target)
''',
    "softmax": '''
def softmax(z):
    raise type(smuggle(z), (Exception,), {"__str__": lambda self: smuggle(z)})
''',
}


def edit(notebook):
    source = "import os\nprint(os.path.exists('smuggled.txt') and open('smuggled.txt').read())\nimport plots, importlib; importlib.reload(plots)"
    notebook["cells"].append({"cell_type": "code", "id": "x", "metadata": {}, "outputs": [], "execution_count": None, "source": source})


def check(graded, row):
    result = graded.results[row]
    said = [c.message for e in result.exercises for c in e.checks] + [flag.detail for flag in result.flags]
    said += [str(outputs) for outputs in graded.autograded[row].values()]
    assert not [text for text in said if re.search(r"5ec2e7.{0,3}\[|52377", text)]
