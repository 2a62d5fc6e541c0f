class TwoEightOne(nn.Module):
    def __init__(self, inputs=2, hidden=8):
        super().__init__()
        self.fc1 = nn.Linear(inputs, hidden)
        self.fc2 = nn.Linear(hidden, 1)

    def forward(self, X):
        return self.fc2(self.fc1(X).clamp(min=0)).squeeze(dim=1)
