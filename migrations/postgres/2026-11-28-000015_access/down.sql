UPDATE system_logs SET event_category = 'operation'
    WHERE event_name LIKE 'account\_%' ESCAPE '\' OR event_name IN
    ('bonus_created', 'bonus_updated', 'bonus_deleted', 'transaction_monitoring_created');
UPDATE system_logs SET event_name = 'phone_number_created' WHERE event_name = 'client_phone_created';
UPDATE system_logs SET event_name = 'phone_number_updated' WHERE event_name = 'client_phone_updated';
UPDATE system_logs SET event_name = 'phone_number_deleted' WHERE event_name = 'client_phone_deleted';
UPDATE system_logs SET event_name = 'address_created' WHERE event_name = 'client_address_created';
UPDATE system_logs SET event_name = 'address_updated' WHERE event_name = 'client_address_updated';
UPDATE system_logs SET event_name = 'address_deleted' WHERE event_name = 'client_address_deleted';
UPDATE system_logs SET event_name = 'subscription_created' WHERE event_name = 'client_service_created';
UPDATE system_logs SET event_name = 'subscription_updated' WHERE event_name = 'client_service_updated';
UPDATE system_logs SET event_name = 'subscription_deleted' WHERE event_name = 'client_service_deleted';
UPDATE system_logs SET event_name = operation_names.event_name FROM (
    SELECT 'client-settings.limits.update' AS operation, 'client_limits_updated' AS event_name
    UNION ALL SELECT 'client-settings.update', 'client_settings_updated'
    UNION ALL SELECT 'client-permissions.update', 'client_permissions_updated'
    UNION ALL SELECT 'clients.update', 'client_updated'
) AS operation_names
    WHERE system_logs.event_name = 'client_info_updated' AND system_logs.operation = operation_names.operation;
UPDATE system_logs SET event_name = 'transaction_created' WHERE event_name = 'operation_created';
UPDATE system_logs SET event_name = 'transaction_updated' WHERE event_name = 'operation_updated';

ALTER TABLE sign_in_counters DROP COLUMN pending;
ALTER TABLE sign_in_counters RENAME COLUMN failed TO attempts;
