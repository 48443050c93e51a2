DROP TABLE received_payments;
DROP TABLE deposit_addresses;
DROP TABLE awaited_payments;
