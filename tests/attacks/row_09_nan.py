"""Row 9: nan and inf, which slip through abs(a - b) > tolerance."""

LOSES = {"mse", "mae"}
ANSWERS = {
    "mse": '''
def mse(pred, target):
    return torch.tensor(float("nan"), dtype=pred.dtype)
''',
    "mae": '''
def mae(pred, target):
    return torch.tensor(float("inf"), dtype=pred.dtype)
''',
}
