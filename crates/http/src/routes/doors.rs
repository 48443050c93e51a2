//! What a route may answer beside records.

use std::future::Future;
use std::sync::Arc;

use actix_web::web::Bytes;

use super::{Answers, OpenReading, Reading, Route, RouteBuilder, Run, Work};
use crate::request::PathIds;
use crate::{Answer, Call, Download, Interface, Problem, Socket};

impl<I: Interface> RouteBuilder<'_, I> {
    /// Something that is not JSON and stands whole in memory: a text, a small file.
    pub fn content<P: PathIds, B: Into<Bytes> + 'static>(
        self,
        media_type: &'static str,
        handler: fn(&mut Reading<'_, I>, P) -> Result<B, Problem>,
    ) {
        let run = move |reading: &mut OpenReading<'_, I>| {
            let ids = P::from_segments(&reading.call.segments).ok_or_else(Problem::not_found)?;
            Ok(Answer::content(media_type, handler(&mut reading.by_caller()?, ids)?.into()))
        };
        self.add(200, Work::Read(Arc::new(run)), |route| Route { answers: Answers::Content(media_type), ..route });
    }

    /// A WebSocket. The handler runs until it returns, the caller is gone or the server stops.
    pub fn socket<R>(self, handler: fn(Arc<I::Context>, Arc<Call<I>>, Socket) -> R)
    where
        R: Future<Output = ()> + 'static,
    {
        let run = Run::Socket(Box::new(move |context, call, socket| Box::pin(handler(context, call, socket))));
        self.add(101, run, |route| Route { answers: Answers::Socket, ..route });
    }

    /// A file that is sent while it is read, whole or in part. The media type is for the document and may be a range
    /// such as `image/*`, since each file has its own.
    pub fn download<P: PathIds>(
        self,
        media_type: &'static str,
        handler: fn(&mut Reading<'_, I>, P) -> Result<Download, Problem>,
    ) {
        let run = move |reading: &mut Reading<'_, I>| {
            let ids = P::from_segments(&reading.call.segments).ok_or_else(Problem::not_found)?;
            handler(reading, ids)
        };
        self.add(200, Work::Download(Arc::new(run)), |route| Route { answers: Answers::Download(media_type), ..route });
    }
}
