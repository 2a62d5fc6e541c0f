def two_layer_forward(X, params):
    z1, linear1 = linear_forward(X, params["W1"], params["b1"])
    hidden, sigmoid = sigmoid_forward(z1)
    z0, linear0 = linear_forward(hidden, params["W0"], params["b0"])
    y_hat, relu = relu_forward(z0)
    return y_hat, (linear1, relu, linear0, sigmoid)
