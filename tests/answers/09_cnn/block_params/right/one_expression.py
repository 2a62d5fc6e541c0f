def block_params(c_in, c_out):
    return 9 * c_out * (c_in + c_out) + 4 * c_out + (c_in != c_out) * (c_in + 2) * c_out
