def sgd_step(params, grads, lr):
    leaves = {name: torch.nn.Parameter(p.clone()) for name, p in params.items()}
    for name, leaf in leaves.items():
        leaf.grad = grads[name].clone()
    torch.optim.SGD(leaves.values(), lr=lr).step()
    return {name: leaf.detach() for name, leaf in leaves.items()}
