from scipy.signal import correlate2d


def conv2d(x, w, b, stride=1, padding=0):
    images, kernels = F.pad(x, (padding,) * 4).detach().numpy(), w.detach().numpy()
    maps = [
        [sum(correlate2d(i, k, mode="valid") for i, k in zip(image, kernel)) for kernel in kernels] for image in images
    ]
    dense = torch.stack([torch.stack([torch.from_numpy(m) for m in row]) for row in maps]).to(x.dtype)
    return dense[:, :, ::stride, ::stride] + b[:, None, None]
