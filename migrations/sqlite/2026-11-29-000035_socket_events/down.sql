DROP TABLE socket_events;
