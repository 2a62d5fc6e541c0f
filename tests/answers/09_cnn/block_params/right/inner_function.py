def block_params(c_in, c_out):
    def convolution(c, f, k):
        return c * f * k * k

    norm = c_out + c_out
    block = convolution(c_in, c_out, 3) + norm + convolution(c_out, c_out, 3) + norm
    return block if c_in == c_out else block + convolution(c_in, c_out, 1) + norm
