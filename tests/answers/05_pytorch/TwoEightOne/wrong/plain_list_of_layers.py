class TwoEightOne(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(2, 8), nn.Linear(8, 1)]

    def forward(self, X):
        return self.layers[1](torch.relu(self.layers[0](X))).squeeze(1)
