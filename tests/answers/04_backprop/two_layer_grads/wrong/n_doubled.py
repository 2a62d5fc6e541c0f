def two_layer_grads(X, y, params):
    y_hat, (linear1, relu, linear0, sigmoid) = two_layer_forward(X, params)
    dout = 2 * (y_hat - y) / y.numel()
    dhidden, dW0, db0 = linear_backward(sigmoid_backward(dout, sigmoid), linear0)
    _, dW1, db1 = linear_backward(relu_backward(dhidden, relu), linear1)
    n = len(X)
    return {"W1": dW1 / n, "b1": db1 / n, "W0": dW0 / n, "b0": db0 / n}
