"""The same products in PyTorch, with dense bases on the drawn vertices: python3 morphable_model.py BATCH

Answers each line of its input: "forward" with the milliseconds of shape and albedo of a batch, "forward+backward" with
those of the gradient to all coefficients too. Numbers are random: the time does not depend on them.
"""
import json
import resource
import sys
import time

import torch

batch = int(sys.argv[1])
torch.set_num_threads(1)
torch.manual_seed(1)
vertices = 39_700
identity_basis, expression_basis, albedo_basis = (torch.randn(size, 3 * vertices) for size in (80, 64, 80))
mean_shape, mean_albedo, weights = torch.randn(3 * vertices), torch.randn(3 * vertices), torch.randn(batch, 3 * vertices)
coefficients = [torch.randn(batch, size, requires_grad=True) for size in (80, 64, 80)]


def decode():
    identity, expression, albedo = coefficients
    shape = mean_shape + identity @ identity_basis + expression @ expression_basis
    return shape, mean_albedo + albedo @ albedo_basis


def forward():
    with torch.no_grad():
        decode()


def forward_backward():
    shape, albedo = decode()
    for c in coefficients:
        c.grad = None
    ((shape * weights).sum() + (albedo * weights).sum()).backward()


for line in sys.stdin:
    start = time.perf_counter()
    {"forward": forward, "forward+backward": forward_backward}[line.strip()]()
    answer = {"ms": 1000 * (time.perf_counter() - start)}
    answer["peakMemoryMb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(answer), flush=True)
