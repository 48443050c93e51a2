-- Operations that wait for a second user.
CREATE TABLE approval_policies (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    operation TEXT NOT NULL UNIQUE,
    above_usd TEXT,
    expires_after_hours INTEGER NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX approval_policies_create_time ON approval_policies (create_time, id);
CREATE INDEX approval_policies_is_enabled ON approval_policies (is_enabled, operation);

-- Whose approval counts. A group that is named here cannot be deleted: without it, everybody's would count.
CREATE TABLE approval_policy_groups (
    policy_id INTEGER NOT NULL REFERENCES approval_policies (id),
    group_id INTEGER NOT NULL REFERENCES user_groups (id),
    PRIMARY KEY (policy_id, group_id)
);
CREATE INDEX approval_policy_groups_group_id ON approval_policy_groups (group_id);

-- Changes that wait, or waited, for a second user. `sealed` is the call with its secrets, until it is decided.
CREATE TABLE approvals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    operation TEXT NOT NULL,
    permission TEXT NOT NULL,
    path TEXT NOT NULL,
    body TEXT NOT NULL,
    before TEXT,
    sealed BLOB,
    client_id INTEGER REFERENCES clients (id),
    is_of_client BOOLEAN NOT NULL,
    worth_usd TEXT,
    files TEXT NOT NULL,
    status TEXT NOT NULL,
    maker_id INTEGER NOT NULL REFERENCES users (id),
    maker_session_id INTEGER,
    maker_api_key_id INTEGER,
    checker_id INTEGER REFERENCES users (id),
    comment TEXT,
    result_status INTEGER,
    result_body TEXT,
    is_for_groups BOOLEAN NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    create_time TIMESTAMP NOT NULL,
    decided_at TIMESTAMP
);
CREATE INDEX approvals_create_time ON approvals (create_time, id);
CREATE INDEX approvals_status ON approvals (status, create_time, id);
CREATE INDEX approvals_permission ON approvals (permission, create_time, id);
CREATE INDEX approvals_operation ON approvals (operation, create_time, id);
CREATE INDEX approvals_maker_id ON approvals (maker_id, create_time, id);
CREATE INDEX approvals_checker_id ON approvals (checker_id, create_time, id);
CREATE INDEX approvals_client_id ON approvals (client_id, create_time, id);
CREATE INDEX approvals_expires_at ON approvals (expires_at) WHERE status = 'pending';

-- Whose approval counted when the change was asked for, whatever its policy says since.
CREATE TABLE approval_groups (
    approval_id INTEGER NOT NULL REFERENCES approvals (id),
    group_id INTEGER NOT NULL,
    PRIMARY KEY (approval_id, group_id)
);
