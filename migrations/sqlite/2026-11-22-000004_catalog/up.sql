CREATE TABLE platforms (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    caption TEXT NOT NULL,
    kind TEXT NOT NULL,
    is_demo BOOLEAN NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    groups TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX platforms_create_time ON platforms (create_time, id);
CREATE INDEX platforms_kind ON platforms (kind);
CREATE INDEX platforms_is_demo ON platforms (is_demo);
CREATE INDEX platforms_is_enabled ON platforms (is_enabled);

CREATE TABLE product_groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    caption TEXT NOT NULL,
    description TEXT NOT NULL,
    status TEXT NOT NULL,
    kind TEXT NOT NULL,
    priority INTEGER NOT NULL,
    resources TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX product_groups_caption ON product_groups (caption, id);
CREATE INDEX product_groups_priority ON product_groups (priority, id);
CREATE INDEX product_groups_create_time ON product_groups (create_time, id);
CREATE INDEX product_groups_status ON product_groups (status);
CREATE INDEX product_groups_kind ON product_groups (kind);

CREATE TABLE products (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    platform_id INTEGER NOT NULL REFERENCES platforms (id),
    group_id INTEGER NOT NULL REFERENCES product_groups (id),
    name TEXT NOT NULL,
    caption TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    priority INTEGER NOT NULL,
    send_mail_setting TEXT NOT NULL,
    mail_template TEXT,
    options TEXT NOT NULL,
    permissions TEXT NOT NULL,
    default_account_permissions TEXT NOT NULL,
    default_leverage INTEGER,
    leverages TEXT NOT NULL,
    max_accounts INTEGER,
    start_amounts TEXT NOT NULL,
    link_info TEXT,
    agreement_link TEXT,
    request_required BOOLEAN NOT NULL,
    min_deposit_amount TEXT,
    auto_create_on_login BOOLEAN NOT NULL,
    resources TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX products_name ON products (name, id);
CREATE INDEX products_create_time ON products (create_time, id);
CREATE INDEX products_platform_id ON products (platform_id, id);
CREATE INDEX products_group_id ON products (group_id, id);
CREATE INDEX products_kind ON products (kind, id);
CREATE INDEX products_status ON products (status, id);

CREATE TABLE product_currencies (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    product_id INTEGER NOT NULL REFERENCES products (id),
    currency_code INTEGER NOT NULL REFERENCES currencies (code),
    factory INTEGER NOT NULL,
    platform_groups TEXT NOT NULL,
    caption TEXT,
    is_enabled BOOLEAN NOT NULL,
    priority INTEGER NOT NULL,
    is_hedging_enabled BOOLEAN NOT NULL,
    overwrite_product_settings BOOLEAN NOT NULL,
    permissions TEXT NOT NULL,
    default_account_permissions TEXT NOT NULL,
    default_leverage INTEGER,
    leverages TEXT NOT NULL,
    max_accounts INTEGER,
    start_amounts TEXT NOT NULL,
    link_info TEXT,
    agreement_link TEXT,
    request_required BOOLEAN NOT NULL,
    min_deposit_amount TEXT,
    auto_create_on_login BOOLEAN NOT NULL,
    resources TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL,
    UNIQUE (product_id, currency_code)
);
CREATE INDEX product_currencies_currency_code ON product_currencies (currency_code, product_id);
CREATE INDEX product_currencies_create_time ON product_currencies (product_id, create_time, id);

CREATE TABLE product_notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    product_id INTEGER NOT NULL REFERENCES products (id),
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,
    value TEXT NOT NULL,
    resources TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX product_notes_create_time ON product_notes (product_id, create_time, id);

CREATE TABLE product_restrictions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    product_id INTEGER NOT NULL REFERENCES products (id),
    name TEXT NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    mode TEXT NOT NULL,
    ids TEXT NOT NULL,
    UNIQUE (product_id, name)
);

CREATE TABLE product_permission_groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    permissions TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX product_permission_groups_create_time ON product_permission_groups (create_time, id);
