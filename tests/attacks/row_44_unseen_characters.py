"""Row 44: code that reads otherwise than it runs, by characters that do not show or that turn others round: flagged."""

LOSES: set[str] = set()
FLAGS = {"hidden_characters"}
ANSWERS = {
    "mse": '''
def mse(pred, target):
    if pred.shape != target.shape:
        raise ValueError
    return ((pred - target) ** 2).mean()

# \u202e right to left \u2066 isolated \u2069
admin\u3164 = 1  # a letter that is drawn as nothing
''',
    "mae": '''
def mae(pred, target):  # \u200b\u00ad
    if pred.shape != target.shape:
        raise ValueError
    return (pred - target).abs().mean()
''',
}


def check(graded, row):
    found = {flag.where for flag in graded.results[row].flags if flag.kind == "hidden_characters"}
    assert found == {"mse", "mae"}
    for character in "\u202e\u2066\u200b":
        assert character not in graded.pages[row]
