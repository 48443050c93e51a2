DROP TABLE client_additional_information;
DROP TABLE wizard_runs;
DROP TABLE wizards;
