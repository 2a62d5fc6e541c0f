def two_layer_grads(X, y, params):
    y_hat, (linear1, relu, linear0, sigmoid) = two_layer_forward(X, params)
    d = sigmoid_backward(y_hat - y, sigmoid)
    d, dW0, db0 = linear_backward(d, linear0)
    d = relu_backward(d, relu)
    d, dW1, db1 = linear_backward(d, linear1)
    scale = 2.0 / (y.size(0) * y.size(1))
    return {"W1": scale * dW1, "b1": scale * db1, "W0": scale * dW0, "b0": scale * db0}
