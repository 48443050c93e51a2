-- What client programs are told over Socket.IO, for every server to pass on to those who are connected to it. A token that a
-- QR code was scanned for is sealed.
CREATE TABLE socket_events (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL,
    event TEXT NOT NULL,
    transaction_id INTEGER REFERENCES transactions (id),
    sealed_token BLOB,
    create_time TIMESTAMP NOT NULL
);
CREATE INDEX socket_events_create_time ON socket_events (create_time, id);
