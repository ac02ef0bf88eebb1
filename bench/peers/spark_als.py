"""Spark's own ALS and its lists for everyone, timed: spark-submit spark_als.py ratings.csv factors epochs. Prints a line of JSON."""
import json, sys, time
from pyspark.ml.recommendation import ALS
from pyspark.sql import SparkSession

path, factors, epochs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
spark = SparkSession.builder.appName("peer").getOrCreate()
spark.sparkContext.setLogLevel("ERROR")
ratings = spark.read.csv(path, header=True, schema="userId int, movieId int, rating float").repartition(8).cache()
count = ratings.count()
begun = time.time()
als = ALS(rank=factors, maxIter=epochs, regParam=0.1, userCol="userId", itemCol="movieId", ratingCol="rating", seed=1)
model = als.fit(ratings)
model.userFactors.count(), model.itemFactors.count()
fit = time.time() - begun
for _ in range(2):  # the first time warms up
    begun = time.time()
    model.recommendForAllUsers(10).write.format("noop").mode("overwrite").save()
    lists = time.time() - begun
print(json.dumps({"ratings": count, "fit": fit, "lists": lists, "version": spark.version}), flush=True)
spark.stop()
