//! Where files are stored.

use std::sync::Arc;
use std::time::Duration;

use actix_web::rt::task::spawn_blocking;
use domain::files::{FileStorage, FilesFault, StorageDriver, StorageId, StorageOptions};
use domain::identity::Permission;
use domain::identity::options::MASK;
use domain::value::{Entity, FaultCode as _, Field, Timestamp};
use http::request::{Boolean, Fields, Input, Kind, ListQuery, NoFilter, Object, Text};
use http::routes::{Change, Resource};
use http::{Answer, Checked, read};
use outbound::files::open;
use outbound::options::sealed;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::files::storages::{self, StoredStorage};
use storage::{ById, Page};

use crate::back::connection_status::ConnectionStatus;
use crate::back::{Back, Body, Call, Reading, Routes, Writing};
use crate::context::AppContext;
use crate::{Fault, Problem, RequestFault};

/// How long a check takes at most: less than the call that asks for it.
const CHECK_TIMEOUT: Duration = Duration::from_secs(6);

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const STORAGES: &str = "/api/v2/storages";
    const STORAGE: &str = "/api/v2/storages/{storageId}";
    routes
        .get("file-storage.list", STORAGES, P::FileStorageRead)
        .summary("List where files are stored.")
        .describe("Storages are made when the server starts. New files go to the last of those that are enabled.")
        .list(list);
    routes
        .get("file-storage.get", STORAGE, P::FileStorageRead)
        .summary("Read a storage.")
        .describe("The secret key is masked.")
        .record(get);
    routes
        .get("file-storage.check", "/api/v2/storages/{storageId}/status", P::FileStorageRead)
        .summary("Check whether a storage works.")
        .describe("Changes nothing. What does not answer within six seconds does not work.")
        .action::<(), ConnectionStatus, _>(status);
    routes
        .put_and_patch("file-storage.update", STORAGE, P::FileStorageUpdate)
        .summary("Change a storage.")
        .describe(
            "The storage must work with the new settings (422). Files are not moved: what is stored elsewhere must be \
             there already. The last enabled storage cannot be disabled (409). Where the address changes, the secret \
             key is sent again.",
        )
        .example_at("/api/v2/storages/1", json!({"caption": "Server disk"}))
        .after(check_change)
        .changed(update);
}

/// Where a storage is, and how it is reached; what its driver does not need is null.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "StorageOptions")]
#[serde(rename_all = "camelCase")]
struct OptionsAnswer {
    /// Local: the folder; null for the one beside the database.
    root: Option<String>,
    /// S3: the address of the service.
    endpoint: Option<String>,
    /// S3: the region.
    region: Option<String>,
    /// S3: the bucket.
    bucket: Option<String>,
    /// S3: the access key.
    access_key: Option<String>,
    /// S3: the secret key, masked.
    secret_key: Option<String>,
}

/// Where files are stored.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "FileStorage")]
#[serde(rename_all = "camelCase")]
struct StorageAnswer {
    id: StorageId,
    /// What it is called in the installation.
    name: String,
    /// The name that users are shown.
    caption: String,
    /// How it stores.
    driver: StorageDriver,
    /// Whether new files go there.
    is_enabled: bool,
    /// Where it is.
    options: OptionsAnswer,
    create_time: Timestamp,
    update_time: Timestamp,
}

