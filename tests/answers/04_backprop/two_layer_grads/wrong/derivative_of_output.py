def two_layer_grads(X, y, params):
    y_hat, (linear1, relu, linear0, _) = two_layer_forward(X, params)
    dout = 2 * (y_hat - y) / y.numel()
    s = torch.sigmoid(y_hat)
    dhidden, dW0, db0 = linear_backward(dout * s * (1 - s), linear0)
    _, dW1, db1 = linear_backward(relu_backward(dhidden, relu), linear1)
    return {"W1": dW1, "b1": db1, "W0": dW0, "b0": db0}
