"""What scipy and statsmodels say of paired tests: writes test/golden/comparison.json. Needs bench/peers/comparison.txt."""
import json
import sys

import numpy as np
from scipy import stats
from statsmodels.stats.multitest import multipletests

random = np.random.default_rng(11)
users = 40
base = random.normal(size=users)
values = {name: np.round(base * 0.5 + shift + random.normal(size=users), 4) for name, shift in
          {'a': 0.9, 'b': 0.6, 'c': 0.1, 'd': 0}.items()}
names = list(values)
pairs = [(x, y) for k, x in enumerate(names) for y in names[k + 1:]]
tests = [stats.ttest_rel(values[x], values[y]) for x, y in pairs]
p = [test.pvalue for test in tests]
adjusted = multipletests(p, method='holm')[1]
golden = {
    'values': {name: list(one) for name, one in values.items()},
    'pairs': [{'engine': x, 'other': y, 't': test.statistic, 'p': test.pvalue, 'adjusted': q,
               'effect': np.mean(values[x] - values[y]) / np.std(values[x] - values[y], ddof=1)}
              for (x, y), test, q in zip(pairs, tests, adjusted)],
    'student': [[t, df, 2 * stats.t.sf(t, df)] for t in [0, 0.5, 1.96, 3, 8, 20] for df in [1, 2, 9, 39, 6021]],
}
json.dump(golden, open(sys.argv[1], 'w'), indent=1)
