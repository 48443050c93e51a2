-- What a user has written last, which a replica must have before it answers them.
CREATE INDEX system_logs_own_writes ON system_logs (actor_id, id);
