DROP INDEX system_logs_own_writes;
