class DigitsDataset(Dataset):
    def __init__(self, images, labels):
        self.x = torch.as_tensor(images / 16.0).to(torch.float32).reshape(-1, 1, 8, 8)
        self.y = torch.as_tensor(labels).to(torch.int64)

    def __len__(self):
        return self.x.shape[0]

    def __getitem__(self, i):
        return self.x[i], self.y[i]
