class SmallCNN(nn.Module):
    def __init__(self, in_channels, image_size, n_classes):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(in_channels, 8, 3, stride=2, padding=1), nn.Tanh(), nn.Conv2d(8, 16, 3, stride=2, padding=1), nn.Tanh()
        )
        side = conv_output_size(conv_output_size(image_size, 3, 2, 1), 3, 2, 1)
        self.head = nn.Linear(16 * side * side, n_classes)

    def forward(self, x):
        return self.head(self.body(x).flatten(1))
