"""LensKit's neighbours on a 90/10 split of MovieLens 1M; prints the seconds of fit and predict together, and the error."""
import argparse
import json
import time

import numpy as np
import pandas as pd
from lenskit.batch import predict
from lenskit.data import ItemListCollection, from_interactions_df
from lenskit.knn import ItemKNNScorer, UserKNNScorer
from lenskit.pipeline import predict_pipeline


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('ratings')
    parser.add_argument('test_rows')
    parser.add_argument('engine', choices=['item', 'user'])
    parser.add_argument('--runs', type=int, default=3)
    o = parser.parse_args()
    ratings = pd.read_csv(o.ratings)
    ratings.columns = ['user_id', 'item_id', 'rating']
    mask = np.zeros(len(ratings), bool)
    mask[np.loadtxt(o.test_rows, dtype=int)] = True
    train = from_interactions_df(ratings[~mask])
    test = ItemListCollection.from_df(ratings[mask], ['user_id'])
    seconds = []
    for _ in range(o.runs):
        scorer = ItemKNNScorer(k=20) if o.engine == 'item' else UserKNNScorer(k=20)
        pipeline = predict_pipeline(scorer, fallback=True)
        begun = time.perf_counter()
        pipeline.train(train)
        predicted = predict(pipeline, test, n_jobs=1)
        seconds.append(time.perf_counter() - begun)
    both = predicted.to_df().merge(ratings[mask], on=['user_id', 'item_id'], suffixes=('', '_true'))
    truth = 'rating_true' if 'rating_true' in both else 'rating'
    rmse = float(np.sqrt(((both['score'] - both[truth]) ** 2).mean()))
    print(json.dumps({'seconds': seconds, 'rmse': rmse}))


if __name__ == '__main__':
    main()
