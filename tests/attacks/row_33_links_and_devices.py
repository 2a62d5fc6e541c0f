"""Row 33: links to files outside, pipes and sockets in place of files: not followed, not waited for."""

import os
import socket

LOSES: set[str] = set()
TRIES = True
ANSWERS = {
    "mse": '''
def mse(pred, target):
    if pred.shape != target.shape:
        raise ValueError
    return ((pred - target) ** 2).mean()

import glob
for path in glob.glob("**", recursive=True):
    try:
        text = open(path, errors="replace").read()
    except OSError:
        continue
    if "BREACH" in text or "root:" in text:
        print("BREACH", path, text[:100])
print("TRIED", sorted(glob.glob("*")))
''',
}


def beside(folder, words):
    (folder / "passwd").symlink_to("/etc/passwd")
    (folder / "secret").symlink_to(words["CANARY_FILE"])
    (folder / "all").symlink_to("/")
    (folder / "loop").symlink_to("loop")
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as s:
        here = os.getcwd()
        os.chdir(folder)
        try:
            s.bind("socket")
        finally:
            os.chdir(here)


def submissions(submitted, notebook, words):
    name = "03_losses.ipynb"
    for student in ("link", "pipe", "loop", "dangling", "device"):
        (submitted / f"row_33_{student}" / "03_losses").mkdir(parents=True)
    (submitted / "row_33_link" / "03_losses" / name).symlink_to(words["CANARY_FILE"])
    os.mkfifo(submitted / "row_33_pipe" / "03_losses" / name)
    (submitted / "row_33_loop" / "03_losses" / name).symlink_to(name)
    (submitted / "row_33_dangling" / "03_losses" / name).symlink_to("/nowhere")
    (submitted / "row_33_device" / "03_losses" / name).symlink_to("/dev/zero")
    (submitted / "row_33_folder").mkdir()
    (submitted / "row_33_folder" / "03_losses").symlink_to(submitted / "aa-honest" / "03_losses")
    (submitted / "row_33_student").symlink_to(submitted / "aa-honest")
    return {
        "row_33_link": "symbolic link",
        "row_33_pipe": "not a regular file",
        "row_33_loop": "symbolic link",
        "row_33_dangling": "symbolic link",
        "row_33_device": "symbolic link",
        "row_33_folder": "symbolic link",
        "row_33_student": "symbolic link",
    }
