def two_layer_forward(X, params):
    W1, b1, W0, b0 = params["W1"], params["b1"], params["W0"], params["b0"]
    z1, c1 = linear_forward(X, W1, b1)
    h, c2 = relu_forward(z1)
    z0, c3 = linear_forward(h, W0, b0)
    out, c4 = sigmoid_forward(z0)
    return out, (c1, c2, c3, c4)
