"""pandas: sort by user and time, then fill the start of the latest attempt forward from stage to stage.

Of all attempts that got as far as an event, the one that entered last has the most of its window left, and it is the
last that came by. So a stage asks for the last known start of the stage before.
"""

import json
import sys

import pandas as pd

path, question = sys.argv[1], json.loads(sys.argv[2])
stages, window = question["stages"], pd.Timedelta(milliseconds=question["window"])
log = pd.read_parquet(path, columns=["user_id", "event", "timestamp"], filters=[("event", "in", stages)])
log = log.sort_values(["user_id", "timestamp"], ignore_index=True)
start = log["timestamp"].where(log["event"] == stages[0])
reached = [log["user_id"][start.notna()].nunique()]
for stage in stages[1:]:
    start = start.groupby(log["user_id"], sort=False).ffill()
    start = start.where((log["event"] == stage) & (log["timestamp"] - start <= window))
    reached.append(log["user_id"][start.notna()].nunique())
json.dump({"reached": reached}, sys.stdout)
