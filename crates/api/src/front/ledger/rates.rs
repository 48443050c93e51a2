//! Rates at which the client can exchange.

use std::sync::Arc;

use domain::ledger::{AlphabeticCode, Amount};
use domain::payments::QUOTE_LIFETIME;
use domain::value::{FaultCode as _, Localizer, Timestamp, Uuid};
use http::Checked;
use http::RequestFault;
use http::request::{
    ALPHABETIC_CODE_PATTERN, Fields, Input, Kind, ListOf, ListQuery, NoFilter, Object, Parsed, SortKey,
};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::payments::quotes::{self, PairCodes, ToldRate};
use storage::{ById, Error, Page};

use crate::context::AppContext;
use crate::front::CurrencyAnswer;
use crate::front::{Body, Call, Front, Reading, Requirement, Routes, Writing};
use crate::{Fault, Problem};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("my.rates.list", "/api/v2/my/rates/{baseCurrency}", Requirement::SignedIn)
        .summary("List the rates of a currency.")
        .describe(
            "The currencies that it can be exchanged into. A rate contains the markups of both; an exchange at it names its \
             `quoteId` before it expires, once. Where no provider has a rate, it is null with all that belongs to it.",
        )
        .example_path("/api/v2/my/rates/usd")
        .after(tell)
        .list(list);
    routes
        .get("my.rates.get", "/api/v2/my/rates/{baseCurrency}/{quoteCurrency}", Requirement::SignedIn)
        .summary("Read the rate of a pair.")
        .describe("Codes are taken in any case. A pair that clients do not exchange is not found.")
        .example_path("/api/v2/my/rates/usd/eur")
        .after(tell)
        .record(get);
    routes
        .post("my.rates.pairs", "/api/v2/my/rates/pairs", Requirement::SignedIn)
        .summary("Read the rates of several pairs at once.")
        .describe(
            "In the order in which they are sent, 100 at most. A pair that clients do not exchange is refused (422).",
        )
        .example(json!({"pairs": [
            {"baseCurrency": "usd", "quoteCurrency": "eur"}, {"baseCurrency": "eur", "quoteCurrency": "usd"},
        ]}))
        .asked_list(tell_pairs);
    routes
        .get("my.currencies.paired", "/api/v2/my/currencies/{alphabeticCode}/paired", Requirement::SignedIn)
        .summary("List the currencies that a currency can be exchanged into.")
        .describe("By their numeric codes. Names are in the language of the call.")
        .example_path("/api/v2/my/currencies/usd/paired")
        .list(paired);
}

/// A rate at which the client can exchange.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyRate")]
#[serde(rename_all = "camelCase")]
struct RateAnswer {
    /// What an exchange at the rate names; null where there is none.
    #[schemars(with = "Option<String>", extend("format" = "uuid"))]
    quote_id: Option<Uuid>,
    /// The currency that is got.
    currency: CurrencyAnswer,
    /// When the rate expires; null where there is none.
    expired_at: Option<Timestamp>,
    /// For how many seconds a rate is good.
    lifetime: i64,
    /// How much of the currency is got for one unit, markups included; null where no provider has a rate.
    rate: Option<String>,
    /// The most of one exchange, in the currency that is given; 0 where there is no limit.
    max_amount: Amount,
}

impl Resource<Front> for RateAnswer {
    const NAME: &'static str = "rate";

    fn id(&self) -> i64 {
        self.currency.code().get()
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        self.currency.localize(localizer);
    }
}

impl From<ToldRate> for RateAnswer {
    fn from(ToldRate { pair, currency, quote }: ToldRate) -> Self {
        let rate = quote.as_ref().and_then(|quote| quote.data.pricing.rate().ok());
        Self {
            expired_at: quote.as_ref().map(|quote| quote.data.expires_at),
            quote_id: quote.map(|quote| quote.uuid),
            currency: currency.into(),
            lifetime: QUOTE_LIFETIME.num_seconds(),
            rate: rate.map(Amount::plain),
            max_amount: pair.max_amount.unwrap_or(Amount::ZERO),
        }
    }
}