impl Resource<Back> for StorageAnswer {
    const NAME: &'static str = FileStorage::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredStorage> for StorageAnswer {
    fn from(StoredStorage { id, data, create_time, update_time }: StoredStorage) -> Self {
        let StorageOptions { root, endpoint, region, bucket, access_key, secret_key } = data.options;
        let secret_key = secret_key.map(|_| MASK.to_owned());
        Self {
            id,
            name: data.name,
            caption: data.caption,
            driver: data.driver,
            is_enabled: data.is_enabled,
            options: OptionsAnswer { root, endpoint, region, bucket, access_key, secret_key },
            create_time,
            update_time,
        }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<NoFilter, ById>) -> Result<Page<StorageAnswer>, Problem> {
    Ok(storages::list(reading.conn, &query.paging)?.map(StorageAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (StorageId,)) -> Result<StorageAnswer, Problem> {
    Ok(storages::get(reading.conn, id)?.into())
}

/// Whether a storage works: it is asked beside the async threads.
async fn check(context: &Arc<AppContext>, storage: FileStorage) -> Result<(), String> {
    let context = Arc::clone(context);
    let asked = spawn_blocking(move || {
        let outbound = &context.outbound;
        open(&storage, &outbound.secret, &outbound.files, &outbound.metrics)?.check()
    });
    match tokio::time::timeout(CHECK_TIMEOUT, asked).await {
        Ok(Ok(checked)) => checked,
        Ok(Err(_)) | Err(_) => Err("the storage did not answer in time".to_owned()),
    }
}

fn id_of(call: &Call) -> Option<StorageId> {
    call.segments.first()?.parse().ok()
}

async fn status(context: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let id = id_of(&call).ok_or_else(Problem::not_found)?;
    let storage = read(&context.database, move |conn| storages::get(conn, id)).await?;
    let message = check(&context, storage.data).await.err();
    Answer::json(&ConnectionStatus::of(message))
}

/// What a change sets; a field that is `None` is left unchanged, and null clears an option.
#[derive(Clone, Debug, Default)]
struct SentStorage {
    caption: Option<String>,
    is_enabled: Option<bool>,
    options: SentOptions,
}

type SentOptions = Vec<(&'static str, Option<String>)>;

/// An option by its name, with its description and its place.
type NamedOption = (&'static str, &'static str, fn(&mut StorageOptions) -> &mut Option<String>);

const SECRET_KEY: &str = "secretKey";

const OPTIONS: [NamedOption; 6] = [
    ("root", "Local: the folder; null for the one beside the database.", |options| &mut options.root),
    ("endpoint", "S3: the address of the service.", |options| &mut options.endpoint),
    ("region", "S3: the region.", |options| &mut options.region),
    ("bucket", "S3: the bucket.", |options| &mut options.bucket),
    ("accessKey", "S3: the access key.", |options| &mut options.access_key),
    (SECRET_KEY, "S3: the secret key; masked, it stays as it is.", |options| &mut options.secret_key),
];

fn options_schema() -> Value {
    let option = |(name, description, _): &NamedOption| {
        let schema = json!({"type": ["string", "null"], "maxLength": Text::SHORT.max, "description": description});
        ((*name).to_owned(), schema)
    };
    json!({
        "title": "NewStorageOptions",
        "type": "object",
        "properties": OPTIONS.iter().map(option).collect::<Map<_, _>>(),
    })
}

#[expect(clippy::unnecessary_wraps, reason = "others find faults that leave nothing")]
fn read_options(object: &Map<String, Value>, at: &str, faults: &mut Vec<Fault>) -> Option<SentOptions> {
    let mut sent = Vec::new();
    for (name, ..) in OPTIONS {
        match object.get(name) {
            Some(Value::Null) => sent.push((name, None)),
            Some(value) => {
                let text = Text::SHORT.parse(value, &format!("{at}.{name}"), faults);
                sent.extend(text.map(|text| (name, Some(text).filter(|text| !text.is_empty()))));
            }
            None => {}
        }
    }
    let unknown = object.keys().filter(|name| OPTIONS.iter().all(|(known, ..)| known != name));
    faults.extend(unknown.map(|name| Fault::sent(format!("{at}.{name}"), RequestFault::UnknownValue)));
    Some(sent)
}

impl Input<Back> for SentStorage {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let caption = fields.optional("caption", &Text::NAME);
        let is_enabled = fields.optional("isEnabled", &Boolean);
        let options = fields.optional("options", &Object { schema: options_schema, read: read_options });
        Some(Self { caption: caption?, is_enabled: is_enabled?, options: options?.unwrap_or_default() })
    }
}

impl SentStorage {
    /// The storage after the change. A secret key that is sent as its mask stays.
    fn over(&self, context: &AppContext, before: &FileStorage) -> Result<FileStorage, Problem> {
        let mut after = before.clone();
        after.caption = self.caption.clone().unwrap_or(after.caption);
        after.is_enabled = self.is_enabled.unwrap_or(after.is_enabled);
        for (name, value) in &self.options {
            let is_secret = *name == SECRET_KEY;
            if is_secret && value.as_deref() == Some(MASK) {
                continue;
            }
            let sealed_secret = |key: &String| sealed(&context.outbound.secret, key);
            let value = if is_secret { value.as_ref().map(sealed_secret).transpose()? } else { value.clone() };
            if let Some((.., option)) = OPTIONS.iter().find(|(known, ..)| known == name) {
                *option(&mut after.options) = value;
            }
        }
        Ok(after)
    }
}

/// A storage works with its new settings before they are written.
async fn check_change(context: Arc<AppContext>, call: Arc<Call>) -> Result<Checked, Problem> {
    let unchecked = || Ok(Checked::default());
    let (Some(id), Ok(sent)) = (id_of(&call), call.body::<SentStorage>().create()) else { return unchecked() };
    let Some(before) = read(&context.database, move |conn| storages::find(conn, id)).await? else { return unchecked() };
    let before = before.data;
    let after = sent.over(&context, &before)?;
    let is_used = after.is_enabled && !before.is_enabled;
    if (after.options == before.options && !is_used) || before.check_change(&after, true).is_err() {
        return unchecked();
    }
    check(&context, after)
        .await
        .map(|()| Checked::default())
        .map_err(|cause| FilesFault::StorageUnreachable.at(Field::Options).with("cause", cause).unprocessable().into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (StorageId,),
    body: &Body<'_, SentStorage>,
) -> Result<Change<StorageAnswer>, Problem> {
    let before = storages::lock(writing.tx, id)?;
    let after = body.create()?.over(writing.context, &before.data)?;
    Ok(writing.change_to(before, &after, storages::update)?.map(StorageAnswer::from))
}
