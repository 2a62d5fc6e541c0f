class SmallCNN(nn.Sequential):
    def __init__(self, in_channels, image_size, n_classes):
        side = image_size // 2
        super().__init__(
            nn.Conv2d(in_channels, 8, 3, padding=1),
            nn.LeakyReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(8 * side * side, n_classes),
        )
