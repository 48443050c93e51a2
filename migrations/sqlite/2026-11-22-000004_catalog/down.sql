DROP TABLE product_permission_groups;
DROP TABLE product_restrictions;
DROP TABLE product_notes;
DROP TABLE product_currencies;
DROP TABLE products;
DROP TABLE product_groups;
DROP TABLE platforms;
