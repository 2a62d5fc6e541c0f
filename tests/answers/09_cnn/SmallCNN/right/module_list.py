class SmallCNN(nn.Module):
    def __init__(self, in_channels, image_size, n_classes):
        super().__init__()
        widths = [in_channels, 8, 16]
        self.convolutions = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1) for a, b in zip(widths, widths[1:]))
        self.classify = nn.Linear(16 * (image_size // 4) ** 2, n_classes)

    def forward(self, x):
        for convolution in self.convolutions:
            x = F.max_pool2d(F.relu(convolution(x)), 2)
        return self.classify(x.reshape(len(x), -1))
