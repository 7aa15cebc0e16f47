"""One step of Adam over all coefficients of a face in PyTorch, at given visible triangles: python3 fitting.py

From coefficients to dense bases on the drawn vertices, pose, vertex normals, projection, barycentrics, colour and normal of
each covered pixel, spherical harmonics, a robust difference, landmarks, priors, and the gradient of all. PyTorch has no
rasteriser, so the triangle of each pixel is given, and free. Answers each line of its input with milliseconds. The mesh is a
cap of the size of a face, the bases are random: the time does not depend on them.
"""
import json
import math
import resource
import sys
import time

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
torch.manual_seed(1)
side, pixels = 199, 19_000
count = side * side
axis = torch.linspace(-0.9, 0.9, side)
y, x = torch.meshgrid(axis, axis, indexing="ij")
mean_shape = torch.stack([x, y, 0.5 - 0.4 * (x * x + y * y)], -1).reshape(-1)
corner = (torch.arange(side - 1)[:, None] * side + torch.arange(side - 1)).reshape(-1)
triangles = torch.cat([
    torch.stack([corner, corner + 1, corner + side], 1),
    torch.stack([corner + 1, corner + side + 1, corner + side], 1),
])
visible = triangles[torch.linspace(0, len(triangles) - 1, pixels).long()]
identity_basis, expression_basis, albedo_basis = (0.003 * torch.randn(size, 3 * count) for size in (80, 64, 80))
mean_albedo, wanted = torch.full((3 * count,), 0.6), torch.rand(pixels, 3)
landmarks, points = torch.linspace(0, count - 1, 68).long(), 224 * torch.rand(68, 2)
centre = torch.rand(pixels, 2)
sizes = {"identity": 80, "expression": 64, "albedo": 80, "angles": 3, "light": 27, "translation": 3}
c = {name: (0.1 * torch.rand(size)).requires_grad_() for name, size in sizes.items()}
adam = torch.optim.Adam(c.values(), lr=1e-4)


def rotation(angles):
    (cx, cy, cz), (sx, sy, sz) = angles.cos(), angles.sin()
    rows = [cz * cy, cz * sy * sx - sz * cx, cz * sy * cx + sz * sx]
    rows += [sz * cy, sz * sy * sx + cz * cx, sz * sy * cx - cz * sx, -sy, cy * sx, cy * cx]
    return torch.stack(rows).reshape(3, 3)


def vertex_normals(v):
    a, b, d = v[triangles[:, 0]], v[triangles[:, 1]], v[triangles[:, 2]]
    n = torch.cross(b - a, d - a, dim=1)
    sums = torch.zeros_like(v)
    for k in range(3):
        sums = sums.index_add(0, triangles[:, k], n)
    return F.normalize(sums, dim=1)


def basis(n):
    x, y, z = F.normalize(n, dim=-1).unbind(-1)
    linear, mixed = 2 * math.pi / 3 * math.sqrt(3 / (4 * math.pi)), math.pi / 4 * math.sqrt(15 / (4 * math.pi))
    polar, equatorial = math.pi / 4 * math.sqrt(5 / (16 * math.pi)), math.pi / 4 * math.sqrt(15 / (16 * math.pi))
    one = torch.full_like(x, math.pi * math.sqrt(1 / (4 * math.pi)))
    bands = [one, linear * y, linear * z, linear * x, mixed * x * y, mixed * y * z]
    return torch.stack(bands + [polar * (3 * z * z - 1), mixed * x * z, equatorial * (x * x - y * y)], -1)


def loss():
    shape = mean_shape + c["identity"] @ identity_basis + c["expression"] @ expression_basis
    vertices = shape.reshape(-1, 3) @ rotation(c["angles"]).T + c["translation"]
    albedo = (mean_albedo + c["albedo"] @ albedo_basis).reshape(-1, 3)
    normals = vertex_normals(vertices)
    scale = 1015 / 112
    clip = torch.stack([scale * vertices[:, 0], scale * vertices[:, 1], 10 - vertices[:, 2]], -1)
    at = clip[visible]  # [P, 3 corners, 3]
    v = at[..., :2] - at[..., 2:] * centre[:, None]
    j, k = v[:, [1, 2, 0]], v[:, [2, 0, 1]]
    areas = j[..., 0] * k[..., 1] - j[..., 1] * k[..., 0]
    b = (areas / areas.sum(-1, keepdim=True))[..., None]
    colour = (b * albedo[visible]).sum(1) * (basis((b * normals[visible]).sum(1)) @ c["light"].reshape(3, 9).T)
    picture = torch.log1p(((colour - wanted) ** 2).sum(1) / 0.01).mean()
    seen = 112 * (1 + clip[landmarks, :2] / clip[landmarks, 2:])
    prior = sum((c[name] ** 2).mean() for name in ("identity", "expression", "albedo"))
    return picture + 0.02 * ((seen - points) ** 2).sum(1).mean() + 0.08 * prior


for line in sys.stdin:
    start = time.perf_counter()
    adam.zero_grad()
    loss().backward()
    adam.step()
    answer = {"ms": 1000 * (time.perf_counter() - start)}
    answer["peakMemoryMb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(answer), flush=True)
