class Normalise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", mean.cuda())
        self.register_buffer("std", std.cuda())

    def forward(self, x):
        return (x - self.mean) / self.std
