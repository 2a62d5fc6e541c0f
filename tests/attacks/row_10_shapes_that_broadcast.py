"""Row 10: empty and scalar answers, which broadcast against anything."""

LOSES = {"mse", "softmax", "softmax_ce_grad"}  # the worked solution of the last one uses softmax
ANSWERS = {
    "mse": '''
def mse(pred, target):
    return torch.empty(0, dtype=pred.dtype)
''',
    "softmax": '''
def softmax(z):
    return torch.tensor(1.0 / z.shape[1], dtype=z.dtype)
''',
}
