ALTER TABLE bonuses DROP COLUMN is_cancelled;
