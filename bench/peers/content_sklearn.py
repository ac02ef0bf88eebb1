"""TF-IDF of the genres of movies.dat and the cosines of all movies, as the article has it; prints the seconds of each run."""
import argparse
import json
import time

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics.pairwise import linear_kernel

parser = argparse.ArgumentParser()
parser.add_argument('file')
parser.add_argument('--runs', type=int, default=3)
o = parser.parse_args()
with open(o.file, encoding='latin-1') as lines:
    genres = [line.rstrip('\n').split('::')[2].replace('|', ' ') for line in lines]
seconds = []
for _ in range(o.runs + 1):
    begun = time.perf_counter()
    matrix = TfidfVectorizer(analyzer='word', ngram_range=(1, 2), stop_words='english').fit_transform(genres)
    cosines = linear_kernel(matrix, matrix)
    seconds.append(time.perf_counter() - begun)
assert matrix.shape == (3883, 127) and cosines.shape == (3883, 3883), (matrix.shape, cosines.shape)
print(json.dumps({'seconds': seconds[1:]}))
