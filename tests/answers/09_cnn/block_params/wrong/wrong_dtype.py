def block_params(c_in, c_out):
    return float(9 * c_in * c_out + 9 * c_out**2 + 4 * c_out + (c_in != c_out) * (c_in + 2) * c_out)
