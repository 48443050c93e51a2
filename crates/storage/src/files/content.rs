//! The content of stored files: who may read it, and where it is.

use diesel::prelude::*;
use domain::clients::ClientId;
use domain::files::{FileId, FileKey, FolderId, StorageId};
use domain::identity::{Permission, Rights, UserId};
use domain::ledger::RequestKind;
use domain::requests::read_permission;

use super::custom_folders::seen;
use super::folder_access::sight;
use super::storages::{self, StoredStorage};
use crate::client_scope::sees;
use crate::schema::{
    client_files, document_files, document_types, documents, profile_photos, requests, stored_files as table,
    ticket_attachments, ticket_messages, tickets,
};
use crate::{DbConnection, Error};

/// A file that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    /// Its id.
    pub id: FileId,
    /// What it is found by.
    pub key: FileKey,
    /// Where it is.
    pub storage: StoredStorage,
    /// What it is by its content.
    pub media_type: String,
    /// How long it is.
    pub length: u64,
    /// What a reader may call it.
    pub name: String,
}

type Columns = (FileId, FileKey, StorageId, String, i64);

/// A file that a record names.
///
/// # Errors
/// [`Error::NotFound`], also for one that is arriving or going.
pub(crate) fn by_id(conn: &mut DbConnection, id: FileId) -> Result<StoredFile, Error> {
    let columns = (table::id, table::key, table::storage_id, table::media_type, table::length);
    let stored = table::table.find(id).filter(table::sweep_at.is_null());
    let (id, key, storage, media_type, length): Columns = stored.select(columns).first(conn)?;
    let storage = storages::get(conn, storage)?;
    let length = u64::try_from(length).map_err(|error| Error::Broken(error.to_string()))?;
    let extension = media_type.rsplit('/').next().unwrap_or_default();
    let name = format!("file.{extension}");
    Ok(StoredFile { id, key, storage, media_type, length, name })
}

/// The record that names a file.
enum Owner {
    ClientFile {
        client: ClientId,
        folder: Option<FolderId>,
        name: String,
    },
    Document {
        client: ClientId,
        name: String,
    },
    Photo {
        client: ClientId,
    },
    /// A photo that waits for a decision.
    Avatar {
        client: ClientId,
    },
    /// A file of a message or a note.
    TicketAttachment {
        client: ClientId,
        name: String,
    },
}

fn owner(conn: &mut DbConnection, file: FileId) -> Result<Owner, Error> {
    let kept = client_files::table.filter(client_files::file_id.eq(file));
    let kept = kept.select((client_files::client_id, client_files::folder_id, client_files::name));
    if let Some((client, folder, name)) = kept.first(conn).optional()? {
        return Ok(Owner::ClientFile { client, folder, name });
    }
    let document = document_files::table.inner_join(documents::table).filter(document_files::file_id.eq(file));
    let document: Option<(ClientId, i64)> =
        document.select((documents::client_id, documents::type_id)).first(conn).optional()?;
    if let Some((client, kind)) = document {
        let name = document_types::table.find(kind).select(document_types::name).first(conn)?;
        return Ok(Owner::Document { client, name });
    }
    let photo = profile_photos::table.filter(profile_photos::file_id.eq(file)).select(profile_photos::client_id);
    if let Some(client) = photo.first(conn).optional()? {
        return Ok(Owner::Photo { client });
    }
    let attached = ticket_attachments::table.inner_join(ticket_messages::table.inner_join(tickets::table));
    let attached = attached.filter(ticket_attachments::file_id.eq(file));
    let attached = attached.select((tickets::client_id, ticket_attachments::name)).first(conn).optional()?;
    if let Some((client, name)) = attached {
        return Ok(Owner::TicketAttachment { client, name });
    }
    let asked =
        requests::table.filter(requests::kind.eq(RequestKind::Avatar)).filter(requests::subject_id.eq(file.get()));
    Ok(Owner::Avatar { client: asked.select(requests::client_id).first(conn)? })
}

impl Owner {
    /// Whose it is, what a user needs to read it, and the name of the record.
    fn terms(&self) -> (ClientId, Vec<Permission>, Option<&str>) {
        match self {
            Self::ClientFile { client, name, .. } => (*client, vec![Permission::ClientFilesRead], Some(name)),
            Self::Document { client, name } => (*client, vec![Permission::DocumentsRead], Some(name)),
            Self::TicketAttachment { client, name } => (*client, vec![Permission::TicketsRead], Some(name)),
            Self::Photo { client } => (*client, vec![Permission::ProfilePhotosRead], None),
            Self::Avatar { client } => {
                (*client, vec![Permission::RequestsRead, read_permission(RequestKind::Avatar)], None)
            }
        }
    }
}

/// A file of a client's own: of a document or a photo that they handed in.
///
/// # Errors
/// [`Error::NotFound`], also for one that users keep, or of another client.
pub fn own(conn: &mut DbConnection, client: ClientId, key: &FileKey) -> Result<StoredFile, Error> {
    let id: FileId = table::table.filter(table::key.eq(key)).select(table::id).first(conn)?;
    let mut file = by_id(conn, id)?;
    match owner(conn, id)? {
        Owner::Document { client: owner, name } if owner == client => {
            file.name = file.name.replacen("file", &name, 1);
            Ok(file)
        }
        Owner::Photo { client: owner } | Owner::Avatar { client: owner } if owner == client => Ok(file),
        Owner::ClientFile { .. } | Owner::Document { .. } | Owner::Photo { .. } | Owner::Avatar { .. } => {
            Err(Error::NotFound)
        }
    }
}

/// A file that a user may read: with the right to read the record that names it, and to see its client and its folder.
///
/// # Errors
/// [`Error::NotFound`].
pub fn readable(conn: &mut DbConnection, rights: &Rights, user: UserId, key: &FileKey) -> Result<StoredFile, Error> {
    let id: FileId = table::table.filter(table::key.eq(key)).select(table::id).first(conn)?;
    let mut file = by_id(conn, id)?;
    let owner = owner(conn, id)?;
    let (client, needed, name) = owner.terms();
    if !needed.into_iter().all(|permission| rights.hold(permission)) || !sees(conn, &rights.scope, client)? {
        return Err(Error::NotFound);
    }
    if let Owner::ClientFile { folder: Some(folder), .. } = &owner {
        let sight = sight(conn, rights, user)?;
        if !seen(conn, &rights.scope, &sight, client)?.iter().any(|seen| seen.id == *folder) {
            return Err(Error::NotFound);
        }
    }
    match (&owner, name) {
        // A type has no file's name: what is sent has its extension.
        (Owner::Document { .. }, Some(name)) => file.name = file.name.replacen("file", name, 1),
        (_, Some(name)) => name.clone_into(&mut file.name),
        (_, None) => {}
    }
    Ok(file)
}
