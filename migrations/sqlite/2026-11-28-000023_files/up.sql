-- Where files are stored. Those of the installation are made when a server starts.
CREATE TABLE storages (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    caption TEXT NOT NULL,
    driver TEXT NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    options TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);

-- A row stands before the first byte is written and after the last one is deleted, so that no file is forgotten: what is
-- on its way in or out has a time at which it is swept, and what a server has begun to sweep is never kept.
CREATE TABLE stored_files (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    storage_id INTEGER NOT NULL REFERENCES storages (id),
    media_type TEXT NOT NULL,
    length INTEGER NOT NULL,
    sweep_at TIMESTAMP,
    is_swept BOOLEAN NOT NULL,
    create_time TIMESTAMP NOT NULL
);
CREATE INDEX stored_files_sweep_at ON stored_files (sweep_at) WHERE sweep_at IS NOT NULL;

-- Folders of clients' files: those of the tree that every client has belong to no client.
CREATE TABLE folders (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    parent_id INTEGER REFERENCES folders (id),
    client_id INTEGER REFERENCES clients (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP
);
CREATE UNIQUE INDEX folders_place ON folders (coalesce(client_id, 0), coalesce(parent_id, 0), name_key);
CREATE INDEX folders_parent_id ON folders (parent_id);
CREATE INDEX folders_name ON folders (name_key, parent_id);

-- Which groups of users see a folder of the tree.
CREATE TABLE folder_groups (
    folder_id INTEGER NOT NULL REFERENCES folders (id),
    group_id INTEGER NOT NULL REFERENCES user_groups (id) ON DELETE CASCADE,
    PRIMARY KEY (folder_id, group_id)
);
CREATE INDEX folder_groups_group_id ON folder_groups (group_id);

CREATE TABLE client_files (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES clients (id),
    folder_id INTEGER REFERENCES folders (id),
    file_id INTEGER NOT NULL UNIQUE REFERENCES stored_files (id),
    name TEXT NOT NULL,
    priority INTEGER NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX client_files_client_id ON client_files (client_id, priority, id);
CREATE INDEX client_files_folder_id ON client_files (folder_id);

CREATE TABLE profile_photos (
    client_id INTEGER NOT NULL PRIMARY KEY REFERENCES clients (id),
    file_id INTEGER NOT NULL UNIQUE REFERENCES stored_files (id),
    create_time TIMESTAMP NOT NULL
);

-- What clients hand in to be verified. Its status is that of its request.
CREATE TABLE documents (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES clients (id),
    type_id INTEGER NOT NULL REFERENCES document_types (id),
    request_id INTEGER REFERENCES requests (id),
    create_time TIMESTAMP NOT NULL
);
CREATE INDEX documents_create_time ON documents (create_time, id);
CREATE INDEX documents_client_id ON documents (client_id, create_time, id);
CREATE INDEX documents_type_id ON documents (type_id);

CREATE TABLE document_files (
    document_id INTEGER NOT NULL REFERENCES documents (id),
    file_id INTEGER NOT NULL UNIQUE REFERENCES stored_files (id),
    PRIMARY KEY (document_id, file_id)
);
