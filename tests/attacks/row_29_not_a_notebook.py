"""Row 29: hand in what is no notebook: 1 GB, broken JSON, other bytes, nothing, a folder: each is refused and named."""


def submissions(submitted, notebook, words):
    name = "03_losses/03_losses.ipynb"
    for student in ("huge", "broken", "bytes", "empty", "spaces", "folder", "list", "number", "old", "gone"):
        (submitted / f"row_29_{student}" / "03_losses").mkdir(parents=True)
    with open(submitted / "row_29_huge" / name, "wb") as file:
        file.truncate(1 << 30)  # sparse: it takes no room
    (submitted / "row_29_broken" / name).write_text(notebook[: len(notebook) // 2])
    (submitted / "row_29_bytes" / name).write_bytes(b"\xff\xfe\x00" + notebook.encode("utf-16"))
    (submitted / "row_29_empty" / name).write_bytes(b"")
    (submitted / "row_29_spaces" / name).write_bytes(b" \n" * 1000)
    (submitted / "row_29_folder" / name).mkdir()
    (submitted / "row_29_list" / name).write_text("[]")
    (submitted / "row_29_number" / name).write_text("30.0")
    (submitted / "row_29_old" / name).write_text('{"nbformat": 3, "worksheets": []}')
    return {
        "row_29_huge": "1024 MiB",
        "row_29_broken": "not JSON",
        "row_29_bytes": "not UTF-8",
        "row_29_empty": "is empty",
        "row_29_spaces": "is empty",
        "row_29_folder": "not a regular file",
        "row_29_list": "not a notebook",
        "row_29_number": "not a notebook",
        "row_29_old": "version 3",
        "row_29_gone": "does not exist",
    }
