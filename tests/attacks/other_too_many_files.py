"""Files too large or too many for the sandbox: refused and named, not an exercise that could not be graded."""


def submissions(submitted, notebook, words):
    for student, files, size in (("many", 100, 1), ("large", 3, 4 << 20), ("huge", 1, 1 << 30)):
        folder = submitted / f"other_{student}_files" / "03_losses"
        folder.mkdir(parents=True)
        (folder / "03_losses.ipynb").write_text(notebook)
        for number in range(files):
            with open(folder / f"file{number}", "wb") as file:
                file.truncate(size)
    return {"other_many_files": "64 files", "other_large_files": "8 MiB of files", "other_huge_files": "1024 MiB"}
