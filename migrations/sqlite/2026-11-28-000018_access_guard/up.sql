-- PostgreSQL alone: caches of SQLite are void after any write.
SELECT 1;
