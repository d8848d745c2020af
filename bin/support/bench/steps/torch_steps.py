"""Does the same steps of the same U-Net in PyTorch and diffusers, one for each line that it is told. Started by stepper.ts."""

import json
import resource
import sys
import time

import torch
from diffusers import UNet2DConditionModel

kind, options = sys.argv[1], json.loads(sys.argv[2])
device = "cuda" if options["provider"] == "cuda" else "cpu"
dtype = torch.float16 if options.get("half") else torch.float32
if options.get("threads"):
    torch.set_num_threads(options["threads"])
torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = bool(options.get("tf32"))


def tell(line):
    print(json.dumps(line), flush=True)


since = time.perf_counter()
torch.manual_seed(1)
config = {"sample_size": options["side"], "cross_attention_dim": 768}  # diffusers' defaults are Stable Diffusion 1.5's else.
if options.get("config"):
    with open(options["config"]) as file:
        config = json.load(file)
with torch.device(device):
    unet = UNet2DConditionModel.from_config(config)
unet = unet.to(device, dtype)
unet.requires_grad_(False)
heads = [p for name, p in unet.named_parameters() if "attn2.to_k" in name or "attn2.to_v" in name]
for head in heads:
    head.requires_grad_(kind == "training")
batch, side = options["batch"], options["side"]
channels, width = unet.config.in_channels, unet.config.cross_attention_dim
sample, target = (torch.randn(batch, channels, side, side, device=device, dtype=dtype) for _ in range(2))
states = torch.randn(batch, options.get("tokens", 77), width, device=device, dtype=dtype)
times = torch.full((batch,), 500, device=device)


def step():
    if kind == "denoising":
        with torch.no_grad():
            unet(sample, times, states)
        return
    for head in heads:
        head.grad = None
    loss = torch.nn.functional.mse_loss(unet(sample, times, states).sample.float(), target.float())
    loss.backward()


def synchronize():
    if device == "cuda":
        torch.cuda.synchronize()


tell({"openSeconds": time.perf_counter() - since, "torch": torch.__version__})
for line in sys.stdin:
    if line.strip() == "end":
        break
    started = time.perf_counter()
    step()
    synchronize()
    told = {
        "seconds": time.perf_counter() - started,
        "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }
    if device == "cuda":
        told["peakGpuBytes"] = torch.cuda.max_memory_reserved()
    tell(told)
