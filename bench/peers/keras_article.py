"""The article's network in Keras at batch 8,192; prints the seconds of each epoch after the first."""
import argparse
import json
import os
import time

os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
import keras
import numpy as np
from keras import layers

parser = argparse.ArgumentParser()
parser.add_argument('file')
parser.add_argument('--runs', type=int, default=3)
o = parser.parse_args()
rows = np.genfromtxt(o.file, delimiter=',', skip_header=1, dtype=np.int32, usecols=(0, 1, 2))
order = np.random.default_rng(1).permutation(len(rows))[:900_188]
users, movies, stars = rows[order, 0], rows[order, 1], rows[order, 2].astype('float32')
user, movie = keras.Input((1,), dtype='int32'), keras.Input((1,), dtype='int32')
embedded = [
    layers.Flatten()(layers.Embedding(6041, 100)(user)),
    layers.Flatten()(layers.Embedding(3953, 100)(movie)),
]
model = keras.Model([user, movie], layers.Dot(1)(embedded))
model.compile(loss='mse', optimizer='adamax')
seconds = []
for _ in range(o.runs + 1):
    begun = time.perf_counter()
    model.fit([users, movies], stars, batch_size=8192, epochs=1, verbose=0)
    seconds.append(time.perf_counter() - begun)
print(json.dumps({'seconds': seconds[1:]}))
