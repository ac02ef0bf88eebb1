"""Times one piece of work of a peer on MovieLens 1M, in a folder with ratings.csv and splits/, and prints one JSON line."""
import argparse
import json
import time

import numpy as np
import pandas as pd
import scipy.sparse as sp

parser = argparse.ArgumentParser()
parser.add_argument('work', choices=['surprise', 'article', 'propack', 'ease', 'implicit'])
parser.add_argument('folder')
parser.add_argument('--runs', type=int, default=3)
o = parser.parse_args()

frame = pd.read_csv(f'{o.folder}/ratings.csv').iloc[:, :3]
frame.columns = ['u', 'm', 'r']
rows = np.unique(frame.u, return_inverse=True)[1]
columns = np.unique(frame.m, return_inverse=True)[1]
shape = (rows.max() + 1, columns.max() + 1)


def surprise():
    """SVD with its defaults on split 1, rows in file order (its best case): fitted, and the test part predicted."""
    from surprise import SVD, Dataset, Reader, accuracy

    test = np.zeros(len(frame), bool)
    test[np.loadtxt(f'{o.folder}/splits/test-rows-1.txt', dtype=int)] = True
    train = Dataset.load_from_df(frame[~test], Reader()).build_full_trainset()
    pairs = [(int(u), int(m), float(r)) for u, m, r in frame[test].itertuples(index=False)]

    def work():
        predictions = SVD(random_state=1).fit(train).test(pairs)
        return accuracy.rmse(predictions, verbose=False)

    return work


def article():
    """The article's way: pivot, fill with 0, take off the means, dense svds, and the product of the factors."""
    from scipy.sparse.linalg import svds

    def work():
        dense = frame.pivot(index='u', columns='m', values='r').fillna(0).to_numpy()
        means = dense.mean(axis=1)
        u, s, vt = svds(dense - means[:, None], k=50)
        u @ np.diag(s) @ vt + means[:, None]

    return work


def propack():
    """PROPACK on the sparse matrix with its centring as an operator."""
    from scipy.sparse.linalg import LinearOperator, svds

    matrix = sp.csr_matrix((frame.r.astype('f8'), (rows, columns)), shape=shape)
    transposed = matrix.T.tocsr()

    def work():
        means = np.asarray(matrix.sum(1)).ravel() / shape[1]
        operator = LinearOperator(
            shape,
            matvec=lambda x: matrix @ x.ravel() - means * x.sum(),
            rmatvec=lambda y: transposed @ y.ravel() - means @ y.ravel(),
            dtype='f8',
        )
        svds(operator, k=50, solver='propack')

    return work


def ease():
    """EASE in closed form by numpy's inverse."""
    matrix = sp.csr_matrix((np.ones(len(frame)), (rows, columns)), shape=shape)

    def work():
        gram = (matrix.T @ matrix).toarray()
        gram[np.diag_indices_from(gram)] += 500
        inverse = np.linalg.inv(gram)
        weights = inverse / -np.diag(inverse)
        np.fill_diagonal(weights, 0)

    return work


def implicit():
    """Implicit ALS by conjugate gradients, 64 factors, 15 iterations; a rated cell weighs 2, any other 1."""
    import os

    from implicit.als import AlternatingLeastSquares
    from threadpoolctl import threadpool_limits

    # implicit asks for this: its own threads and those of the linear algebra would fight.
    threadpool_limits(1, 'blas')
    matrix = sp.csr_matrix((np.ones(len(frame), 'f4'), (rows, columns)), shape=shape)

    def work():
        model = AlternatingLeastSquares(
            factors=64,
            iterations=15,
            regularization=0.01,
            alpha=2.0,
            use_cg=True,
            num_threads=os.cpu_count(),
            random_state=1,
        )
        model.fit(matrix, show_progress=False)
        return model

    def loss(model):
        u, v = model.user_factors.astype('f8'), model.item_factors.astype('f8')
        scores = (u[rows] * v[columns]).sum(1)
        rated = np.sum(2 * (1 - scores) ** 2 - scores**2)
        return np.sum((u.T @ u) * (v.T @ v)) + rated + 0.01 * (np.sum(u * u) + np.sum(v * v))

    return work, loss


def quality(result):
    return {} if result is None else {'rmse': result}


work = {'surprise': surprise, 'article': article, 'propack': propack, 'ease': ease, 'implicit': implicit}[o.work]()
if isinstance(work, tuple):
    work, loss = work
    quality = lambda result: {'loss': loss(result)}
work()
seconds = []
for _ in range(o.runs):
    begun = time.perf_counter()
    result = work()
    seconds.append(time.perf_counter() - begun)
print(json.dumps({'seconds': seconds} | quality(result)))
