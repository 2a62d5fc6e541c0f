class SmallCNN(nn.Module):
    def __init__(self, in_channels, image_size, n_classes):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, 10, 3)
        side = conv_output_size(conv_output_size(image_size, 3), 2, stride=2)
        self.fc1 = nn.Linear(10 * side * side, 32)
        self.fc2 = nn.Linear(32, n_classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv(x)), 2)
        x = F.relu(self.fc1(x.view(x.size(0), -1)))
        return self.fc2(x)
