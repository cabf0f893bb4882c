"""ClickHouse's windowFunnel, in process (chdb). Its default mode counts as order: sequential where no events tie."""

import json
import sys

import chdb

path, question = sys.argv[1], json.loads(sys.argv[2])
stages = question["stages"]
conditions = ", ".join(f"event = '{stage}'" for stage in stages)
names = ", ".join(f"'{stage}'" for stage in stages)
# Unless it is told the types, it takes the columns of a file for nullable, which costs about twice the time.
types = ", 'user_id String, event String, timestamp DateTime64(3)'" if question.get("typed") else ""
spilling = f"SETTINGS max_bytes_before_external_group_by = {question['spill']}" if "spill" in question else ""
query = f"""
    SELECT {", ".join(f"countIf(level > {stage})" for stage in range(len(stages)))} FROM (
        SELECT windowFunnel({question["window"]})(toUInt64(toUnixTimestamp64Milli(timestamp)), {conditions}) AS level
        FROM file('{path}', Parquet{types})
        WHERE event IN ({names})
        GROUP BY user_id
    )
    {spilling}
"""
found = json.loads(str(chdb.query(query, "JSONCompactEachRow")))
json.dump({"reached": [int(count) for count in found]}, sys.stdout)
