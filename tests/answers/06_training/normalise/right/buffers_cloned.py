class Normalise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mu", mean.clone())
        self.register_buffer("sigma", std.clone())

    def forward(self, x):
        return (x - self.mu) / self.sigma
