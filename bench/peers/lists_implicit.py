"""Times implicit's batch recommend, 10 movies for everyone, on factors made at random, and prints one JSON line."""
import argparse
import json
import os
import time

# implicit asks for this: its own threads and those of the linear algebra would fight.
os.environ['OPENBLAS_NUM_THREADS'] = '1'

import numpy as np
import scipy.sparse as sp
from implicit.als import AlternatingLeastSquares
from threadpoolctl import threadpool_limits

parser = argparse.ArgumentParser()
parser.add_argument('--ratings', help='a ratings.csv whose movies are left out of the lists')
parser.add_argument('--users', type=int)
parser.add_argument('--movies', type=int)
parser.add_argument('--rated', type=int, help='movies that each user has rated')
parser.add_argument('--factors', type=int, default=64)
parser.add_argument('--runs', type=int, default=3)
o = parser.parse_args()
threadpool_limits(1, 'blas')

random = np.random.default_rng(1)
if o.ratings:
    pairs = np.loadtxt(o.ratings, delimiter=',', skiprows=1, usecols=(0, 1), dtype=int)
    rows, columns = (np.unique(side, return_inverse=True)[1] for side in pairs.T)
    shape = (rows.max() + 1, columns.max() + 1)
else:
    shape = (o.users, o.movies)
    rows = np.repeat(np.arange(o.users), o.rated)
    columns = random.integers(0, o.movies, len(rows))
rated = sp.csr_matrix((np.ones(len(rows), 'f4'), (rows, columns)), shape=shape)

model = AlternatingLeastSquares(factors=o.factors, num_threads=os.cpu_count())
model.user_factors = random.normal(size=(shape[0], o.factors)).astype('f4')
model.item_factors = random.normal(size=(shape[1], o.factors)).astype('f4')
users = np.arange(shape[0])


def work():
    model.recommend(users, rated, N=10, filter_already_liked_items=True)


work()
seconds = []
for _ in range(o.runs):
    begun = time.perf_counter()
    work()
    seconds.append(time.perf_counter() - begun)
print(json.dumps({'seconds': seconds}))
