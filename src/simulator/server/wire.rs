//! Converts between HTTP messages and ours, and applies the faults of the transport.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    extract::Request as HttpRequest,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::Response as HttpResponse,
};
use futures_util::{Stream, StreamExt, stream};

use crate::simulator::{
    faults::Fault,
    message::{Refusal, Request, Response},
    throttle::Throttle,
};

/// Keep this much of a body: enough for the store to see that it is too large.
const KEPT: usize = (1 << 20) + 1;
/// Read at most this much of a body. A client that is still sending may not read the response, so
/// the excess is read and dropped.
const TAKEN: usize = 64 << 20;
/// How much of a flood is sent at a time, in bytes.
const FLOOD_PIECE: u64 = 64 << 10;

/// Reads the request with its body; `None` if the body ends early.
pub(super) async fn read(request: HttpRequest) -> Option<Request> {
    let (head, body) = request.into_parts();
    let mut kept = Vec::new();
    let mut taken = 0;
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.ok()?;
        let room = KEPT - kept.len();
        kept.extend_from_slice(&piece[..piece.len().min(room)]);
        taken += piece.len();
        if taken > TAKEN {
            break;
        }
    }
    let header = |(name, value): (&HeaderName, &HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    Some(Request {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers.iter().map(header).collect(),
        body: kept,
    })
}

/// The response to a request whose body ended early.
pub(super) fn broken() -> Response {
    let trace = uuid::Uuid::new_v4().simple().to_string();
    Refusal::new(400, "the body ended early").into_response(&trace)
}

/// Writes the response, with the fault's effects on its delivery.
pub(super) async fn write(response: Response, fault: Fault, throttle: &Throttle) -> HttpResponse {
    if fault.latency_ms > 0 {
        tokio::time::sleep(Duration::from_millis(fault.latency_ms)).await;
    }
    if fault.drop.is_some() {
        throttle.shut();
    } else if let Some(bytes) = fault.cut {
        throttle.cut(bytes);
    }
    let length = response.body.len();
    let mut http = HttpResponse::new(match (fault.drip_ms, fault.flood) {
        (0, 0) => Body::from(response.body),
        (0, flood) => Body::from_stream(flooding(response.body, flood)),
        (pause, _) => Body::from_stream(dripping(response.body, Duration::from_millis(pause))),
    });
    *http.status_mut() =
        StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if fault.drip_ms > 0 {
        http.headers_mut().insert(header::CONTENT_LENGTH, length.into());
    }
    for (name, value) in response.headers {
        // Leave out headers in a scenario that HTTP does not allow.
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            http.headers_mut().insert(name, value);
        }
    }
    http
}

type Piece = Result<Bytes, std::convert::Infallible>;

fn dripping(body: Vec<u8>, pause: Duration) -> impl Stream<Item = Piece> {
    stream::iter(body).then(move |byte| async move {
        tokio::time::sleep(pause).await;
        Ok(Bytes::from(vec![byte]))
    })
}

fn flooding(body: Vec<u8>, spaces: u64) -> impl Stream<Item = Piece> {
    let pieces = stream::unfold(spaces, |left| async move {
        let now = left.min(FLOOD_PIECE);
        let piece = vec![b' '; usize::try_from(now).unwrap_or(0)];
        (now > 0).then(|| (Ok(Bytes::from(piece)), left - now))
    });
    stream::once(async { Ok(Bytes::from(body)) }).chain(pieces)
}
