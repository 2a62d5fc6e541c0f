def step_neuron(x: Tensor, w: Tensor, b: float | Tensor) -> int:
    print(int(w @ x + b > 0))
