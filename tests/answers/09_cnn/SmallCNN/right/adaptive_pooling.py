class SmallCNN(nn.Module):
    def __init__(self, in_channels, image_size, n_classes):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(in_channels, 12, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(2))
        self.classify = nn.Linear(12 * 4, n_classes)

    def forward(self, x):
        return self.classify(self.features(x).flatten(1))
