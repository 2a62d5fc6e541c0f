"""Row 42: a student id that a spreadsheet would run as a formula: exports write it as text."""

IDS = ("@SUM", "=cmd", "+1+1", "-1+1", "\t=1")


def submissions(submitted, notebook, words):
    for student in IDS:
        (submitted / student / "03_losses").mkdir(parents=True)
        (submitted / student / "03_losses" / "03_losses.ipynb").write_text(notebook)
    return {"@SUM": "", **dict.fromkeys(IDS[1:], "cannot be a student id")}


def check(graded, row):
    for kind in ("csv", "canvas", "moodle"):
        text = graded.exports[kind].decode()
        assert "@SUM" in text, kind
        fields = [field.strip('"') for line in text.splitlines() for field in line.split(",")]
        assert not [field for field in fields if field.startswith(("=", "+", "-", "@", "\t", "\r"))], kind
