"""Learns on Spark what movie-recs answers with: reads ratings, learns, leaves Parquet and a line of JSON. See docs/growing.md."""
import json, os, sys, threading, time
from pyspark.ml.recommendation import ALS
from pyspark.sql import SparkSession, Window, functions as F

want = json.loads(sys.argv[1])
o, work, here = want["options"], want["work"], want["local"]
spark = SparkSession.builder.appName(f"movie-recs {want['engine']}").getOrCreate()
sc, col, phases, phase = spark.sparkContext, F.col, 4, 0
sc.setLogLevel("ERROR")
sc.setCheckpointDir(f"{work}/checkpoints")
if not sc.getConf().contains("spark.sql.shuffle.partitions"):
    spark.conf.set("spark.sql.shuffle.partitions", 2 * sc.defaultParallelism)

def say(kind, **more):
    print("movie-recs", json.dumps({"kind": kind, "phase": phase, "phases": phases, **more}), flush=True)

def watch():
    """Tells how many tasks of the jobs under way are done, by Spark's own status; ends when who asked is gone."""
    tracker = sc.statusTracker()
    while os.path.exists(f"/proc/{want['pid']}") or not os.path.exists("/proc/self"):
        jobs = filter(None, map(tracker.getJobInfo, tracker.getActiveJobsIds()))
        stages = [stage for job in jobs for stage in map(tracker.getStageInfo, job.stageIds) if stage]
        say("progress", done=sum(stage.numCompletedTasks for stage in stages), total=sum(stage.numTasks for stage in stages))
        time.sleep(0.5)
    os._exit(1)

def refuse(fault, **more):
    say("fault", fault=fault, **more)
    spark.stop()
    sys.exit(3)

def read():
    """user, movie and rating as they are written, whatever the layout: Parquet, or lines with or without a header."""
    first = (spark.read.text(want["ratings"]).first() or refuse("empty"))[0]
    named = want["header"] if want["header"] is not None else not first.strip('" \r')[-1:].isdigit()
    sep = next((sep for sep in ("::", "\t", ";", ",") if sep in first), ",")
    if first.startswith("PAR1"):
        table, named = spark.read.parquet(*want["ratings"]), True
    else:
        table = spark.read.csv(want["ratings"], sep=sep, header=named, escape='"')
    plain = {name.lower().replace("_", "").replace(" ", ""): name for name in table.columns}
    def column(k, role):
        asked = want["columns"].get(role)
        usual = [asked] if asked else want["names"][role] if named else table.columns[k:k + 1]
        found = next((name for one in usual for name in (one, plain.get(one)) if name in table.columns), None)
        return F.trim(col(f"`{found}`").cast("string")).alias(role) if found else refuse("column", role=role, columns=table.columns)
    rating = F.lit("1").alias("rating") if want["columns"].get("rating") == "none" else column(2, "rating")
    return table.select(column(0, "user"), column(1, "movie"), rating)

def numbered(pairs, column, index):
    """The ids of one side, ascending, each with its index from 0 and how often it comes."""
    ids = pairs.groupBy(column).agg(F.count("*").cast("int").alias("n")).orderBy(column).checkpoint()
    starts, before, part = [], 0, F.spark_partition_id()
    for number, rows in sorted(ids.groupBy(part.alias("part")).count().collect()):
        starts += [F.lit(number), F.lit(before)]
        before += rows
    within = F.monotonically_increasing_id().bitwiseAND(F.lit((1 << 33) - 1))
    return ids.withColumn(index, (F.element_at(F.create_map(*starts), part) + within).cast("int")), before

def factors(ratings, mu, users, movies):
    """Explicit: of what the baseline's biases leave over; implicit: of the stars. Spark weighs |p|² and |q|² by regParam · ratings of the row."""
    explicit, hers, left = o["feedback"] == "explicit", Window.partitionBy("u"), col("r") - mu
    rows = ratings.withColumns({"bu": F.lit(0.0), "bi": F.lit(0.0)})
    for _ in range(want["rounds"] if explicit else 0):
        bi = rows.groupBy("i").agg((F.sum(left - col("bu")) / (want["movieDamping"] + F.count("*"))).alias("bi")).localCheckpoint()
        bu = F.sum(left - col("bi")).over(hers) / (want["userDamping"] + F.count("*").over(hers))
        rows = ratings.join(F.broadcast(bi), "i").withColumn("bu", bu)
    rows = rows.withColumn("left", (left - col("bu") - col("bi") if explicit else col("r")).cast("float")).persist()
    model = ALS(rank=o["factors"], maxIter=o["epochs"], regParam=o["regularization"], alpha=o["confidence"], implicitPrefs=not explicit,
                userCol="u", itemCol="i", ratingCol="left", seed=o["seed"], checkpointInterval=4).fit(rows)
    for name, key, ids, learned in (("users", "u", users, model.userFactors), ("movies", "i", movies, model.itemFactors)):
        bias = rows.groupBy(key).agg(F.first(f"b{key}").cast("float").alias("bias"))
        yield name, ids.join(bias, key).join(learned.withColumnRenamed("id", key), key).select(
            col(ids.columns[0]).alias(f"{name[:-1]}Id"), col("n").alias("ratings"), "bias", col("features").alias("factors")).orderBy(f"{name[:-1]}Id")

