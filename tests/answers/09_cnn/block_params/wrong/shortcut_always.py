def block_params(c_in, c_out):
    count = 9 * c_in * c_out + 9 * c_out * c_out + 2 * (2 * c_out)
    count += c_in * c_out + 2 * c_out
    return count
