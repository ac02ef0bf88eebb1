"""Bayesian SVD++ both ways with myFM 0.4, normal or ordered probit: prints its seconds and the RMSE after the last sweep."""
import argparse
import json
import time

import myfm
import numpy as np
import pandas as pd
import scipy.sparse as sps
from myfm import RelationBlock
from myfm.utils.callbacks import OrderedProbitCallback, RegressionCallback

parser = argparse.ArgumentParser()
parser.add_argument('train', help='comma-separated user,movie,rating without a header')
parser.add_argument('test')
parser.add_argument('--rank', type=int, default=32)
parser.add_argument('--sweeps', type=int, default=100)
parser.add_argument('--probit', action='store_true')
parser.add_argument('--runs', type=int, default=1)
o = parser.parse_args()

train, test = (pd.read_csv(path, names=['u', 'i', 'r']) for path in (o.train, o.test))
users = {k: a for a, k in enumerate(np.unique(train.u))}
movies = {k: a for a, k in enumerate(np.unique(train.i))}
n, m = len(users), len(movies)
seen = sps.csr_matrix((np.ones(len(train)), (train.u.map(users), train.i.map(movies))), shape=(n, m))


def block(rows, implicit):
    """One-hot rows beside 1 / sqrt(count) of what each has; the last row is that of unknown ids."""
    shares = sps.diags(1 / np.sqrt(np.maximum(np.asarray(implicit.sum(1)).ravel(), 1))) @ implicit
    width = rows + implicit.shape[1]
    return sps.vstack([sps.hstack([sps.eye(rows), shares]), sps.csr_matrix((1, width))]).tocsr()


user_block, movie_block = block(n, seen), block(m, seen.T.tocsr())


def relations(frame):
    return [
        RelationBlock(frame.u.map(users).fillna(n).astype(int).values, user_block),
        RelationBlock(frame.i.map(movies).fillna(m).astype(int).values, movie_block),
    ]


grouping = [group for group, size in enumerate([n, m, m, n]) for _ in range(size)]
low = train.r.min()
seconds, rmse = [], None
for _ in range(o.runs):
    if o.probit:
        model = myfm.MyFMOrderedProbit(rank=o.rank, random_seed=1)
        trace = OrderedProbitCallback(
            o.sweeps, None, (test.r - low).astype(int).values, n_class=5, X_rel_test=relations(test)
        )
        target = (train.r - low).astype(int).values
    else:
        model = myfm.MyFMRegressor(rank=o.rank, random_seed=1)
        trace = RegressionCallback(
            o.sweeps, None, test.r.values.astype(float), X_rel_test=relations(test), clip_min=1, clip_max=5
        )
        target = train.r.values.astype(float)
    begun = time.perf_counter()
    model.fit(
        None, target, X_rel=relations(train), grouping=grouping, n_iter=o.sweeps, callback=trace, n_kept_samples=1
    )
    seconds.append(time.perf_counter() - begun)
    table = pd.DataFrame(trace.result_trace)
    rmse = float(table[[c for c in table.columns if 'rmse' in c.lower()][0]].iloc[-1])
print(json.dumps({'seconds': seconds, 'rmse': rmse}))
