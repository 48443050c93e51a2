DROP TABLE positions;
DROP TABLE bonus_steps;
DROP TABLE bonuses;
DROP TABLE bonus_programs;
DROP TABLE bonus_presets;
DROP TABLE bonus_settings;
