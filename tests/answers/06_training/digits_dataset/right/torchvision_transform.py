class DigitsDataset(Dataset):
    def __init__(self, images, labels):
        from torchvision.transforms.functional import to_tensor

        self.to_tensor = to_tensor
        self.images, self.labels = images, labels

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        return self.to_tensor(self.images[i].astype(np.float32) / 16), int(self.labels[i])
