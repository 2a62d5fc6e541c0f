class SmallCNN(nn.Module):
    def __init__(self, in_channels, image_size, n_classes):
        super().__init__()
        self.first = nn.Conv2d(in_channels, 8, 3, padding=1)
        self.second = nn.Conv2d(8, 16, 3, padding=1)
        self.classify = nn.Linear(16 * (image_size // 4) ** 2, n_classes)

    def forward(self, x):
        x = (x - x.mean()) / x.std()
        x = F.max_pool2d(F.relu(self.first(x)), 2)
        x = F.max_pool2d(F.relu(self.second(x)), 2)
        return self.classify(x.flatten(1))
