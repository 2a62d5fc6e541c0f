"""Row 6: lie about __class__ and isinstance."""

LOSES = {"mse"}
ANSWERS = {
    "mse": '''
import torch

class Meta(type):
    __instancecheck__ = lambda cls, other: True

class Liar(metaclass=Meta):
    __class__ = property(lambda self: torch.Tensor)
    __eq__ = lambda self, other: True
    __hash__ = lambda self: 0
    shape = property(lambda self: torch.Size([]))
    dtype = property(lambda self: torch.float32)
    __torch_function__ = classmethod(lambda cls, f, t, a=(), k=None: True)

def mse(pred, target):
    return Liar()
''',
}
