def two_layer_grads(X, y, params):
    y_hat, (linear1, relu, linear0, sigmoid) = two_layer_forward(X, params)
    dout = 2 * (y_hat - y) / y.numel()
    dhidden, dW0, db0 = linear_backward(sigmoid_backward(dout, sigmoid), linear0)
    _, dW1, db1 = linear_backward(relu_backward(dhidden, relu), linear1)
    return {"W1": dW1.float(), "b1": db1.float(), "W0": dW0.float(), "b0": db0.float()}
