-- PostgreSQL needs no column for the condition of an index.
SELECT 1;
