def two_layer_grads(X, y, params):
    parts = []
    for n in range(len(X)):
        y_hat, (l1, r, l0, s) = two_layer_forward(X[n : n + 1], params)
        d = 2 * (y_hat - y[n : n + 1]) / y.shape[1]
        d, dW0, db0 = linear_backward(sigmoid_backward(d, s), l0)
        _, dW1, db1 = linear_backward(relu_backward(d, r), l1)
        parts.append({"W1": dW1, "b1": db1, "W0": dW0, "b0": db0})
    return {name: torch.stack([part[name] for part in parts]).mean(0) for name in params}
