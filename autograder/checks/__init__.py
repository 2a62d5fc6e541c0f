"""The pytest autograders: the secret. Nothing in this layer is ever loaded by a process that runs student code,
except, on purpose and without isolation, by ``live`` in an instructor's own kernel.
"""
