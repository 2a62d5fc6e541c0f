"""Row 22: use all memory, in a cell and in a call."""

LOSES = {"mse", "mae"}
OUTCOME = {"mae": "memory"}
FLAGS = {"cell_memory"}
ANSWERS = {
    "mse": '''
hoard = []
while True:
    hoard.append(bytearray(32 << 20))
''',
    "mae": '''
def mae(pred, target):
    return torch.zeros(1 << 40)
''',
}
