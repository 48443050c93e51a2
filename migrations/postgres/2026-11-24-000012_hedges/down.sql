DROP TABLE hedges;
