-- What clients are shown. Texts, pictures and links of a banner are JSON.
CREATE TABLE banners (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    url TEXT NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    priority INTEGER NOT NULL,
    content TEXT NOT NULL,
    data TEXT,
    resources TEXT NOT NULL,
    created_by INTEGER NOT NULL REFERENCES users (id),
    create_time TIMESTAMP NOT NULL
);
CREATE INDEX banners_create_time ON banners (create_time, id);
-- Of those with the same priority the newer one comes first.
CREATE INDEX banners_priority ON banners (priority, id DESC);
CREATE INDEX banners_is_enabled ON banners (is_enabled, priority, id DESC);

-- The menu of the clients' interface. Items that name a level or a type keep it from being deleted: without it more
-- clients would see them.
CREATE TABLE menu_items (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    parent_id INTEGER REFERENCES menu_items (id),
    name TEXT NOT NULL UNIQUE,
    caption TEXT NOT NULL,
    is_new BOOLEAN NOT NULL,
    priority INTEGER NOT NULL,
    is_visible BOOLEAN NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX menu_items_parent_id ON menu_items (parent_id);

CREATE TABLE menu_item_levels (
    item_id INTEGER NOT NULL REFERENCES menu_items (id),
    level_id INTEGER NOT NULL REFERENCES verification_levels (id),
    PRIMARY KEY (item_id, level_id)
);
CREATE INDEX menu_item_levels_level_id ON menu_item_levels (level_id);

CREATE TABLE menu_item_client_types (
    item_id INTEGER NOT NULL REFERENCES menu_items (id),
    type_id INTEGER NOT NULL REFERENCES client_types (id),
    PRIMARY KEY (item_id, type_id)
);
CREATE INDEX menu_item_client_types_type_id ON menu_item_client_types (type_id);

CREATE TABLE tickers (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    platform TEXT NOT NULL,
    source TEXT NOT NULL
);

CREATE TABLE ticker_symbols (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    ticker_id INTEGER NOT NULL REFERENCES tickers (id),
    symbol TEXT NOT NULL,
    show BOOLEAN NOT NULL,
    UNIQUE (ticker_id, symbol)
);

CREATE TABLE widgets (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    ticker_id INTEGER REFERENCES tickers (id),
    caption TEXT NOT NULL,
    sort INTEGER NOT NULL,
    can_be_closed BOOLEAN NOT NULL,
    is_shown_by_default BOOLEAN NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    position_x INTEGER NOT NULL,
    position_y INTEGER NOT NULL
);
CREATE INDEX widgets_ticker_id ON widgets (ticker_id);

-- The languages of the clients' interface. Formats are JSON.
CREATE TABLE localizations (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    locale TEXT NOT NULL UNIQUE,
    caption TEXT NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    is_default BOOLEAN NOT NULL,
    is_right_to_left BOOLEAN NOT NULL,
    priority INTEGER NOT NULL,
    format TEXT NOT NULL
);
CREATE INDEX localizations_priority ON localizations (priority, id);
CREATE UNIQUE INDEX localizations_is_default ON localizations (is_default) WHERE is_default;

-- The calendar of users.
CREATE TABLE calendar_events (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT,
    description_key TEXT,
    start_time TIMESTAMP NOT NULL,
    end_time TIMESTAMP NOT NULL,
    created_by INTEGER NOT NULL REFERENCES users (id),
    create_time TIMESTAMP NOT NULL
);
CREATE INDEX calendar_events_start_time ON calendar_events (start_time, id);
CREATE INDEX calendar_events_end_time ON calendar_events (end_time, id);
CREATE INDEX calendar_events_create_time ON calendar_events (create_time, id);
CREATE INDEX calendar_events_created_by ON calendar_events (created_by);

CREATE TABLE calendar_event_recipients (
    event_id INTEGER NOT NULL REFERENCES calendar_events (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES users (id),
    PRIMARY KEY (event_id, user_id)
);
CREATE INDEX calendar_event_recipients_user_id ON calendar_event_recipients (user_id, event_id);
