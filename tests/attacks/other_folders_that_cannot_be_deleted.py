"""Folders that are hard to delete: hundreds deep, and closed to their owner: nothing of them stays."""

LOSES = {"mse"}
FLAGS_ONE_OF = {"cell_crashed", "cell_error"}
ANSWERS = {
    "mse": '''
import os
home = os.getcwd()
for _ in range(700):
    os.mkdir("d")
    os.chdir("d")
os.chdir(home)
os.makedirs("closed/inside")
open("closed/inside/file", "w").close()
os.chmod("closed", 0)
import time
time.sleep(1)
raise ValueError

''',
}
