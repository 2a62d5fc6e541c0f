"""What lives inside the sandbox, beside student code. Nothing here is secret, and nothing here is trusted.

Modules of this layer import ``errors``, ``wire`` and ``accelerator`` of ours and nothing else: a student can read every
byte of a process that has loaded them.
"""
