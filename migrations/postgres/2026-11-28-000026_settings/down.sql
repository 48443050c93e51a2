DROP TABLE key_value_pair_tags;
DROP TABLE key_value_tags;
DROP TABLE key_value_pairs;
DROP TABLE settings;
