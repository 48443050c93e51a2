//! Clients who tried too often.

use std::net::IpAddr;

use domain::clients::ClientId;
use domain::credentials::BlockId;
use domain::identity::{Permission, masked_email};
use domain::value::Timestamp;
use http::request::{FilterSet, Filters, IP_PATTERN, ListQuery};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::credentials::blocks::{self, Block, Filter};
use storage::identity::system_logs::Category;
use storage::{ByTime, Page};

use crate::Problem;
use crate::back::{Back, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const BLOCKS: &str = "/api/v2/security/addresses";
    const BLOCK: &str = "/api/v2/security/addresses/{addressId}";
    routes
        .get("blocked-clients.list", BLOCKS, P::BlockedClientsRead)
        .summary("List blocked clients.")
        .describe(
            "Those who tried too often, each with the address from which they are refused; the newest come first.",
        )
        .list(list);
    routes
        .get("blocked-clients.get", BLOCK, P::BlockedClientsRead)
        .summary("Read a block.")
        .describe("One that has ended is 404.")
        .record(get);
    routes
        .delete("blocked-clients.unblock", BLOCK, P::BlockedClientsDelete)
        .summary("Unblock a client.")
        .describe("The client may try again at once; what was counted of them and of the address is forgotten.")
        .deleted(unblock);
}

/// A client who tried too often.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "BlockedClient")]
#[serde(rename_all = "camelCase")]
struct BlockAnswer {
    id: BlockId,
    client_id: ClientId,
    /// The e-mail address of the client.
    #[schemars(extend("format" = "email"))]
    client_email: String,
    /// From where the last try came.
    ip: String,
    /// What was tried too often.
    reason: &'static str,
    create_time: Timestamp,
    /// When the block ends by itself.
    expire_time: Timestamp,
}

impl Resource<Back> for BlockAnswer {
    const NAME: &'static str = "client_block";
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client_id)
    }

    fn mask(&mut self) {
        self.client_email = masked_email(&self.client_email);
    }
}

impl From<Block> for BlockAnswer {
    fn from(block: Block) -> Self {
        Self {
            id: block.id,
            client_id: block.client,
            client_email: block.person.email,
            ip: block.ip,
            reason: block.kind.reason(),
            create_time: block.create_time,
            expire_time: block.expires_at,
        }
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            client: filters.id("clientId"),
            email: filters.email("clientEmail"),
            ip: filters.canonical::<IpAddr>("ip", IP_PATTERN),
        }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ByTime>) -> Result<Page<BlockAnswer>, Problem> {
    let (scope, now) = (&reading.caller.rights.scope, reading.context.now());
    Ok(blocks::list(reading.conn, scope, &query.filter, now, &query.paging)?.map(BlockAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (BlockId,)) -> Result<BlockAnswer, Problem> {
    let now = reading.context.now();
    Ok(blocks::get(reading.conn, &reading.caller.rights.scope, id, now)?.into())
}

fn unblock(writing: &mut Writing<'_, '_>, (id,): (BlockId,)) -> Result<BlockAnswer, Problem> {
    Ok(blocks::lift(writing.tx, &writing.caller.rights.scope, id)?.into())
}
