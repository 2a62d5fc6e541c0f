sigmoid = torch.nn.Sigmoid()
