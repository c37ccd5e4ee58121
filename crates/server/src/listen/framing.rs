//! Where requests begin and end on an HTTP/1 connection, judged more strictly than by the parser behind.
//!
//! A proxy in front and the parser here must never differ on where a request ends: what one takes for a body, the
//! other would answer as a request of somebody else. The parser forgives what proxies read in several ways (a bare
//! line feed, `Content-Length` beside `Transfer-Encoding`, a length that is given twice), so every byte passes here
//! first. The line that is at fault gets a NUL in place of its line feed: the parser takes that in no state, and
//! answers 400 in its turn, after the requests that came before, and closes.

use memchr::memchr;

/// The longest line that is kept over several reads, in bytes; heads have their limit elsewhere.
const LONGEST_LINE: usize = 1 << 20;

/// What the next bytes of a connection belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// No request: the next one has not begun.
    Between,
    /// The head of a request.
    Head,
    /// The body of a request.
    Body,
}

/// Follows the requests of one connection.
#[derive(Debug, Default)]
pub(super) struct Framing {
    state: State,
    /// The part of a line that came without its end.
    line: Vec<u8>,
    head: Head,
    /// Where it went wrong, for ever.
    broken: Option<Phase>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// The request line, or the empty line that is allowed before it.
    #[default]
    RequestLine,
    /// A field of the head, or the empty line that ends it.
    Field,
    /// So many bytes of a body whose length was given.
    Body(u64),
    /// The line before a chunk.
    ChunkSize,
    /// So many bytes of a chunk.
    Chunk(u64),
    /// The line end after a chunk.
    ChunkEnd,
    /// A field after the last chunk, or the empty line that ends it all.
    Trailer,
}

/// What the head of a request has said so far of how its body comes.
#[derive(Debug, Default)]
struct Head {
    is_1_1: bool,
    hosts: usize,
    length: Option<u64>,
    chunked: bool,
}

/// A line that is read in more than one way.
struct Ambiguous;

impl Framing {
    /// What the next byte belongs to.
    pub(super) fn phase(&self) -> Phase {
        match self.state {
            State::RequestLine if self.line.is_empty() => Phase::Between,
            State::RequestLine | State::Field => Phase::Head,
            _ => Phase::Body,
        }
    }

    /// Where a line was at fault: nothing after it is looked at.
    pub(super) fn broken(&self) -> Option<Phase> {
        self.broken
    }

    /// Follows the bytes that came, spoils the line that is at fault, and gives how many bytes go on to the parser.
    pub(super) fn follow(&mut self, bytes: &mut [u8]) -> usize {
        let mut at = 0;
        while at < bytes.len() && self.broken.is_none() {
            let rest = &bytes[at..];
            if let State::Body(left) | State::Chunk(left) = self.state {
                let taken = usize::try_from(left).map_or(rest.len(), |left| left.min(rest.len()));
                self.take_bytes(left - taken as u64);
                at += taken;
                continue;
            }
            let Some(end) = memchr(b'\n', rest) else {
                self.line.extend_from_slice(rest);
                if self.line.len() > LONGEST_LINE {
                    self.spoil(&mut bytes[at]);
                    return at + 1;
                }
                return bytes.len();
            };
            if self.take_line(&rest[..=end]).is_err() {
                self.spoil(&mut bytes[at + end]);
            }
            at += end + 1;
        }
        at
    }

    fn spoil(&mut self, byte: &mut u8) {
        *byte = 0;
        // A line that waits for nothing more is still within its head: what was read of it is not the next request.
        self.broken = Some(if self.phase() == Phase::Body { Phase::Body } else { Phase::Head });
    }

    fn take_bytes(&mut self, left: u64) {
        self.state = match (self.state, left) {
            (State::Chunk(_), 0) => State::ChunkEnd,
            (State::Chunk(_), left) => State::Chunk(left),
            (_, 0) => State::RequestLine,
            (_, left) => State::Body(left),
        };
    }