def neighbours(ratings, mu, users, movies):
    """Cosines of movies over who gave them `atLeast`, of each movie the largest; of whoever rated more than `cap`, so many at random."""
    at_random = F.row_number().over(Window.partitionBy("u").orderBy(F.hash("u", "i", F.lit(17))))
    count = col("r") if want["columns"].get("rating") == "none" else F.lit(1.0)
    counts = ratings.filter(col("r") >= o["atLeast"]).withColumns({"at": at_random, "c": count}).filter(col("at") <= want["cap"])
    norms = counts.groupBy("i").agg(F.sqrt(F.sum(col("c") * col("c"))).alias("norm"))
    unit = counts.join(F.broadcast(norms), "i").select("u", "i", (col("c") / col("norm")).alias("v")).persist()
    alike = unit.join(unit.select("u", col("i").alias("j"), col("v").alias("w")), "u").filter("i <> j")
    alike = alike.groupBy("j", "i").agg(F.sum(col("v") * col("w")).cast("float").alias("weight"))
    yield "pairs", alike.withColumn("at", F.row_number().over(Window.partitionBy("j").orderBy(F.desc("weight"), "i"))).filter(col("at") <= o["neighbours"]).drop("at")
    yield "movies", movies.select(col("movie").alias("movieId"), "i", col("n").alias("ratings")).orderBy("i")
    yield "users", users.select(col("user").alias("userId"), col("n").alias("ratings")).orderBy("userId")

threading.Thread(target=watch, daemon=True).start()
rows = read().withColumn("r", col("rating").try_cast("double"))
bad = rows.filter("nvl(user, '') = '' or nvl(movie, '') = '' or r is null or isnan(r) or abs(r) = double('infinity')")
if example := bad.first():
    refuse("row", count=bad.count(), example=list(example[:3]))
pairs = rows.groupBy("user", "movie").agg((F.sum if want["duplicates"] == "sum" else F.avg)("r").cast("float").alias("r"), F.count("*").alias("times")).persist()
odd = [F.sum((~col(side).rlike("^(0|[1-9][0-9]{0,14})$")).cast("int")).alias(side) for side in ("user", "movie")]
facts = pairs.agg(F.count("*").alias("n"), F.avg("r").alias("mu"), F.min("r"), F.max("r"), F.sum(col("times") - 1).alias("twice"), *odd).first()
if facts["twice"] and want["duplicates"] == "error":
    refuse("twice", count=facts["twice"], example=list(pairs.filter("times > 1").first()[:2]))
pairs = pairs.withColumns({side: col(side).cast("string" if facts[side] else "long") for side in ("user", "movie")})
phase = 1
(users, user_count), (movies, movie_count) = numbered(pairs, "user", "u"), numbered(pairs, "movie", "i")
ratings = pairs.join(users.drop("n"), "user").join(F.broadcast(movies.drop("n")), "movie").repartitionByRange("u").sortWithinPartitions("u", "i").persist()
phase = 2
made = dict((factors if want["engine"] == "als" else neighbours)(ratings, facts["mu"], users, movies))
phase = 3
if want["keep"]:
    made["ratings"] = ratings.select(col("user").alias("userId"), col("movie").alias("movieId"), col("r").alias("rating"))
for name, table in made.items():
    table.write.mode("overwrite").parquet(f"{work}/{name}")
    if here:
        there = sc._jvm.org.apache.hadoop.fs.Path(f"{work}/{name}")
        there.getFileSystem(sc._jsc.hadoopConfiguration()).copyToLocalFile(False, there, sc._jvm.org.apache.hadoop.fs.Path(f"file://{here}/{name}"), True)
say("done", ratings=facts["n"], users=user_count, movies=movie_count, mu=facts["mu"], scale=list(facts[2:4]), texts={side: facts[side] for side in ("user", "movie")}, version=spark.version)
spark.stop()
