class Normalise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        for name, value in {"mean": mean, "std": std}.items():
            self.register_buffer(name, torch.as_tensor(value), persistent=True)

    def forward(self, x):
        return x / self.std - self.mean / self.std
