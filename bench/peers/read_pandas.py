"""Reads a :: file with pandas' python engine, the only one that takes a separator of two characters, and prints its seconds."""
import argparse
import json
import time

import pandas as pd

parser = argparse.ArgumentParser()
parser.add_argument('file')
parser.add_argument('--runs', type=int, default=3)
o = parser.parse_args()
seconds = []
for _ in range(o.runs):
    begun = time.perf_counter()
    frame = pd.read_csv(o.file, sep='::', names=['u', 'm', 'r', 't'], engine='python', encoding='latin-1')
    seconds.append(time.perf_counter() - begun)
assert len(frame) == 1_000_209, len(frame)
print(json.dumps({'seconds': seconds}))
