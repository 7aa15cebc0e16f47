"""The detail refiner in PyTorch, as a peer: python3 detail_refiner.py UV CHANNELS BATCH THREADS

Answers each line of its input: "step" with the milliseconds of a training step (forward, L1 of the albedo and squared
error of the light, backward, Adam), "forward" with those of an inference, "about" with what it is.
"""
import json
import resource
import sys
import time

import torch
from torch import nn

uv, channels, batch, threads = map(int, sys.argv[1:5])
torch.set_num_threads(threads)
torch.manual_seed(1)


def encoder_block(inputs, outputs, kernel, stride):
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, 1)
    return nn.Sequential(convolution, nn.InstanceNorm2d(outputs, affine=True), nn.LeakyReLU(0.2))


def decoder_block(inputs, outputs):
    convolution = nn.ConvTranspose2d(inputs, outputs, 4, 2, 1)
    return nn.Sequential(convolution, nn.InstanceNorm2d(outputs, affine=True), nn.ReLU())


class DetailRefiner(nn.Module):
    def __init__(self, c):
        super().__init__()
        strided = [encoder_block(i, o, 4, 2) for i, o in ((c, c), (c, 2 * c), (2 * c, 4 * c), (4 * c, 8 * c))]
        self.encoder = nn.Sequential(encoder_block(6, c, 3, 1), *strided)
        self.albedo, self.light = (
            nn.Sequential(
                *[decoder_block(i, o) for i, o in ((8 * c, 4 * c), (4 * c, 2 * c), (2 * c, c), (c, c))],
                nn.Conv2d(c, n, 3, 1, 1),
            )
            for n in (3, 27)
        )

    def forward(self, maps):
        features = self.encoder(maps)
        return torch.sigmoid(self.albedo(features)), self.light(features)


network = DetailRefiner(channels)
optimiser = torch.optim.Adam(network.parameters(), 1e-4)
maps = torch.rand(batch, 6, uv, uv)
albedo_target, light_target = maps[:, 3:], torch.rand(batch, 27, uv, uv)


def step():
    albedo, light = network(maps)
    loss = (albedo - albedo_target).abs().mean() + ((light - light_target) ** 2).mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


def forward():
    with torch.no_grad():
        network(maps)


def about():
    # A build over the reference BLAS multiplies matrices twenty times slower than one over OpenBLAS or MKL.
    a = torch.rand(512, 512)
    a @ a
    start = time.perf_counter()
    for _ in range(5):
        a @ a
    flops = 5 * 2 * 512**3 / (time.perf_counter() - start)
    return {"name": f"PyTorch {torch.__version__}", "matMulGflops": round(flops / 1e9, 1)}


for line in sys.stdin:
    task = line.strip()
    if task == "about":
        answer = about()
    else:
        start = time.perf_counter()
        {"step": step, "forward": forward}[task]()
        answer = {"ms": 1000 * (time.perf_counter() - start)}
    answer["peakMemoryMb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(answer), flush=True)
