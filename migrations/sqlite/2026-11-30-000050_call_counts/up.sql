-- What each server counted of late, for the others: a row for each server that runs.
CREATE TABLE call_counts (
    server INTEGER NOT NULL PRIMARY KEY,
    counted TEXT NOT NULL,
    update_time TIMESTAMP NOT NULL
);
