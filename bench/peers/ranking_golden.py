"""What ranx, scikit-learn and LensKit say of the same lists: writes test/golden/ranking.json. Needs bench/peers/ranking.txt.

Lists of 12 users over 30 movies, drawn by a seed: some shorter than k, some without a hit, some users with more relevant movies than k.
"""
import json
import sys

import numpy as np
import pandas as pd
from lenskit.data import ItemList, ItemListCollection
from lenskit.metrics import NDCG, Hit, Precision, Recall, RecipRank, RunAnalysis
from ranx import Qrels, Run, evaluate
from sklearn.metrics import ndcg_score

MOVIES, K = 30, [5, 10]
random = np.random.default_rng(7)
users = {}
for user in range(1, 13):
    length = 10 if user % 4 else 6
    relevant = random.choice(MOVIES, size=[1, 2, 3, 5, 8, 13][user % 6], replace=False)
    # Relevant movies come early more often than not, except for user 3, who gets none.
    order = sorted(range(MOVIES), key=lambda i: random.random() + (0 if i in relevant else 0.4))
    if user == 3:
        order = [i for i in order if i not in relevant]
    users[user] = {'relevant': [int(i) + 1 for i in relevant], 'list': [int(i) + 1 for i in order[:length]]}

golden = {'users': users, 'ranx': {}, 'scikit-learn': {}, 'lenskit': {}}
qrels = Qrels({str(u): {str(i): 1 for i in one['relevant']} for u, one in users.items()})
run = Run({str(u): {str(i): 1.0 - p / 100 for p, i in enumerate(one['list'])} for u, one in users.items()})
for k in K:
    names = {'precision': f'precision@{k}', 'recall': f'recall@{k}', 'hitRate': f'hit_rate@{k}', 'mrr': f'mrr@{k}',
             'map': f'map@{k}', 'ndcg': f'ndcg@{k}'}
    golden['ranx'][k] = {name: float(evaluate(qrels, run, metric)) for name, metric in names.items()}
    truth = np.zeros((len(users), MOVIES))
    scores = np.zeros((len(users), MOVIES))
    for row, one in enumerate(users.values()):
        truth[row, np.array(one['relevant']) - 1] = 1
        scores[row, np.array(one['list']) - 1] = 1 - np.arange(len(one['list'])) / 100
    # Behind a list that is shorter scikit-learn would share the gain of what is left out: those users are not asked for.
    whole = [row for row, one in enumerate(users.values()) if len(one['list']) >= k]
    golden['scikit-learn'][k] = {
        'users': [list(users)[row] for row in whole],
        'ndcg': float(np.mean([ndcg_score(truth[row:row + 1], scores[row:row + 1], k=k) for row in whole])),
    }
    lists = ItemListCollection.from_dict({u: ItemList(item_ids=one['list'], ordered=True) for u, one in users.items()}, 'user_id')
    test = ItemListCollection.from_dict({u: ItemList(item_ids=one['relevant']) for u, one in users.items()}, 'user_id')
    analysis = RunAnalysis()
    for name, metric in {'precision': Precision(k), 'recall': Recall(k), 'hitRate': Hit(k), 'mrr': RecipRank(k),
                         'ndcg': NDCG(k)}.items():
        analysis.add_metric(metric, name)
    means = analysis.measure(lists, test).list_summary()['mean']
    golden['lenskit'][k] = {name: float(value) for name, value in means.items()}

json.dump(golden, open(sys.argv[1], 'w'), indent=1)
