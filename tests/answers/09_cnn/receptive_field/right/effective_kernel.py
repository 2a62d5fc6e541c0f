def receptive_field(layers):
    r, jump = 1, 1
    for k, s, p, d in layers:
        reach = d * (k - 1) + 1
        r = r + (reach - 1) * jump
        jump = jump * s
    return r
