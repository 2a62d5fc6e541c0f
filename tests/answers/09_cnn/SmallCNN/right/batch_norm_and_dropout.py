class SmallCNN(nn.Module):
    def __init__(self, in_channels, image_size, n_classes):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(in_channels, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25)
        )
        self.head = nn.Linear(8 * (image_size // 2) ** 2, n_classes)

    def forward(self, x):
        return self.head(self.body(x).flatten(start_dim=1))
