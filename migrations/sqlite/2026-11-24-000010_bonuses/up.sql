CREATE TABLE bonus_settings (
    id INTEGER NOT NULL PRIMARY KEY,
    is_enabled BOOLEAN NOT NULL,
    percent TEXT NOT NULL,
    most TEXT,
    least TEXT NOT NULL,
    burn_if_balance_negative BOOLEAN NOT NULL,
    burn_on_withdrawal BOOLEAN NOT NULL,
    update_time TIMESTAMP NOT NULL
);

CREATE TABLE bonus_presets (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    platform_id INTEGER NOT NULL REFERENCES platforms (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    is_default BOOLEAN NOT NULL,
    lifetime INTEGER NOT NULL,
    dynamic_lots TEXT NOT NULL,
    enable_auto_credit BOOLEAN NOT NULL,
    scalping_threshold INTEGER NOT NULL,
    enable_trade BOOLEAN NOT NULL,
    disabled_groups TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX bonus_presets_create_time ON bonus_presets (create_time, id);
CREATE UNIQUE INDEX bonus_presets_default ON bonus_presets (platform_id) WHERE is_default;
CREATE INDEX bonus_presets_platform_id ON bonus_presets (platform_id, create_time, id);

CREATE TABLE bonus_programs (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    platform_id INTEGER NOT NULL REFERENCES platforms (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    amount TEXT NOT NULL,
    currency_code INTEGER NOT NULL REFERENCES currencies (code),
    platform_groups TEXT NOT NULL,
    expired_at TIMESTAMP NOT NULL,
    lifetime INTEGER NOT NULL,
    dynamic_lots TEXT NOT NULL,
    enable_auto_credit BOOLEAN NOT NULL,
    scalping_threshold INTEGER NOT NULL,
    enable_trade BOOLEAN NOT NULL,
    disabled_groups TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX bonus_programs_create_time ON bonus_programs (create_time, id);
CREATE INDEX bonus_programs_platform_id ON bonus_programs (platform_id);
CREATE INDEX bonus_programs_currency_code ON bonus_programs (currency_code);

-- A bonus is due while it has a time at which the engine looks at it. The program is named without
-- a reference: its bonuses stay when it goes. pauses is JSON; asked_order is the platform's order
-- that must be answered first.
CREATE TABLE bonuses (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES clients (id),
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    program_id INTEGER,
    program_name TEXT,
    state TEXT NOT NULL,
    amount TEXT NOT NULL,
    lifetime INTEGER NOT NULL,
    dynamic_lots TEXT NOT NULL,
    enable_auto_credit BOOLEAN NOT NULL,
    scalping_threshold INTEGER NOT NULL,
    enable_trade BOOLEAN NOT NULL,
    disabled_groups TEXT NOT NULL,
    volume TEXT NOT NULL,
    required_volume TEXT,
    credited TEXT NOT NULL,
    activate_time TIMESTAMP,
    expire_time TIMESTAMP,
    pauses TEXT NOT NULL,
    failed_state TEXT,
    error TEXT,
    round INTEGER NOT NULL,
    due_at TIMESTAMP,
    asked_order INTEGER,
    is_removed BOOLEAN NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL,
    UNIQUE (program_id, client_id)
);
CREATE INDEX bonuses_create_time ON bonuses (create_time, id, is_removed);
CREATE INDEX bonuses_state ON bonuses (state, create_time, id);
CREATE INDEX bonuses_client_id ON bonuses (client_id, create_time, id);
CREATE INDEX bonuses_account_id ON bonuses (account_id, create_time, id);
CREATE INDEX bonuses_due_at ON bonuses (due_at) WHERE due_at IS NOT NULL;

-- What happened to a bonus; never changed.
CREATE TABLE bonus_steps (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    bonus_id INTEGER NOT NULL REFERENCES bonuses (id),
    event TEXT NOT NULL,
    from_state TEXT,
    to_state TEXT NOT NULL,
    entry_id INTEGER,
    user_id INTEGER,
    create_time TIMESTAMP NOT NULL
);
CREATE INDEX bonus_steps_bonus_id ON bonus_steps (bonus_id, create_time, id);

-- Closed positions that platforms reported; never changed. counted says for which bonuses, as JSON.
CREATE TABLE positions (
    platform_id INTEGER NOT NULL REFERENCES platforms (id),
    external_id TEXT NOT NULL,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    symbol TEXT NOT NULL,
    lots TEXT NOT NULL,
    open_time TIMESTAMP NOT NULL,
    close_time TIMESTAMP NOT NULL,
    profit TEXT,
    counted TEXT NOT NULL,
    reason TEXT,
    create_time TIMESTAMP NOT NULL,
    PRIMARY KEY (platform_id, external_id)
);
