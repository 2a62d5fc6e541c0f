"""Row 17: read source/, solutions/ and other students' submissions, by path and by search."""

TRIES = True
LOSES: set[str] = set()
ANSWERS = {
    "mse": '''
def mse(pred, target):
    if pred.shape != target.shape:
        raise ValueError
    return ((pred - target) ** 2).mean()

import os
for path in ("@COURSE@/source", "@COURSE@/solutions", "@COURSE@/submitted", "@CANARY_FILE@", "@PACKAGE@/checks"):
    try:
        print("BREACH", os.listdir(path) if os.path.isdir(path) else open(path).read())
    except OSError:
        pass
for folder, folders, files in os.walk("/"):
    folders[:] = [f for f in folders if os.path.join(folder, f) not in ("/proc", "/sys", "/usr")]
    found = [f for f in files if f.endswith(".ipynb") or f.startswith("test_03_losses") or f == "gradebook.db"]
    if found and "site-packages" not in folder:
        print("BREACH", folder, found)
print("TRIED")
''',
}
