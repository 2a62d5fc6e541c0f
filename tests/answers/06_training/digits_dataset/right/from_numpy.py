class DigitsDataset(Dataset):
    def __init__(self, images, labels):
        self.x = torch.from_numpy(images).float().div(16).unsqueeze(1)
        self.y = torch.from_numpy(labels).long()

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        return self.x[i], self.y[i]
