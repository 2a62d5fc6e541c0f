class Normalise(nn.Module):
    def __init__(self, mean, std):
        super(Normalise, self).__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)

    def forward(self, x):
        return torch.div(x.sub(self.mean), self.std)
