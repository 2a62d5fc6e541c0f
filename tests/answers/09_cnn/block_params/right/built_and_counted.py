def block_params(c_in, c_out):
    layers = [nn.Conv2d(c_in, c_out, 3, bias=False), nn.BatchNorm2d(c_out)]
    layers += [nn.Conv2d(c_out, c_out, 3, bias=False), nn.BatchNorm2d(c_out)]
    if c_in != c_out:
        layers += [nn.Conv2d(c_in, c_out, 1, bias=False), nn.BatchNorm2d(c_out)]
    return n_params(nn.Sequential(*layers))
