def block_params(c_in, c_out):
    shortcut = c_in * c_out + 2 * c_out if c_in != c_out else 0
    return 3 * 3 * c_in * c_out + 3 * 3 * c_out**2 + 4 * c_out + shortcut
