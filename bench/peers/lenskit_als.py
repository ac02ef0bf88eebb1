"""LensKit's BiasedMFScorer, 50 features, 10 epochs, on split 1 of MovieLens 1M: fitted, and the test part predicted."""
import argparse
import json
import time

import numpy as np
import pandas as pd
from lenskit.als import BiasedMFScorer
from lenskit.batch import predict
from lenskit.data import ItemListCollection, from_interactions_df
from lenskit.pipeline import predict_pipeline

if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('folder')
    parser.add_argument('--runs', type=int, default=3)
    o = parser.parse_args()
    frame = pd.read_csv(f'{o.folder}/ratings.csv').iloc[:, :3]
    frame.columns = ['user_id', 'item_id', 'rating']
    held = np.zeros(len(frame), bool)
    held[np.loadtxt(f'{o.folder}/splits/test-rows-1.txt', dtype=int)] = True
    train = from_interactions_df(frame[~held])
    test = ItemListCollection.from_df(frame[held], ['user_id'])
    seconds = []
    for _ in range(o.runs + 1):
        pipeline = predict_pipeline(BiasedMFScorer(features=50, epochs=10), fallback=True)
        begun = time.perf_counter()
        pipeline.train(train)
        predictions = predict(pipeline, test, n_jobs=1)
        seconds.append(time.perf_counter() - begun)
    both = predictions.to_df()[['user_id', 'item_id', 'score']].merge(frame[held], on=['user_id', 'item_id'])
    rmse = float(np.sqrt(((both.score - both.rating) ** 2).mean()))
    print(json.dumps({'seconds': seconds[1:], 'rmse': rmse}))
