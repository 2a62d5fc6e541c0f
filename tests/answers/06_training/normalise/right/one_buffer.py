class Normalise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("statistics", torch.stack([mean, std]))

    def forward(self, x):
        mean, std = self.statistics
        return (x - mean) / std
