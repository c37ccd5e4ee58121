//! The bytes of a connection, with deadlines where a client could keep it waiting.

use std::io::{Error, ErrorKind, Result};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until, timeout};

use super::activity::Activity;
use super::count;
use super::framing::{Framing, Phase};
use crate::config::Listener;

/// What an HTTP/2 connection begins with (RFC 9113, 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// What ends the head of a request.
const HEAD_END: &[u8] = b"\r\n\r\n";
/// How much of what a client still sends is read after the last answer, and how long, so that the answer arrives: a
/// connection that is closed over unread bytes is reset.
const LINGER_BYTES: usize = 1 << 20;
const LINGER: Duration = Duration::from_secs(2);

/// The bytes of a connection.
#[derive(Debug)]
pub(super) struct Stream {
    socket: TcpStream,
    /// What was read to tell the protocol.
    first: BytesMut,
    /// Where requests begin and end; HTTP/2 says so itself.
    framing: Option<Framing>,
    /// What the parser gets after a head at fault.
    refused: &'static [u8],
    activity: Activity,
    head: Deadline,
    write: Deadline,
    /// The client has sent all that it will, or is not waited for any more.
    is_over: bool,
}

/// How a client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    Http1,
    Http2,
}

/// Reads until it is clear how the client speaks: nothing if he hangs up before, or if that takes too long.
pub(super) async fn accept(
    mut socket: TcpStream,
    limits: &Listener,
    activity: Activity,
) -> Result<Option<(Stream, Protocol)>> {
    let _ = socket.set_nodelay(true);
    let Ok(told) = timeout(limits.first_byte(), first_bytes(&mut socket)).await else {
        count::closed("first_byte");
        return Ok(None);
    };
    let Some((first, protocol)) = told? else { return Ok(None) };
    let framing = (protocol == Protocol::Http1).then(Framing::default);
    let (head, write) = (Deadline::new(limits.head()), Deadline::new(limits.write_pause()));
    Ok(Some((Stream { socket, first, framing, refused: HEAD_END, activity, head, write, is_over: false }, protocol)))
}

async fn first_bytes(socket: &mut TcpStream) -> Result<Option<(BytesMut, Protocol)>> {
    // No memory for those who only connect.
    socket.readable().await?;
    let mut first = BytesMut::with_capacity(1024);
    while socket.read_buf(&mut first).await? > 0 {
        let compared = first.len().min(PREFACE.len());
        if first[..compared] != PREFACE[..compared] {
            return Ok(Some((first, Protocol::Http1)));
        }
        if compared == PREFACE.len() {
            return Ok(Some((first, Protocol::Http2)));
        }
    }
    Ok(None)
}

impl Stream {
    /// Closes the connection after the last answer. Where the client may be sending still, his bytes are read for a
    /// moment.
    pub(super) async fn close(mut self) {
        let is_sending = self
            .framing
            .as_ref()
            .is_some_and(|framing| framing.broken().is_some() || framing.phase() != Phase::Between);
        if !is_sending || self.is_over {
            return;
        }
        let reading = async {
            self.socket.shutdown().await?;
            let (mut left, mut buffer) = (LINGER_BYTES, vec![0; 16 << 10]);
            while left > 0 {
                match self.socket.read(&mut buffer).await? {
                    0 => break,
                    read => left = left.saturating_sub(read),
                }
            }
            Result::Ok(())
        };
        let _ = timeout(LINGER, reading).await;
    }

    fn read(&mut self, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        if !self.first.is_empty() {
            let taken = self.first.len().min(buffer.remaining());
            buffer.put_slice(&self.first[..taken]);
            self.first.advance(taken);
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.socket).poll_read(cx, buffer))?;
        self.is_over = buffer.filled().len() == before && buffer.remaining() > 0;
        Poll::Ready(Ok(()))
    }

    /// Waits for the rest of a head, but not for ever. While an answer is under way nobody waits for it.
    fn wait_for_head(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let is_waiting = self.framing.as_ref().is_some_and(|framing| framing.phase() == Phase::Head);
        if !is_waiting || self.activity.is_busy() {
            self.head.clear();
            return Poll::Pending;
        }
        ready!(self.head.wait(cx));
        count::closed("head");
        self.is_over = true;
        Poll::Ready(Err(Error::new(ErrorKind::TimedOut, "the head of the request did not come in time")))
    }

    fn wait_for_client(&mut self, cx: &mut Context<'_>) -> Poll<Error> {
        ready!(self.write.wait(cx));
        count::closed("write");
        self.is_over = true;
        Poll::Ready(Error::new(ErrorKind::TimedOut, "the client takes nothing of its answer"))
    }
}

impl AsyncRead for Stream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let this = &mut *self;
        match this.framing.as_ref().and_then(Framing::broken) {
            // The parser looks at a head once it is complete, and then answers that it takes no such thing.
            Some(Phase::Head) if !this.refused.is_empty() => {
                let taken = this.refused.len().min(buffer.remaining());
                buffer.put_slice(&this.refused[..taken]);
                this.refused = &this.refused[taken..];
                return Poll::Ready(Ok(()));
            }
            Some(Phase::Head | Phase::Between) => return Poll::Pending,
            Some(Phase::Body) => return Poll::Ready(Err(ErrorKind::InvalidData.into())),
            None => {}
        }
        let before = buffer.filled().len();
        match this.read(cx, buffer) {
            Poll::Pending => return this.wait_for_head(cx),
            Poll::Ready(read) => read?,
        }
        if let Some(framing) = &mut this.framing {
            let kept = framing.follow(&mut buffer.filled_mut()[before..]);
            buffer.set_filled(before + kept);
            if framing.broken().is_some() {
                count::closed("framing");
            }
            if framing.phase() != Phase::Head {
                this.head.clear();
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write(cx, bytes);
        self.written(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[std::io::IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write_vectored(cx, parts);
        self.written(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}

impl Stream {
    fn written(&mut self, cx: &mut Context<'_>, written: Poll<Result<usize>>) -> Poll<Result<usize>> {
        if written.is_pending() {
            return self.wait_for_client(cx).map(Err);
        }
        self.write.clear();
        written
    }
}

/// A time that begins when something is first waited for, and costs nothing where nothing is.
#[derive(Debug)]
struct Deadline {
    limit: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    is_set: bool,
}

impl Deadline {
    const fn new(limit: Duration) -> Self {
        Self { limit, timer: None, is_set: false }
    }

    /// What was waited for has come.
    const fn clear(&mut self) {
        self.is_set = false;
    }

    fn wait(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let is_set = std::mem::replace(&mut self.is_set, true);
        let timer = match &mut self.timer {
            Some(timer) if is_set => timer,
            Some(timer) => {
                timer.as_mut().reset(Instant::now() + self.limit);
                timer
            }
            none => none.insert(Box::pin(sleep_until(Instant::now() + self.limit))),
        };
        timer.as_mut().poll(cx)
    }
}
