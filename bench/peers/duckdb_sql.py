"""DuckDB: the start of the latest attempt that is still inside the window, carried from stage to stage in SQL.

Of all attempts that got as far as an event, the one that entered last has the most of its window left, and it is the
last that came by. So a stage asks for the last known start of the stage before.
"""

import json
import sys

import duckdb

path, question = sys.argv[1], json.loads(sys.argv[2])
stages, window = question["stages"], question["window"]
names = ", ".join(f"'{stage}'" for stage in stages)
steps = [
    f"""
    step_0 AS (
        SELECT user_id, event, epoch_ms(timestamp) AS time, CASE WHEN event = '{stages[0]}' THEN time END AS start_0
        FROM read_parquet('{path}') WHERE event IN ({names})
    )"""
]
for stage in range(1, len(stages)):
    steps.append(f"""
    last_{stage} AS (
        SELECT *, last_value(start_{stage - 1} IGNORE NULLS) OVER (
            PARTITION BY user_id ORDER BY time ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS start FROM step_{stage - 1}
    ),
    step_{stage} AS (
        SELECT * EXCLUDE (start),
            CASE WHEN event = '{stages[stage]}' AND time - start <= {window} THEN start END AS start_{stage}
        FROM last_{stage}
    )""")
numbers = range(len(stages))
query = f"""
    WITH {", ".join(steps)}
    SELECT {", ".join(f"count(reached_{stage})" for stage in numbers)} FROM (
        SELECT {", ".join(f"max(start_{stage}) AS reached_{stage}" for stage in numbers)}
        FROM step_{len(stages) - 1} GROUP BY user_id
    )
"""
json.dump({"reached": duckdb.sql(query).fetchall()[0]}, sys.stdout)
