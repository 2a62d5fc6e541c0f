"""Memory that no process is seen to use: shared mappings that were let go of, devices, pipes, buffers of sockets."""

TRIES = True
LOSES = {"mse"}
OUTCOME = {"mse": "memory"}
ANSWERS = {
    "mse": '''
import ctypes, mmap, os, socket, time
libc = ctypes.CDLL(None, use_errno=True)
def attempt(name, function):
    try:
        function()
        print("BREACH:", name)
    except OSError:
        pass
def hide():
    if libc.prctl(4, 0, 0, 0, 0) < 0:
        raise OSError
def give_to_pipe():
    if libc.vmsplice(os.pipe()[1], ctypes.create_string_buffer(16), 0, 0) < 0:
        raise OSError
attempt("a mapping shared without a file", lambda: mmap.mmap(-1, 1 << 20).madvise(mmap.MADV_DONTNEED))
attempt("a mapping of a device", lambda: mmap.mmap(os.open("/dev/zero", os.O_RDWR), 1 << 20))
attempt("memory that may not be looked at", hide)
attempt("pages of a pipe", give_to_pipe)
print("TRIED")

def mse(pred, target):
    for _ in range(3):
        if os.fork() == 0:
            break
    pairs = []
    try:
        while True:
            pairs.append(socket.socketpair())
    except OSError:
        pass
    time.sleep(600)
''',
}
