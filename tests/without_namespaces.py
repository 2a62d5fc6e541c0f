"""Run a command where user namespaces cannot be had: ``python without_namespaces.py COMMAND ...``

A seccomp filter, which the whole process tree inherits, lets unshare and clone fail with EPERM as on a kernel whose
administrator switched user namespaces off.
"""

import errno
import os
import sys

import pyseccomp

NEW_NAMESPACES = 0x7E020000  # CLONE_NEWUSER, NEWPID, NEWNET, NEWNS, NEWIPC, NEWUTS, NEWCGROUP

denied = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
denied.add_rule(pyseccomp.ERRNO(errno.EPERM), "unshare")
denied.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
for bit in (1 << n for n in range(32)):
    if NEW_NAMESPACES & bit:
        denied.add_rule(pyseccomp.ERRNO(errno.EPERM), "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, bit, bit))
denied.load()
os.execv(sys.argv[1], sys.argv[1:])
