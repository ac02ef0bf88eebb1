"""Surprise's baselines and neighbours on a 90/10 split of MovieLens 1M; prints the seconds of fit and test together, and the error."""
import argparse
import json
import time

import numpy as np
import pandas as pd
from surprise import BaselineOnly, Dataset, KNNBaseline, KNNBasic, KNNWithMeans, Reader, accuracy

ENGINES = {
    'baseline': lambda: BaselineOnly(verbose=False),
    'item-baseline': lambda: KNNBaseline(sim_options={'name': 'pearson_baseline', 'user_based': False}, verbose=False),
    'user-means': lambda: KNNWithMeans(sim_options={'name': 'pearson'}, verbose=False),
    'user-cosine': lambda: KNNBasic(sim_options={'name': 'cosine'}, verbose=False),
}
parser = argparse.ArgumentParser()
parser.add_argument('ratings')
parser.add_argument('test_rows')
parser.add_argument('engine', choices=ENGINES)
parser.add_argument('--runs', type=int, default=3)
o = parser.parse_args()
ratings = pd.read_csv(o.ratings)
mask = np.zeros(len(ratings), bool)
mask[np.loadtxt(o.test_rows, dtype=int)] = True
columns = ['userId', 'movieId', 'rating']
train = Dataset.load_from_df(ratings[~mask][columns], Reader()).build_full_trainset()
test = [(int(u), int(i), float(r)) for u, i, r in ratings[mask][columns].itertuples(index=False)]
seconds = []
for _ in range(o.runs):
    begun = time.perf_counter()
    predictions = ENGINES[o.engine]().fit(train).test(test)
    seconds.append(time.perf_counter() - begun)
print(json.dumps({'seconds': seconds, 'rmse': float(accuracy.rmse(predictions, verbose=False))}))
