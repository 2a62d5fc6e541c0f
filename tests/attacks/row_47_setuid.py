"""Row 47: gain privileges by setuid programs, the system's and one's own."""

TRIES = True
LOSES: set[str] = set()
ANSWERS = {
    "mse": '''
def mse(pred, target):
    if pred.shape != target.shape:
        raise ValueError
    return ((pred - target) ** 2).mean()

import os, shutil, subprocess
for call in (os.setuid, os.setgid, os.seteuid, os.setegid):
    try:
        call(0)
        print("BREACH", call)
    except OSError:
        pass
try:
    os.setgroups([0])
    print("BREACH: setgroups")
except OSError:
    pass
for command in (["su", "-c", "id"], ["sudo", "-n", "id"], ["mount", "-t", "tmpfs", "x", "."], ["newgrp"], ["ping", "-c1", "127.0.0.1"]):
    path = shutil.which(command[0])
    if path:
        ran = subprocess.run([path, *command[1:]], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=2)
        if "uid=0" in ran.stdout or (command[0] == "mount" and ran.returncode == 0):
            print("BREACH", command)
shutil.copy("/bin/cat", "own")
try:
    os.chmod("own", 0o6755)
except OSError:
    pass
try:
    said = subprocess.run(["./own", "/proc/self/status"], capture_output=True, text=True).stdout
except OSError:  # where the host's files are there, no mode changes: not those of one's own either
    said = ""
uids = [line.split()[1:] for line in said.splitlines() if line.startswith(("Uid:", "Gid:"))]
if any("0" in uid for uid in uids):
    print("BREACH", uids)
print("TRIED")
''',
}
