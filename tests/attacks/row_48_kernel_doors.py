"""Row 48: new namespaces, mounts, ptrace, bpf, keys, io_uring and the like: the kernel refuses each call."""

TRIES = True
LOSES: set[str] = set()
ANSWERS = {
    "mse": '''
def mse(pred, target):
    if pred.shape != target.shape:
        raise ValueError
    return ((pred - target) ** 2).mean()

import ctypes, os, platform, resource, signal
libc = ctypes.CDLL(None, use_errno=True)
def attempt(name, *args):
    if getattr(libc, name)(*args) >= 0:
        print("BREACH", name, args)
for flag in (0x10000000, 0x20000, 0x40000000, 0x20000000, 0x2000000, 0x8000000, 0x4000000):
    attempt("unshare", flag)
    attempt("syscall", 56 if platform.machine() == "x86_64" else 220, flag | 17, 0, 0, 0, 0)  # clone
attempt("syscall", 435, ctypes.create_string_buffer(88), 88)  # clone3
attempt("mount", b"tmpfs", b".", b"tmpfs", 0, None)
attempt("mount", None, b"/", None, 32 | 4096, None)  # remount, writable
attempt("umount2", b"/proc", 2)
attempt("chroot", b".")
attempt("ptrace", 0, 0, 0, 0)
attempt("ptrace", 16, 1, 0, 0)
attempt("process_vm_readv", 1, None, 0, None, 0, 0)
for number in (425, 428, 429, 430, 431, 432, 442, 438):  # io_uring_setup, open_tree to fsmount, mount_setattr, pidfd_getfd
    attempt("syscall", number, 8, ctypes.create_string_buffer(120), 0, 0, 0)
if platform.machine() == "x86_64":
    for number in (321, 298, 323, 250, 248, 249, 304, 169, 175, 246, 272, 308, 313, 320):  # bpf, perf, keys, modules, reboot
        attempt("syscall", number, 0, ctypes.create_string_buffer(120), 120, 0, 0)
for path in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/sys/kernel/uevent_helper", "/proc/1/oom_score_adj",
             "/sys/fs/cgroup/cgroup.procs", "/proc/sys/kernel/hostname", "/dev/mem", "/dev/kmsg", "/proc/kcore", "/proc/1/mem"):
    try:
        os.close(os.open(path, os.O_RDWR))
        print("BREACH", path)
    except OSError:
        pass
for name in ("RLIMIT_AS", "RLIMIT_NPROC", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_CPU", "RLIMIT_CORE"):
    try:
        resource.setrlimit(getattr(resource, name), (resource.RLIM_INFINITY,) * 2)
        if resource.getrlimit(getattr(resource, name))[0] == resource.RLIM_INFINITY and name != "RLIMIT_NPROC":
            print("BREACH", name)
    except (OSError, ValueError):
        pass
for pid in (@CANARY_PID@, @GRADER_PID@):
    try:
        os.kill(pid, signal.SIGKILL)
        print("BREACH", pid)
    except OSError:
        pass
print("TRIED")
''',
}