    fn take_line(&mut self, end: &[u8]) -> Result<(), Ambiguous> {
        if self.line.is_empty() {
            return self.judge(end);
        }
        let mut line = std::mem::take(&mut self.line);
        line.extend_from_slice(end);
        let judged = self.judge(&line);
        // The room is used again, unless one long line made it large.
        if line.capacity() <= 4096 {
            line.clear();
            self.line = line;
        }
        judged
    }

    fn judge(&mut self, line: &[u8]) -> Result<(), Ambiguous> {
        let line = line.strip_suffix(b"\r\n").filter(|line| memchr(b'\r', line).is_none()).ok_or(Ambiguous)?;
        self.state = match self.state {
            State::RequestLine | State::Trailer if line.is_empty() => State::RequestLine,
            State::RequestLine => {
                self.head = Head { is_1_1: line.ends_with(b" HTTP/1.1"), ..Head::default() };
                State::Field
            }
            State::Field if line.is_empty() => self.head.end()?,
            State::Field => {
                self.head.take_field(line)?;
                State::Field
            }
            State::ChunkSize => match chunk_size(line)? {
                0 => State::Trailer,
                size => State::Chunk(size),
            },
            State::ChunkEnd if line.is_empty() => State::ChunkSize,
            State::Trailer => field(line).map(|_| State::Trailer)?,
            State::ChunkEnd | State::Body(_) | State::Chunk(_) => return Err(Ambiguous),
        };
        Ok(())
    }
}

impl Head {
    fn take_field(&mut self, line: &[u8]) -> Result<(), Ambiguous> {
        let (name, value) = field(line)?;
        if name.eq_ignore_ascii_case(b"host") {
            self.hosts += 1;
        } else if name.eq_ignore_ascii_case(b"content-length") {
            let length = digits(value).ok_or(Ambiguous)?;
            return if self.length.replace(length).is_some() { Err(Ambiguous) } else { Ok(()) };
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            let is_first = !std::mem::replace(&mut self.chunked, true);
            return if is_first && value.eq_ignore_ascii_case(b"chunked") { Ok(()) } else { Err(Ambiguous) };
        }
        Ok(())
    }

    /// What follows the head. A request of HTTP/1.1 names its host, once (RFC 9112, 3.2).
    fn end(&self) -> Result<State, Ambiguous> {
        let names_host = if self.is_1_1 { self.hosts == 1 } else { self.hosts <= 1 };
        match (self.chunked, self.length) {
            _ if !names_host => Err(Ambiguous),
            (true, None) if self.is_1_1 => Ok(State::ChunkSize),
            (true, _) => Err(Ambiguous),
            (false, None | Some(0)) => Ok(State::RequestLine),
            (false, Some(length)) => Ok(State::Body(length)),
        }
    }
}

/// Name and value of a field. A name neither begins nor ends with white space: that would be a folded line, or one
/// that some take for another name.
fn field(line: &[u8]) -> Result<(&[u8], &[u8]), Ambiguous> {
    let colon = memchr(b':', line).ok_or(Ambiguous)?;
    let name = &line[..colon];
    if name.is_empty() || name != name.trim_ascii() {
        return Err(Ambiguous);
    }
    Ok((name, trimmed(&line[colon + 1..])))
}

/// A value without the white space around it: spaces and tabs, nothing else.
fn trimmed(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

/// A number that is written in digits alone.
fn digits(text: &[u8]) -> Option<u64> {
    let is_number = !text.is_empty() && text.len() <= 19 && text.iter().all(u8::is_ascii_digit);
    is_number.then(|| text.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}

/// The size of a chunk. What is said of it after a semicolon means nothing here.
fn chunk_size(line: &[u8]) -> Result<u64, Ambiguous> {
    let size = memchr(b';', line).map_or(line, |end| &line[..end]);
    let is_number = (1..=15).contains(&size.len()) && size.iter().all(u8::is_ascii_hexdigit);
    let text = std::str::from_utf8(size).ok().filter(|_| is_number).ok_or(Ambiguous)?;
    u64::from_str_radix(text, 16).map_err(|_| Ambiguous)
}

#[cfg(test)]
mod tests;
