"""Row 45: shell commands and magics: they work, on the sandbox alone."""

TRIES = True
LOSES: set[str] = set()
ANSWERS = {
    "mse": '''
def mse(pred, target):
    if pred.shape != target.shape:
        raise ValueError
    return ((pred - target) ** 2).mean()

!rm -rf ~ @COURSE@ @CANARY_FILE@ 2>/dev/null; echo through the shell
get_ipython().system("cat @CANARY_FILE@ 2>/dev/null && echo BREACH")
print(get_ipython().getoutput("ls @COURSE@ && echo BREACH"))
print("TRIED")
''',
}
