"""Row 31: JSON that readers disagree about: keys twice, numbers without end, NaN: refused."""


def submissions(submitted, notebook, words):
    end = notebook.rstrip()[:-1]
    texts = {
        "row_31_twice": (end + ', "cells": []}', "a key twice"),
        "row_31_integer": (end + ', "x": ' + "9" * 5_000_000 + "}", "more than 20 digits"),
        "row_31_nan": (end + ', "x": NaN}', "NaN"),
        "row_31_infinity": (end + ', "x": -Infinity}', "Infinity"),
        "row_31_surrogate": (notebook.replace("def mse", "# \\ud800\\ndef mse"), "no text"),
        "row_31_cells": ('{"nbformat": 4, "cells": [' + ",".join(["{}"] * 100_000) + "]}", "list of 1 to"),
    }
    for student, (text, _) in texts.items():
        (submitted / student / "03_losses").mkdir(parents=True)
        (submitted / student / "03_losses" / "03_losses.ipynb").write_text(text)
    return {student: problem for student, (_, problem) in texts.items()}
