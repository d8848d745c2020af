"""Loads what export.ts wrote with diffusers into a U-Net of Stable Diffusion 1.5's size, and holds its matrices against the concept.

    pip install torch==2.13.0 diffusers==0.42.1 transformers==5.18.0 peft accelerate
    python check.py OUT TOKENIZER        TOKENIZER is a folder with CLIP's, such as ../../fixtures/tiny-sd/tokenizer
"""

import sys
from pathlib import Path

import torch
from diffusers import UNet2DConditionModel
from diffusers.loaders import StableDiffusionLoraLoaderMixin, TextualInversionLoaderMixin
from safetensors import safe_open
from safetensors.torch import load_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

out = Path(sys.argv[1])
base = load_file(out / "base.safetensors")
with torch.device("meta"):
    unet = UNet2DConditionModel(cross_attention_dim=768)
unet = unet.to_empty(device="cpu").requires_grad_(False)
heads = {name: module for name, module in unet.named_modules() if name.endswith(("attn2.to_k", "attn2.to_v"))}
assert heads.keys() == base.keys(), "the matrices are not called as in diffusers"


def change(matrix):
    """What the concept adds: sin(place) / 50 at one place in fifteen."""
    flat = torch.zeros(matrix.numel(), dtype=torch.float64)
    places = torch.arange(0, matrix.numel() // 15, dtype=torch.float64) * 15
    flat[places.long()] = torch.sin(places) / 50
    return flat.reshape(matrix.shape)


changes = {name: change(matrix) for name, matrix in base.items()}


def reset():
    for name, module in heads.items():
        module.weight.copy_(base[name])


def farthest(found):
    return max((found[name].double() - (base[name] + changes[name])).abs().max().item() for name in base)


reset()
weights = load_file(out / "custom-diffusion.safetensors")
plain = {key.replace(".processor.to_", ".to_").replace("_custom_diffusion", ""): value for key, value in weights.items()}
assert len(plain) == 32 and not unet.load_state_dict(plain, strict=False).unexpected_keys
print("custom-diffusion: farthest from the concept", farthest({name: module.weight for name, module in heads.items()}))

modules = {f"lora_unet_{name.replace('.', '_')}": name for name in heads}
diffs = load_file(out / "lycoris.safetensors")
found = {modules[key.removesuffix(".diff")]: base[modules[key.removesuffix(".diff")]] + value for key, value in diffs.items()}
assert found.keys() == heads.keys()
print("lycoris: farthest", farthest(found))

reset()
state, alphas = StableDiffusionLoraLoaderMixin.lora_state_dict(str(out / "lora.safetensors"))
StableDiffusionLoraLoaderMixin.load_lora_into_unet(state, alphas, unet)
with safe_open(out / "lora.safetensors", "pt") as file:
    told = float(file.metadata()["keepsake_energy_kept"])
factors = load_file(out / "lora.safetensors")
error, held, whole = 0.0, 0.0, 0.0
for key, name in modules.items():
    module = unet.get_submodule(name)
    loaded = module.get_delta_weight(module.active_adapters[0]).double()
    written = factors[f"{key}.lora_up.weight"].double() @ factors[f"{key}.lora_down.weight"].double()
    error = max(error, ((loaded - written).norm() / written.norm()).item())
    held += loaded.norm().item() ** 2
    whole += changes[name].norm().item() ** 2
print("lora: loaded differs from the file by", error, "and keeps", held / whole, "of the change, told", told)


class Words(TextualInversionLoaderMixin):
    """As much of a pipeline as reads an embedding."""

    tokenizer = CLIPTokenizer.from_pretrained(sys.argv[2])
    text_encoder = CLIPTextModel(CLIPTextConfig(hidden_size=768, intermediate_size=64, num_hidden_layers=1))
    components = {}
    hf_device_map = None


words = Words()
words.load_textual_inversion(str(out), weight_name="embedding.safetensors", token="<new1>")
row = words.text_encoder.get_input_embeddings().weight[words.tokenizer.convert_tokens_to_ids("<new1>")]
print("embedding: farthest", (row - torch.cos(torch.arange(768)) / 10).abs().max().item())
