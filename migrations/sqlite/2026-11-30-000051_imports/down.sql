DROP TABLE imported_transactions;
DROP TABLE imports;