fn fresh() -> Result<Uuid, Error> {
    Ok(Uuid::from_random(outbound::secrets::random()?))
}

/// Tells the client the rates that are asked for anew; they are read then.
async fn tell(context: Arc<AppContext>, call: Arc<Call>) -> Result<Checked, Problem> {
    let client = call.caller()?.client();
    let mut codes = call.segments.clone().into_iter();
    let (base, quote) = (codes.next().unwrap_or_default(), codes.next());
    let told = http::write(&context.database, move |tx| quotes::tell(tx, client, &base, quote.as_deref(), &mut fresh));
    told.await.map(|()| Checked::default())
}

/// The only order of rates.
#[derive(Clone, Copy, Debug)]
struct ByCode;

impl SortKey<Front> for ByCode {
    const KEYS: &'static [(&'static str, Self)] = &[("numericCode", Self)];
}

fn list(
    reading: &mut Reading<'_>,
    (base,): (String,),
    query: &ListQuery<NoFilter, ByCode>,
) -> Result<Page<RateAnswer>, Problem> {
    let (client, now) = (reading.caller.client(), reading.context.now());
    let paging = query.paging.sorted(ById::Id);
    Ok(quotes::list(reading.conn, client, now, &base, &paging)?.map(RateAnswer::from))
}

fn get(reading: &mut Reading<'_>, (base, quote): (String, String)) -> Result<RateAnswer, Problem> {
    let (client, now) = (reading.caller.client(), reading.context.now());
    Ok(quotes::get(reading.conn, client, now, &base, &quote)?.into())
}

fn paired(
    reading: &mut Reading<'_>,
    (base,): (String,),
    query: &ListQuery<NoFilter, ByCode>,
) -> Result<Page<CurrencyAnswer>, Problem> {
    let paging = query.paging.sorted(ById::Id);
    Ok(quotes::paired(reading.conn, &base, &paging)?.map(CurrencyAnswer::from))
}

/// How many pairs can be asked for at once.
const MAX_PAIRS: usize = 100;

const CODE: Parsed<AlphabeticCode> = Parsed::matching(ALPHABETIC_CODE_PATTERN);
const PAIR: Object<PairCodes> = Object { schema: pair_schema, read: read_pair };

fn pair_schema() -> Value {
    json!({"title": "MyCurrencyPair", "type": "object", "required": ["baseCurrency", "quoteCurrency"], "properties": {
        "baseCurrency": CODE.described("The alphabetic code of the currency that is given."),
        "quoteCurrency": CODE.described("The alphabetic code of the currency that is got."),
    }})
}

fn read_pair(object: &Map<String, Value>, at: &str, faults: &mut Vec<Fault>) -> Option<PairCodes> {
    let mut code = |name: &str| {
        let at = format!("{at}.{name}");
        if let Some(value) = object.get(name) {
            CODE.parse(value, &at, faults).map(|code| code.as_str().to_owned())
        } else {
            faults.push(Fault::sent(at, RequestFault::Required));
            None
        }
    };
    let (base, quote) = (code("baseCurrency"), code("quoteCurrency"));
    Some(PairCodes { base: base?, quote: quote? })
}

/// The pairs whose rates are asked for.
struct Pairs(Vec<PairCodes>);

impl Input<Front> for Pairs {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let pairs = fields.about("The pairs whose rates are asked for.").needed("pairs", &ListOf(PAIR))?;
        if pairs.len() > MAX_PAIRS {
            return fields.fault("pairs", RequestFault::TooManyEntries.with("max", MAX_PAIRS));
        }
        Some(Self(pairs.iter().cloned().collect()))
    }
}

fn tell_pairs(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, Pairs>) -> Result<Vec<RateAnswer>, Problem> {
    let Pairs(pairs) = body.create()?;
    let told = quotes::tell_pairs(writing.tx, writing.caller.client(), &pairs, &mut fresh)?;
    Ok(told.into_iter().map(RateAnswer::from).collect())
}
