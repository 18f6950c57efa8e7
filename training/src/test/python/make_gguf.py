"""Makes what GGUF files are held against: numbers and their Q8_0 bytes by llama.cpp's own Python package.

Usage: python make_gguf.py FOLDER
Made with gguf 0.19.0 and numpy, as src/test/resources/gguf/q8_0.bin: for each row of 64 numbers their float32 bytes,
then the quantised ones.
"""

import sys
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType, quants

folder = Path(sys.argv[1])
random = np.random.default_rng(20261120)
rows = [random.normal(0, 0.02, 64) for _ in range(24)]
rows += [random.normal(0, 10.0**power, 64) for power in range(-12, 6)]
# Halves of steps, which are rounded away from zero; a group of zeros; zeros of both signs; one large number.
rows.append(np.concatenate([np.arange(32) * 4 + 0.5, [127.0], -np.arange(31) * 4 - 0.5]))
rows.append(np.concatenate([np.zeros(32), [-127.0], np.arange(31) - 15.5]))
rows.append(np.concatenate([np.full(32, -0.0), [1e6], np.ones(31)]))
rows.append(np.concatenate([[1e-30] * 32, [-1e-7] + [1e-9] * 31]))
numbers = np.array(rows, dtype=np.float32)
with open(folder / "q8_0.bin", "wb") as out:
    for row in numbers:
        out.write(row.tobytes())
        out.write(quants.quantize(row.reshape(1, -1), GGMLQuantizationType.Q8_0).tobytes())
