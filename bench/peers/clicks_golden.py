"""What implicit and scikit-learn say of the same clicks: writes test/golden/clicks.json. Needs bench/peers/clicks.txt.

A world of counts drawn by a seed, and the movies of latest-small with 20 ratings or more, each rating for one click. Users whose list
hangs on which of equal similarities or scores comes first are left out: that the definitions do not say.
"""
import csv
import json
import sys
from collections import Counter

import numpy as np
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender, TFIDFRecommender
from scipy.sparse import csr_matrix
from sklearn.linear_model import ElasticNet

NEIGHBOURS, N, USERS = 20, 10, 8
MAKERS = {
    'cosine': lambda K: CosineRecommender(K=K, num_threads=1),
    'tfidf': lambda K: TFIDFRecommender(K=K, num_threads=1),
    'bm25': lambda K: BM25Recommender(K=K, K1=1.5, B=0.6, num_threads=1),
}


def lists(clicks, neighbours):
    """By weighting, lists and scores of the first users whose order is beyond doubt; rows and columns as they stand in `clicks`."""
    found = {}
    for name, make in MAKERS.items():
        # The K of implicit counts the movie itself, which must be among the best for the two definitions to be one.
        model = make(neighbours + 1)
        model.fit(clicks, show_progress=False)
        one_more = make(neighbours + 2)
        one_more.fit(clicks, show_progress=False)
        doubtful = set()
        for i in range(clicks.shape[1]):
            row, wider = model.similarity[i], np.sort(one_more.similarity[i].data)[::-1]
            border = len(wider) > neighbours + 1 and wider[neighbours] - wider[neighbours + 1] < 1e-9
            if i not in row.indices or border:
                doubtful.add(i)
        users = []
        for u in range(clicks.shape[0]):
            if doubtful & set(clicks[u].indices):
                continue
            movies, scores = model.recommend(u, clicks[u], N=N + 1)
            if len(movies) < N or np.min(-np.diff(scores)) < 1e-6:
                continue
            users.append({'user': u, 'movies': [int(i) for i in movies[:N]], 'scores': [float(s) for s in scores[:N]]})
            if len(users) == USERS:
                break
        print(name, len(doubtful), 'movies in doubt;', len(users), 'users', file=sys.stderr)
        found[name] = users
    return found


def renamed(found, user_ids, movie_ids):
    return {
        name: [{**one, 'user': user_ids[one['user']], 'movies': [movie_ids[i] for i in one['movies']]} for one in users]
        for name, users in found.items()
    }


def slim(ones, l1, l2):
    """Column by column, no weight below 0; l1 and l2 are those of the loss 1/2 |a - A w|^2 + l2/2 |w|^2 + l1 |w|_1."""
    users, movies = ones.shape
    weights = np.zeros((movies, movies))
    for i in range(movies):
        others = [j for j in range(movies) if j != i]
        net = ElasticNet(alpha=(l1 + l2) / users, l1_ratio=l1 / (l1 + l2), positive=True, fit_intercept=False,
                         tol=1e-12, max_iter=100_000)
        net.fit(ones[:, others], ones[:, i])
        weights[others, i] = net.coef_
    return weights


random = np.random.default_rng(11)
tastes = random.normal(size=(60, 3)) @ random.normal(size=(3, 40))
counts = np.where(tastes + random.normal(size=tastes.shape) > 0.8, random.poisson(1 + np.exp(tastes / 2)), 0)
rows = [[int(u), int(i), int(counts[u, i])] for u, i in zip(*counts.nonzero())]

with open(sys.argv[1], newline='') as file:
    pairs = [(int(row['userId']), int(row['movieId'])) for row in csv.DictReader(file)]
raters = Counter(movie for _, movie in pairs)
pairs = [(user, movie) for user, movie in pairs if raters[movie] >= 20]
user_ids, movie_ids = (sorted(set(ids)) for ids in zip(*pairs))
places = [user_ids.index(user) for user, _ in pairs], [movie_ids.index(movie) for _, movie in pairs]
small = csr_matrix((np.ones(len(pairs)), places))

ones = (counts > 0).astype(float)
unit = (ones ** 2).sum(axis=0).mean()
json.dump({
    'counts': {'rows': rows, 'neighbours': 8, **lists(csr_matrix(counts.astype(float)), 8)},
    'latest-small': {'neighbours': NEIGHBOURS, **renamed(lists(small, NEIGHBOURS), user_ids, movie_ids)},
    'slim': {'l1': 0.05, 'l2': 0.4, 'weights': [[round(float(w), 9) for w in row] for row in slim(ones, 0.05 * unit, 0.4 * unit)]},
}, open(sys.argv[2], 'w'), indent=None, separators=(',', ':'))
