CREATE TABLE paid_service_groups (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    caption TEXT NOT NULL,
    caption_key TEXT NOT NULL,
    comment TEXT,
    comment_key TEXT
);

CREATE TABLE paid_services (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    full_name TEXT NOT NULL,
    full_name_key TEXT NOT NULL,
    group_id INTEGER NOT NULL REFERENCES paid_service_groups (id),
    is_active BOOLEAN NOT NULL,
    external_id TEXT,
    comment TEXT,
    comment_key TEXT,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX paid_services_create_time ON paid_services (create_time, id);
CREATE INDEX paid_services_group_id ON paid_services (group_id, create_time, id);
CREATE INDEX paid_services_external_id ON paid_services (external_id);

CREATE TABLE parameter_categories (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    read_groups TEXT NOT NULL,
    update_groups TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);

CREATE TABLE parameters (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    name_key TEXT NOT NULL,
    caption TEXT NOT NULL,
    caption_key TEXT NOT NULL,
    category_id INTEGER REFERENCES parameter_categories (id),
    kind TEXT NOT NULL,
    settings TEXT NOT NULL
);
CREATE INDEX parameters_category_id ON parameters (category_id, id);

-- Which services ask for which parameters.
CREATE TABLE service_parameters (
    parameter_id INTEGER NOT NULL REFERENCES parameters (id) ON DELETE CASCADE,
    service_id INTEGER NOT NULL REFERENCES paid_services (id) ON DELETE CASCADE,
    PRIMARY KEY (parameter_id, service_id)
);
CREATE INDEX service_parameters_service_id ON service_parameters (service_id);

CREATE TABLE plans (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    service_id INTEGER NOT NULL REFERENCES paid_services (id) ON DELETE CASCADE,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX plans_create_time ON plans (create_time, id);
CREATE INDEX plans_service_id ON plans (service_id, create_time, id);

CREATE TABLE subscriptions (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES clients (id),
    service_id INTEGER NOT NULL REFERENCES paid_services (id),
    is_active BOOLEAN NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL,
    UNIQUE (client_id, service_id)
);
CREATE INDEX subscriptions_create_time ON subscriptions (create_time, id);
CREATE INDEX subscriptions_client_id ON subscriptions (client_id, create_time, id);
CREATE INDEX subscriptions_service_id ON subscriptions (service_id, create_time, id, is_active);
CREATE INDEX subscriptions_is_active ON subscriptions (is_active, create_time, id);

-- Values of parameters, as JSON.
CREATE TABLE subscription_values (
    subscription_id INTEGER NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    parameter_id INTEGER NOT NULL REFERENCES parameters (id),
    value TEXT NOT NULL,
    PRIMARY KEY (subscription_id, parameter_id)
);
CREATE INDEX subscription_values_parameter_id ON subscription_values (parameter_id);

CREATE TABLE plan_values (
    plan_id INTEGER NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
    parameter_id INTEGER NOT NULL REFERENCES parameters (id),
    value TEXT NOT NULL,
    PRIMARY KEY (plan_id, parameter_id)
);
CREATE INDEX plan_values_parameter_id ON plan_values (parameter_id);
