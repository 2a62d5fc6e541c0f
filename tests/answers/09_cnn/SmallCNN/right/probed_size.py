class SmallCNN(nn.Module):
    def __init__(self, in_channels, image_size, n_classes):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(in_channels, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 12, 2), nn.ReLU())
        with torch.no_grad():
            n = self.features(torch.zeros(1, in_channels, image_size, image_size)).numel()
        self.classify = nn.Linear(n, n_classes)

    def forward(self, x):
        return self.classify(torch.flatten(self.features(x), 1))
