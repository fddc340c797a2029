-- Kept answers are sealed, and found by a name that follows from the Idempotency-Key, which is not stored any more. Those
-- that were kept in the clear, for a day at most, go.

DELETE FROM idempotency_keys;
