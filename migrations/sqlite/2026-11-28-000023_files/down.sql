DROP TABLE document_files;
DROP TABLE documents;
DROP TABLE profile_photos;
DROP TABLE client_files;
DROP TABLE folder_groups;
DROP TABLE folders;
DROP TABLE stored_files;
DROP TABLE storages;
