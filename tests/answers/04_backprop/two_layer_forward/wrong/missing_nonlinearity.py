def two_layer_forward(X, params):
    z1, linear1 = linear_forward(X, params["W1"], params["b1"])
    z0, linear0 = linear_forward(z1, params["W0"], params["b0"])
    y_hat, sigmoid = sigmoid_forward(z0)
    return y_hat, (linear1, z1, linear0, sigmoid)
