def block_params(c_in, c_out):
    layers = [(c_in, 3), (c_out, 3)] + ([(c_in, 1)] if c_in != c_out else [])
    return sum(c * c_out * k**2 + 2 * c_out for c, k in layers)
