class DigitsDataset(Dataset):
    def __init__(self, images, labels):
        self.pairs = [
            (torch.tensor(image, dtype=torch.float32)[None] / 16, torch.tensor(int(label)))
            for image, label in zip(images, labels)
        ]

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, i):
        return self.pairs[i]
