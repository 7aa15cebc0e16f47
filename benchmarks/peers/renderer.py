"""The renderer composed of PyTorch's operations, for given visible triangles: python3 renderer.py FOLDER SIZE BATCH

PyTorch has no rasteriser, so the triangle of each pixel is read from FOLDER, as is the scene. From there: barycentrics,
uvs and normals by indexing, `grid_sample` of 30 channels at the covered pixels only, spherical harmonics, and autograd.
Answers each line of its input with milliseconds; "check" with the loss and the norms of its gradients.
"""
import json
import math
import resource
import sys
import time

import numpy
import torch
import torch.nn.functional as F

folder, size, batch = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(1)


def read(name, *shape, dtype="float32"):
    return torch.from_numpy(numpy.fromfile(f"{folder}/{name}", dtype=dtype)).reshape(shape)


side = 256
vertices = read("vertices", batch, -1, 3)
count = vertices.shape[1]
normals = read("normals", batch, count, 3)
triangles = read("triangles", -1, 3, dtype="int32").long()
uvs = read("uvs", count, 2)
target = read("target", batch, size * size, 3)
maps = [read(name, batch, side, side, -1).permute(0, 3, 1, 2).contiguous() for name in ("albedoMap", "light")]
triangle_id = read("triangleId", batch, size * size, dtype="int32").long()

# Covered pixels of each item, padded to the same number with its first.
lists = [torch.nonzero(ids >= 0)[:, 0] for ids in triangle_id]
longest = max(len(pixels) for pixels in lists)
pixel = torch.stack([torch.cat([pixels, pixels[:1].expand(longest - len(pixels))]) for pixels in lists])
counts = torch.stack([(torch.arange(longest) < len(pixels)).float() for pixels in lists])[..., None]
items = torch.arange(batch)[:, None]
corners = triangles[triangle_id[items, pixel]]  # [B, P, 3]
rows = corners + items[..., None] * count  # among the vertices of the whole batch
centre = torch.stack([(pixel % size + 0.5) * 2 / size - 1, 1 - (pixel // size + 0.5) * 2 / size], -1)
wanted = target[items, pixel]
unseen = sum(float((target[i][triangle_id[i] < 0].double() ** 2).sum()) for i in range(batch))
corner_uvs = uvs[corners]


def project(points):
    x, y, z = points.unbind(-1)
    scale = 1015 / 112
    return torch.stack([scale * x, scale * y, 10 - z], -1)  # clip coordinates x, y, w


def slivers(clip):
    """The triangles that give no gradient: their least height is below 0.02 pixels."""
    at = clip.reshape(-1, 3)[rows].double()
    p = at[..., :2] / at[..., 2:] * size / 2
    a, b, c = p[..., 1, :] - p[..., 0, :], p[..., 2, :] - p[..., 1, :], p[..., 0, :] - p[..., 2, :]
    area = (a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]).abs()
    return area < 0.02 * torch.stack([a, b, c]).norm(dim=-1).amax(0)


is_sliver = slivers(project(vertices))[..., None]


def barycentrics(clip):
    at = clip.reshape(-1, 3)[rows]  # [B, P, 3 corners, 3]
    v = at[..., :2] - at[..., 2:] * centre[..., None, :]
    j, k = v[..., [1, 2, 0], :], v[..., [2, 0, 1], :]
    c = j[..., 0] * k[..., 1] - j[..., 1] * k[..., 0]
    b = c / c.sum(-1, keepdim=True)
    return torch.where(is_sliver, b.detach(), b)


def basis(n):
    x, y, z = F.normalize(n, dim=-1).unbind(-1)
    linear, mixed = 2 * math.pi / 3 * math.sqrt(3 / (4 * math.pi)), math.pi / 4 * math.sqrt(15 / (4 * math.pi))
    polar, equatorial = math.pi / 4 * math.sqrt(5 / (16 * math.pi)), math.pi / 4 * math.sqrt(15 / (16 * math.pi))
    one = torch.full_like(x, math.pi * math.sqrt(1 / (4 * math.pi)))
    bands = [one, linear * y, linear * z, linear * x, mixed * x * y, mixed * y * z]
    return torch.stack(bands + [polar * (3 * z * z - 1), mixed * x * z, equatorial * (x * x - y * y)], -1)


def render(points, directions, albedo_map, light_map):
    b = barycentrics(project(points))[..., None]
    uv = (b * corner_uvs).sum(2)
    normal = (b * directions.reshape(-1, 3)[rows]).sum(2)
    grid = (2 * uv - 1)[:, None]
    both = torch.cat([albedo_map, light_map], 1)
    sampled = F.grid_sample(both, grid, padding_mode="border", align_corners=False)[:, :, 0].transpose(1, 2)
    light = sampled[..., 3:].reshape(batch, longest, 3, 9)
    return sampled[..., :3] * (light * basis(normal)[..., None, :]).sum(-1)


inputs = [tensor.requires_grad_() for tensor in (vertices, normals, *maps)]
clip = project(vertices).detach().requires_grad_()
seen = barycentrics(clip)
gradient = torch.rand(seen.shape)


def rasterise_backward():
    clip.grad = None
    seen.backward(gradient, retain_graph=True)


def forward():
    with torch.no_grad():
        render(*inputs)


def forward_backward():
    for tensor in inputs:
        tensor.grad = None
    loss = (((render(*inputs) - wanted) * counts) ** 2).sum()
    loss.backward()
    return loss


def check():
    loss = forward_backward()
    return [float(loss) + unseen] + [float(tensor.grad.double().norm()) for tensor in inputs]


tasks = {
    "rasterise backward": rasterise_backward,
    "render": forward,
    "render+backward": forward_backward,
    "check": check,
}
for line in sys.stdin:
    start = time.perf_counter()
    result = tasks[line.strip()]()
    answer = {"ms": 1000 * (time.perf_counter() - start)}
    answer["peakMemoryMb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if isinstance(result, list):
        answer["result"] = result
    print(json.dumps(answer), flush=True)
