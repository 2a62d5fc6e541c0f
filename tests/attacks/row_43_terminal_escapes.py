"""Row 43: escape sequences in ids, outputs, errors and file names: none reaches a terminal or a page."""

LOSES = {"mse", "mae"}
ANSWERS = {
    "mse": '''
print("\\x1b]0;title\\x07\\x1b[31mred\\x1b[2J\\x9b31m\\x1b]52;c;ZXZpbA==\\x07")

def mse(pred, target):
    return "\\x1b[2J\\x1b]0;title\\x07"

raise type("\\x1b[2JEvil", (Exception,), {})("\\x1b]52;c;ZXZpbA==\\x07")
''',
    "mae": '''
def mae(pred, target):
    raise ValueError("\\x1b[2J")  # \x1b]0;title\x07
''',
}
ID = "evil\x1b[2J\x1b]0;x\x07"


def submissions(submitted, notebook, words):
    (submitted / ID / "03_losses").mkdir(parents=True)
    (submitted / ID / "03_losses" / "03_losses.ipynb").write_text(notebook)
    return {ID: "cannot be a student id"}


def check(graded, row):
    for text in (graded.stdout, graded.stderr, graded.pages[row], graded.pages[ID], graded.report):
        assert "\x1b" not in text
        assert "\x9b" not in text
        assert "\x07" not in text
