"""Row 50: hold memory from one call to the next, as code would hold an accelerator's: the fork that holds it is killed.

There is no GPU here: what is held is plain memory. An accelerator's would be freed by the same end of the process.
"""

LOSES = {"mse"}
OUTCOME = {"mse": "memory"}
ANSWERS = {
    "mse": '''
hoard = []

def mse(pred, target):
    if pred.shape != target.shape:
        while True:
            hoard.append(torch.ones(4 << 20))
    hoard.append(torch.ones(4 << 20))
    return ((pred - target) ** 2).mean()
''',
}
