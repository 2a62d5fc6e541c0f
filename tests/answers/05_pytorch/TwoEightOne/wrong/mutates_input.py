class TwoEightOne(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(2, 8)
        self.output = nn.Linear(8, 1)

    def forward(self, X):
        X -= X.mean(0)
        return self.output(torch.relu(self.hidden(X))).squeeze(1)
