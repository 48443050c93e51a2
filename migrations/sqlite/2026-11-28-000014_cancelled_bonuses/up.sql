-- A bonus that a user has cancelled goes when its platform has taken the credit back.
ALTER TABLE bonuses ADD COLUMN is_cancelled BOOLEAN NOT NULL DEFAULT FALSE;
